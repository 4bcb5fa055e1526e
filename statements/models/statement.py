import re
from collections.abc import Collection
from datetime import date, datetime
from operator import attrgetter
from typing import Self

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Q
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from embassy.db.intervals import ContentQuerySet
from embassy.free_slug import first_free
from embassy.instant import InstantField
from embassy.models import Mission
from statements.models.bin import Deletion, OutsideTheBin, deletion_field
from statements.models.lists.counts import Watermark
from statements.models.lists.list_index import reindex
from statements.models.search.search_index import SearchEntry
from statements.models.taxonomy import Kind, Speaker, Topic

SLUG_LENGTH = 100
# The number that first_free() appends to a slug that is taken.
APPENDED_NUMBER = re.compile(r"-\d+$")


class StatementQuerySet(ContentQuerySet):
    def begun(self, *, at: datetime) -> Self:
        return self.filter(published_at__lte=at)

    def messages(self) -> Self:
        return self.filter(kind__isnull=False)


class Statement(models.Model):
    """A message of the mission or a page that stays, in all languages and editions: kind, topics, speaker, address."""

    mission = models.ForeignKey(Mission, models.CASCADE, verbose_name=_("mission"))
    # The kind is None for a page that stays, which is not a message (statements/models/page.py).
    kind = models.ForeignKey(Kind, models.PROTECT, null=True, verbose_name=_("kind"))
    topics = models.ManyToManyField(
        Topic, blank=True, verbose_name=_("topics"), help_text=_("The subjects that its readers follow.")
    )
    speaker = models.ForeignKey(
        Speaker,
        models.PROTECT,
        null=True,
        blank=True,
        verbose_name=_("speaker"),
        help_text=_("The person whose words these are, if it is one person."),
    )
    slug = models.SlugField(
        _("address"),
        max_length=SLUG_LENGTH,
        allow_unicode=True,
        blank=True,
        help_text=_("The last part of the page’s address. Leave it empty to have it made from the title."),
    )
    published_at = InstantField(_("first published"), null=True, editable=False)
    # The minute from which the present kind, speaker and topics hold. None if readers have never seen any others.
    # Earlier ones are in `filings`.
    filed_at = InstantField(_("filed anew"), null=True, editable=False)
    # The date of `published_at` in the reference city. Stored, because an address must outlive a change of that city.
    day = models.DateField(_("day of first publication"), null=True, editable=False)

    deletion = deletion_field("statements")

    objects = OutsideTheBin.from_queryset(StatementQuerySet)()
    everything = StatementQuerySet.as_manager()

    class Meta:
        verbose_name = _("statement")
        verbose_name_plural = _("statements")
        ordering = ["-published_at", "-pk"]
        indexes = [
            models.Index(fields=["deletion"], condition=Q(deletion__isnull=False), name="statements_statement_binned")
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["mission", "day", "slug"], name="statements_statement_one_slug_a_day_and_mission"
            ),
            models.CheckConstraint(
                condition=Q(published_at__isnull=True, day__isnull=True)
                | Q(published_at__isnull=False, day__isnull=False),
                name="statements_statement_published_on_a_day",
            ),
            # A statement in the bin has no day. So its address is free, and it takes a new one when it is approved.
            models.CheckConstraint(
                condition=Q(deletion__isnull=True) | Q(day__isnull=True), name="statements_statement_bin_or_approved"
            ),
        ]

    def __str__(self):
        titles = {edition.language: edition.title for edition in self.editions_in_order()}
        return titles.get(self.mission.default_language) or next(iter(titles.values()), self.slug) or "—"

    def get_absolute_url(self):
        return self._address("statement")

    def editions_in_order(self) -> list:
        """The editions in order of creation. Python sorts them, because prefetched editions have no fixed order."""
        # If the statement is in the bin, so are its editions.
        editions = self.editions(manager="everything") if self.deletion_id else self.editions
        return sorted(editions.all(), key=attrgetter("pk"))

    def original_for(self, language: str):
        """The newest edition in the statement's first language. None if that is `language`, or without editions."""
        editions = self.editions_in_order()
        if not editions or editions[0].language == language:
            return None
        return [edition for edition in editions if edition.language == editions[0].language][-1]

    def get_record_url(self):
        return self._address("record")

    def get_card_url(self):
        return self._address("card")

    @property
    def is_page(self) -> bool:
        return self.kind_id is None

    def _address(self, page: str) -> str | None:
        if self.day is None:
            return None
        return self.page.address_of(page) if self.is_page else address_of(page, self.day, self.slug)

    def has_begun(self, *, at: datetime) -> bool:
        return self.published_at is not None and self.published_at <= at

    def is_featured(self, *, at: datetime) -> bool:
        return any(slot.is_live(at=at) for slot in self.slots.all())

    def take_place(self, now: datetime):
        """Take the date, the slug and the position in lists from the first approved edition.

        Once the statement is public, its date and its address stay as they are.
        """
        if self.published_at is None or self.published_at > now:
            # Without the lock, two statements of one title that are approved at the same time would get the same slug.
            Watermark.hold(self.mission_id)
            self._take_address(self.editions.approved().order_by("live_from").first(), now)
            self.save(update_fields=["published_at", "day", "slug"])
        self.editions.update(published_at=self.published_at)
        SearchEntry.objects.follow(self.editions.all())
        self.reindex(now)

    def _take_address(self, first, now: datetime):
        self.published_at = first.live_from if first else None
        self.day = self.mission.today(self.published_at) if self.published_at else None
        if self.is_page:
            # This slug is a placeholder: a page that stays has its address in Page.address. A slug made from a title
            # never begins with “-”.
            self.slug = f"-{self.pk}"
            return
        self.slug = self._typed_slug() or (slug_of(first.title) if first else "")
        if self.day:
            others = Statement.objects.of(self.mission).exclude(pk=self.pk)
            # An import may publish a statement with a past date. Statements that are already public keep their slugs.
            before = others.filter(Q(published_at__lte=self.published_at) | Q(published_at__lte=now))
            self.slug = free_slug(self.slug, self.day, before)
            if later := others.filter(day=self.day, slug=self.slug).first():
                # The later statement gets the number. A number on this one would reveal that another statement with
                # the same title is planned.
                later.slug = free_slug(self.slug, self.day, Statement.objects.of(self.mission))
                later.save(update_fields=["slug"])

    @transaction.atomic
    def discard(self, by, now: datetime) -> Deletion | None:
        """Put the statement into the bin. Delete it for good if only `by` has written it and nobody submitted it."""
        # Read the statement again: its editions may have been prefetched, and changed while we waited for the lock.
        statement = type(self).objects.select_for_update(of=("self",)).get(pk=self.pk)
        if statement.editions.approved().exists():
            raise ValidationError(_("An edition of this statement has been approved. Withdraw it, with a reason."))
        if statement.is_work_of(by):
            statement.delete()
            return None
        statement.deletion = Deletion.begin(statement.mission, by, now)
        statement.save(update_fields=["deletion"])
        for edition in statement.editions.all():
            edition.put_into(statement.deletion, by, now)
        return statement.deletion

    def is_work_of(self, user) -> bool:
        # Do not use self.editions, which lacks the editions in the bin.
        editions = self.editions.model.everything.filter(statement=self)
        return all(edition.is_work_of(user) for edition in editions)

    def filed_under(self) -> tuple:
        topics = self.topics.order_by("pk").values_list("pk", flat=True)
        return self.kind_id, self.speaker_id, *topics

    def editions_written_by(self, user) -> set[int]:
        """The keys of the editions in which the user has written. Cached, because a form asks for them often."""
        if user.pk not in self._written_by:
            written = self.editions.written_by(user).values_list("pk", flat=True)
            self._written_by[user.pk] = set(written)
        return self._written_by[user.pk]

    @cached_property
    def _written_by(self) -> dict[int, set[int]]:
        return {}

    def filing(self) -> list[str]:
        return [str(subject) for subject in (self.kind, self.speaker, *self.topics.all()) if subject]

    @transaction.atomic
    def file_anew(self, by, now: datetime, *, kind: Kind | None, speaker: Speaker | None, topics: Collection[Topic]):
        """Change the kind, speaker and topics from this minute on."""
        self.refile(by, now, kind=kind, speaker=speaker, topics=topics)
        SearchEntry.objects.follow(self.editions.all())
        self.reindex(now)

    def refile(self, by, now: datetime, *, kind: Kind | None, speaker: Speaker | None, topics: Collection[Topic]):
        """Like file_anew(), but without the indexes: a caller with many statements updates them once."""
        self.keep_filing(now)
        self.kind, self.speaker = kind, speaker
        self.save(update_fields=["kind", "speaker"])
        self.topics.set(topics)
        self.record_filing(by, now)

    def keep_filing(self, now: datetime):
        """Call this before the kind, speaker or topics change: it keeps the stored ones, which readers have seen."""
        stored = type(self).objects.get(pk=self.pk)
        if stored.published_at is None or stored.published_at >= now or (stored.filed_at and stored.filed_at >= now):
            return
        earlier = {"kind": stored.kind, "speaker": stored.speaker, "live_from": stored.filed_at, "live_until": now}
        self.filings.create(**earlier).topics.set(self.topics.all())
        self.filed_at = stored.filed_at = now
        stored.save(update_fields=["filed_at"])

    def record_filing(self, by, now: datetime):
        for edition in self.editions.approved():
            edition.record("filed", by, now, note=" · ".join(self.filing()))

    def reindex(self, now: datetime | None = None):
        reindex(self.mission_id, self.editions.all(), now)

    def _typed_slug(self) -> str:
        """The slug, if a user typed it. A slug made from a title is dropped: it could reveal an unpublished title."""
        made = {slug_of(title) for title in self.editions.values_list("title", flat=True)}
        return "" if made & {self.slug, APPENDED_NUMBER.sub("", self.slug)} else self.slug


def address_of(page: str, day: date, slug: str) -> str:
    year, month, of_month = day.isoformat().split("-")
    return reverse(page, args=[year, month, of_month, slug])


def slug_of(title: str) -> str:
    return slugify(title, allow_unicode=True)[: SLUG_LENGTH - 10].strip("-_") or "statement"


def free_slug(slug: str, day: date, others: models.QuerySet) -> str:
    taken = others.filter(day=day, slug__startswith=slug[: SLUG_LENGTH - 10]).values_list("slug", flat=True)
    return first_free(slug, set(taken), SLUG_LENGTH)
