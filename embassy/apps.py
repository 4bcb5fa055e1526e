from functools import cache

from django.apps import AppConfig, apps
from django.contrib.admin import apps as admin
from django.core.checks import Tags, register
from django.db.models.signals import post_migrate, pre_migrate
from django.utils.translation import gettext_lazy as _

from embassy.db.content_version import follow_content, forget_content
from embassy.time_zone_checks import time_zones


class EmbassyConfig(AppConfig):
    default = True
    name = "embassy"
    verbose_name = _("The mission")
    # The pages of the admin that take files (embassy/http/middleware.py).
    takes_files = ["embassy_mission_add", "embassy_mission_change"]
    # Apps and models that no public page shows: their changes do not empty the page cache
    # (embassy/db/content_version.py).
    not_content = [
        "account",
        "admin",
        "auth",
        "contenttypes",
        "embassy.ContentVersion",
        "embassy.SignInAttempt",
        "embassy.WorkingCopy",
        "mfa",
        "sessions",
        "socialaccount",
        "usersessions",
    ]

    def ready(self):
        from embassy.host_checks import desk_host, hosts_beside_desk

        register(desk_host)
        register(hosts_beside_desk, Tags.database)
        register(time_zones)
        pre_migrate.connect(forget_content, sender=self)
        post_migrate.connect(follow_content, sender=self)


class DeskConfig(admin.AdminConfig):
    default = False
    default_site = "embassy.desk.site.Desk"


@cache
def declared(name: str) -> frozenset[str]:
    """All values that the apps list under this name in their AppConfigs."""
    return frozenset(each for config in apps.get_app_configs() for each in getattr(config, name, ()))
