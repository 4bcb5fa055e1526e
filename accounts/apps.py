from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = _("The staff")

    def ready(self):
        # Connects its receiver.
        from accounts import sign_in_mail  # noqa: F401
