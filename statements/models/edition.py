from datetime import UTC, date, datetime, time, timedelta
from functools import reduce
from operator import or_
from typing import Self

from django.db import models
from django.db.models import F, FilteredRelation, Q
from django.db.models.query import ModelIterable
from django.utils.html import escape
from django.utils.translation import gettext_lazy as _

from embassy.db.intervals import Live, NoOverlap, covers
from fulltext.analysis import fold, plain
from fulltext.analysis import words as words_of
from fulltext.sought import Sought
from statements.models.bin import OutsideTheBin
from statements.models.filing import Filing
from statements.models.lists.list_index import ANY
from statements.models.search.queries import FoundQuerySet
from statements.models.workflow import WRITING, Workflow, WrongMove


class EditionQuerySet(FoundQuerySet):
    # The instant that was given to live().
    instant: datetime | None = None

    def _clone(self):
        clone = super()._clone()
        clone.instant = self.instant
        return clone

    def _fetch_all(self):
        """Also restore how the statements were filed at the instant, because every page of the past needs that."""
        fetched = self._result_cache is None
        super()._fetch_all()
        if fetched and self.instant and self._iterable_class is ModelIterable:
            loaded = self.model._meta.get_field("statement").is_cached
            statements = (edition.statement for edition in self._result_cache or () if loaded(edition))
            Filing.objects.restore(statements, at=self.instant)

    def approved(self) -> Self:
        """Editions that are scheduled, live, replaced, withdrawn or ended."""
        return self.filter(status=Edition.Status.APPROVED)

    def unfinished(self) -> Self:
        """Drafts and editions in review. A statement has at most one of them in each language."""
        return self.exclude(status=Edition.Status.APPROVED)

    def at_the_desk(self, words: str, mission) -> Self:
        """The mission's editions that contain all words, public or not. The search index lacks unfinished editions."""
        editions = self.of(mission)
        wanted = [fold(word) for word in words_of(words)]
        texts = editions.unfinished().values_list("pk", "title", "lead", "place", "body").iterator() if wanted else []
        unfinished = [pk for pk, *parts in texts if _contains(plain(" ".join(parts)), wanted)]
        return editions.filter(editions.having_words(words, mission.languages) | Q(pk__in=unfinished))

    def that_may_say(self, sought: Sought, mission, *, at: datetime) -> Self:
        """The mission's editions that are not over, without most of those that do not say what is sought.

        The search index has titles, leads, texts and files of approved editions. Captions and links it has not.
        """
        editions = self.of(mission)
        beside = ("figures__caption", "figures__alt", "figures__credit")
        said = [
            Q(**{f"{name}__regex": r"\d"} if sought.is_number else {f"{name}__icontains": sought.words})
            for name in beside
        ]
        linked = Q(body__contains="tel:") if sought.is_number else Q(body__icontains=escape(sought.words))
        approved = reduce(or_, said, editions.having_words(sought.words, mission.languages) | linked)
        found = editions.filter(~Q(status=Edition.Status.APPROVED) | approved).not_ended(at=at)
        return editions.filter(pk__in=found.order_by().values("pk")).select_related("statement")

    def written_by(self, user) -> Self:
        return self.filter(events__act__in=WRITING, events__by=user).distinct()

    def waiting_to_be_looked_at_again(self) -> Self:
        return self.approved().exclude(override_reason="").filter(looked_again_by=None)

    def live(self, *, at: datetime) -> Self:
        found = super().live(at=at).approved()
        found.instant = at
        return found

    def once_public(self, *, at: datetime) -> Self:
        return self.approved().filter(live_from__lte=at)

    def messages(self) -> Self:
        """Editions of statements, without those of pages that stay."""
        return self.filter(statement__kind__isnull=False)

    def for_visitor(self, request) -> Self:
        """The live messages in the visitor's language. For pages that stay, see statements/public/page_tree.py."""
        return self.of(request.mission).filter(language=request.LANGUAGE_CODE).live(at=request.instant).messages()

    def featured(self, request) -> Self:
        """The edition that the front page shows in full, in the visitor's language. There may be none."""
        at = request.instant
        # Do not filter the editions by mission, too: SQLite would then scan the index of all published editions.
        slots = Q(statement__slots__mission_id=request.mission.pk) & covers(
            at, "statement__slots__live_from", "statement__slots__live_until"
        )
        live = Edition.objects.filter(slots, language=request.LANGUAGE_CODE).live(at=at)
        begun_last = live.order_by("-statement__slots__live_from", "-statement__published_at", "-statement_id")
        return self.live(at=at).filter(pk=models.Subquery(begun_last.values("pk")[:1]))

    def languages(self, mission) -> list[str]:
        # With the condition on the language, the database can use the index for lists.
        found = self.filter(language__in=mission.languages).order_by().values_list("language", flat=True).distinct()
        return sorted(found, key=mission.languages.index)

    def published_on(self, first: date | None = None, last: date | None = None) -> Self:
        """Editions of statements first published from `first` to `last`, inclusive; None leaves an end open."""
        # The condition on the day selects the editions. The condition on the instant is wider by a day at each end:
        # it only lets the database use an index.
        at, day = ("listed_at", "listed_on") if self._uses_list_index else ("published_at", "statement__day")
        found = self
        if first:
            begin = datetime.combine(first, time.min, UTC) - timedelta(days=1)
            found = found.filter(**{f"{at}__gte": begin, f"{day}__gte": first})
        if last:
            end = datetime.combine(last, time.max, UTC) + timedelta(days=1)
            found = found.filter(**{f"{at}__lte": end, f"{day}__lte": last})
        return found

    def listed_under(self, mission, language: str, *, kind=ANY, topic=ANY, speaker=ANY) -> Self:
        """The live editions with this kind, topic and speaker: one sorted range of the list index. ANY means all."""
        assert self.instant is not None
        under = {"mission": mission.pk, "language": language, "kind": kind, "topic": topic, "speaker": speaker}
        listed = FilteredRelation(
            "list_entries", condition=Q(**{f"list_entries__{name}": value for name, value in under.items()})
        )
        # Later conditions must use these aliases: other lookups would join the list index a second time.
        place = {
            "listed_at": F("listed__published_at"),
            "listed_on": F("listed__day"),
            "listed_statement": F("listed__statement_id"),
        }
        # The condition on the kind is repeated, because it makes the join an inner join. With an outer join, SQLite
        # would start from all editions.
        filed = covers(self.instant, "listed__filed_from", "listed__filed_until")
        return self.alias(listed=listed).filter(filed, listed__kind=kind).alias(**place)

    def neighbours(self, edition: "Edition") -> tuple["Edition | None", "Edition | None"]:
        """The next older and the next newer one of these editions. One query reads both."""
        assert edition.published_at is not None
        place = (edition.published_at, edition.statement_id)
        older, newer = self.older_than(*place).newest(), self.newer_than(*place).newest().reverse()
        first, last = (models.Subquery(beside.values("pk")[:1]) for beside in (older, newer))
        # Do not use self.filter(): SQLite would then scan the index of all published editions.
        both = Edition.objects.filter(Q(pk=first) | Q(pk=last)).select_related("statement").defer("lead", "body")
        found = {(beside.published_at, beside.statement_id) < place: beside for beside in both}
        return found.get(True), found.get(False)

    def with_subjects(self) -> Self:
        return self.select_related("statement__kind", "statement__speaker")

    def with_details(self) -> Self:
        return self.with_subjects().prefetch_related(*Edition.DETAILS)


