from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OutboxConfig(AppConfig):
    name = "outbox"
    verbose_name = _("Outbox")
    # See embassy.db.content_version.
    not_content = ["outbox"]
    # See outbox.kinds.
    does_jobs = ["outbox.mail"]
    # See embassy.http.probes.
    readiness = ["outbox.models.problems"]
    # See embassy.http.metrics.
    figures = ["outbox.models.figures"]
