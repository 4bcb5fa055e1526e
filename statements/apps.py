from django.apps import AppConfig
from django.core.checks import register
from django.utils.translation import gettext_lazy as _

from statements.system_checks import full_text


class StatementsConfig(AppConfig):
    name = "statements"
    verbose_name = _("The newsroom")

    def ready(self):
        register(full_text)
