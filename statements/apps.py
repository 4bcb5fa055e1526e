from django.apps import AppConfig
from django.core.checks import Tags, register
from django.utils.translation import gettext_lazy as _

# The models whose rows can be approved. With a statement, the editions in all its languages are approved.
ROWS = ("edition", "release", "statement")


class StatementsConfig(AppConfig):
    name = "statements"
    verbose_name = _("The newsroom")
    # See embassy.http.middleware.bounded.
    takes_files = ["statements_edition_change", "statements_edition_add", "statements_statement_add"]
    # See embassy.http.page_cache.renewal.
    always_at_hand = ["front_page"]
    # See embassy.db.content_version.
    not_content = [
        "statements.Alarm",
        "statements.Knock",
        "statements.MailWish",
        "statements.NotFound",
        "statements.Ping",
        "statements.Remark",
        "statements.Told",
        "statements.Viewing",
    ]
    # See outbox.kinds.
    does_jobs = ["statements.knocks.comparing", "statements.public.websub", "statements.staff_mail.telling"]
    # See embassy.http.metrics.
    figures = ["statements.knocks.comparing.figures"]
    # See accounts.second_factor.
    second_factor_for = ["statements.approve_edition", "statements.withdraw_edition"]
    asked_again_for = [
        *(f"statements_{row}_{move}" for row in ROWS for move in ("publish-now", "approve")),
        *(f"statements_edition_{move}" for move in ("withdraw", "withhold", "invite")),
    ]

    def ready(self):
        from statements.system_checks import full_text, hub

        register(full_text)
        register(hub, Tags.database)