def _contains(text: str, wanted: list[str]) -> bool:
    folded = " ".join(fold(word) for word in words_of(text))
    return all(word in folded for word in wanted)


class Edition(Workflow):
    """One text of a statement in one language. An approved text never changes: a correction is a new edition."""

    # The relations that a page with the full text must prefetch.
    DETAILS = ("statement__topics", "figures", "attachments")

    objects = OutsideTheBin.from_queryset(EditionQuerySet)()
    everything = EditionQuerySet.as_manager()

    class Meta(Live.Meta):
        verbose_name = _("edition")
        verbose_name_plural = _("editions")
        permissions = [
            ("submit_edition", _("Can hand editions in for review")),
            ("approve_edition", _("Can approve, schedule and give back editions")),
            ("withdraw_edition", _("Can withdraw editions")),
            ("override_four_eyes", _("Can approve what they have written themselves, with a reason")),
        ]
        indexes = [
            # This index is for pages that read the newest editions without the list index, such as the front page.
            models.Index(
                fields=["mission", "language", "status", "-published_at", "-statement"],
                name="statements_edition_newest",
            ),
            # These two indexes find the editions that have begun or ended since the watermark (see lists/counts.py).
            models.Index(fields=["mission", "language", "live_from"], name="statements_edition_begun"),
            models.Index(fields=["mission", "language", "live_until"], name="statements_edition_ended"),
            # These two indexes find what begins or ends next, in any language. The worker asks what begins, and each
            # process asks what ends.
            models.Index(fields=["mission", "status", "live_from"], name="statements_edition_begins"),
            models.Index(fields=["live_until"], condition=Q(live_until__isnull=False), name="statements_edition_ends"),
            models.Index(fields=["deletion"], condition=Q(deletion__isnull=False), name="statements_edition_binned"),
        ]
        constraints = [
            *Live.Meta.constraints,
            models.CheckConstraint(
                condition=~Q(status="approved") | Q(live_from__isnull=False, published_at__isnull=False),
                name="statements_edition_approved_has_live_from",
            ),
            models.CheckConstraint(
                condition=~Q(status="approved") | Q(deletion__isnull=True), name="statements_edition_bin_or_approved"
            ),
            models.UniqueConstraint(
                fields=["statement", "language"],
                condition=Q(status__in=["draft", "review"], deletion__isnull=True),
                name="statements_edition_one_draft_a_language",
                violation_error_message=_(
                    "This statement already has a draft in this language. Continue with that draft."
                ),
            ),
            NoOverlap(
                fields=["statement", "language"],
                where={"status": "approved"},
                name="statements_edition_one_live_a_language",
                violation_error_message=_("Another edition in this language is live for part of that time."),
            ),
        ]

    def __str__(self):
        return self.title

    @classmethod
    def from_db(cls, db, field_names, values):
        edition = super().from_db(db, field_names, values)
        edition._as_stored = {name: edition.__dict__.get(name) for name in (*cls.WORDING, "status")}
        return edition

    def save(self, *args, **kwargs):
        if self._reworded():
            if self._as_stored["status"] == self.Status.APPROVED:
                raise WrongMove(_("An approved edition never changes. Make a new edition to correct it."))
            # The text has changed. If it was in review, it must be submitted again.
            self.status = self.Status.DRAFT
        self.mission_id = self.statement.mission_id
        super().save(*args, **kwargs)

    def delete(self, *args, **kwargs):
        if self.is_approved:
            raise WrongMove(_("An approved edition cannot be deleted. Withdraw it, with a reason."))
        return super().delete(*args, **kwargs)

    def refresh_from_db(self, *args, **kwargs):
        super().refresh_from_db(*args, **kwargs)
        self._as_stored = {name: getattr(self, name) for name in (*self.WORDING, "status")}

    def _reworded(self) -> bool:
        stored = getattr(self, "_as_stored", {})
        return any(stored.get(name) is not None and getattr(self, name) != stored[name] for name in self.WORDING)

    def get_absolute_url(self):
        return self.statement.get_absolute_url()
