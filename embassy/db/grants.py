"""Permissions of a role, granted in a migration."""

from django.contrib.auth.management import create_permissions


def grant(apps, role: str, app_label: str, *codenames: str):
    """Give a role the permissions `codenames` of an app; without `codenames`, all permissions of the app.

    Creates the permissions first, because Django itself creates them only after all migrations.
    """
    app = apps.get_app_config(app_label)
    app.models_module = True
    create_permissions(app, verbosity=0, apps=apps)
    app.models_module = None
    permissions = apps.get_model("auth", "Permission").objects.filter(content_type__app_label=app_label)
    if codenames:
        permissions = permissions.filter(codename__in=codenames)
        missing = set(codenames) - set(permissions.values_list("codename", flat=True))
        if missing:
            raise LookupError(f"{app_label} has no permission {', '.join(sorted(missing))}.")
    group, _made = apps.get_model("auth", "Group").objects.get_or_create(name=role)
    group.permissions.add(*permissions)
