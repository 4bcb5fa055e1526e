from django.apps import AppConfig, apps
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = _("The staff")
    # No public page shows these models, so their changes do not empty the page cache (embassy/db/content_version.py).
    not_content = ["accounts"]
    second_factor_for = ["auth.add_user", "auth.change_user", "accounts.add_posting", "accounts.change_posting"]
    asked_again_for = [
        "auth_user_add",
        "auth_user_change",
        "auth_user_send_link",
        "auth_user_end_sessions",
        "accounts_posting_add",
        "accounts_posting_change",
        "accounts_posting_end",
        "accounts_posting_delete",
        "accounts_auditevent_export",
        "auth_group_add",
        "auth_group_change",
        "embassy_mission_add",
    ]

    def ready(self):
        # At the desk, Django's users and groups are listed under the heading of this app.
        apps.get_app_config("auth").verbose_name = self.verbose_name
        # These modules connect receivers of signals when they are imported.
        from accounts import second_factor, sign_in_mail, single_sign_on  # noqa: F401
