from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from embassy.db.intervals import Live, LiveQuerySet, NoOverlap
from embassy.instant import InstantField
from statements.models.statement import Statement
from statements.models.taxonomy import Kind, Speaker, Topic


class FilingQuerySet(LiveQuerySet):
    def restore(self, statements: Iterable[Statement], *, at: datetime):
        """Give these statements, in memory, the kind, speaker and topics under which readers saw them at the instant.

        If none of them was filed anew after the instant, this makes no query.
        """
        refiled = defaultdict(list)
        for statement in statements:
            if statement.filed_at and statement.filed_at > at:
                refiled[statement.pk].append(statement)
        if not refiled:
            return
        earlier: Any = self.live(at=at).filter(statement__in=refiled)
        for filing in earlier.select_related("kind", "speaker").prefetch_related("topics"):
            for statement in refiled[filing.statement_id]:
                statement.kind, statement.speaker = filing.kind, filing.speaker
                # Store the topics where prefetch_related() would store them.
                vars(statement).setdefault("_prefetched_objects_cache", {})["topics"] = filing.topics.all()


class Filing(Live):
    """The earlier kind, speaker and topics of a statement, which readers saw until it was filed anew.

    The latest ones are in the statement itself. They hold from its `filed_at` on.
    """

    statement = models.ForeignKey(Statement, models.CASCADE, related_name="filings", verbose_name=_("statement"))
    kind = models.ForeignKey(Kind, models.PROTECT, verbose_name=_("kind"))
    speaker = models.ForeignKey(Speaker, models.PROTECT, null=True, verbose_name=_("speaker"))
    topics = models.ManyToManyField(Topic, verbose_name=_("topics"))
    live_until = InstantField(_("live until"))

    objects = FilingQuerySet.as_manager()

    class Meta(Live.Meta):
        verbose_name = _("earlier filing")
        verbose_name_plural = _("earlier filings")
        ordering = ["statement", "live_until"]
        default_permissions = ()
        constraints = [
            *Live.Meta.constraints,
            NoOverlap(fields=["statement"], name="statements_filing_no_overlap"),
        ]

    def __str__(self):
        return f"{self.statement_id}: {self.kind}"
