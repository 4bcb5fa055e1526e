from django.apps import AppConfig
from django.contrib.admin import apps as admin
from django.utils.translation import gettext_lazy as _


class EmbassyConfig(AppConfig):
    default = True
    name = "embassy"
    verbose_name = _("The mission")


class DeskConfig(admin.AdminConfig):
    default = False
    default_site = "embassy.desk.site.Desk"
