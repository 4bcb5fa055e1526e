"""The roles of the staff: groups, to which each app's migration gives what its own content takes."""

from django.contrib.auth.management import create_permissions

AUTHORS = "Authors"
EDITORS = "Editors"
CONSULAR_EDITORS = "Consular editors"
ADMINISTRATORS = "Administrators"


def grant(apps, role: str, app_label: str, *codenames: str):
    """Give a role permissions of an app, in a migration; every one that the app has when none is named.

    Django makes permissions only after all migrations have run, so they are made here, by the same function.
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
