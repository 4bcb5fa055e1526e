import re
from collections.abc import Container
from datetime import date, datetime
from operator import attrgetter
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from embassy.db.intervals import ContentQuerySet, covers
from embassy.instant import InstantField
from embassy.models import Mission
from statements.models.counts import Ledger
from statements.models.list_index import refile
from statements.models.search_index import Entry
from statements.models.taxonomy import Kind, Speaker, Topic

SLUG_LENGTH = 100
# What first_free puts behind an address that is taken.
NUMBER_BEHIND = re.compile(r"-\d+$")


class StatementQuerySet(ContentQuerySet):
    def featured(self, *, at: datetime) -> Self:
        """Those marked to stand in full on the front page at the instant."""
        return self.filter(covers(at, "featured_from", "featured_until"), featured_from__isnull=False)

    def begun(self, *, at: datetime) -> Self:
        """Those that have been public by the instant, whether they still are or not."""
        return self.filter(published_at__lte=at)


class Statement(models.Model):
    """One message of the mission, whatever its wordings: its kind, topics, speaker and address."""

    mission = models.ForeignKey(Mission, models.CASCADE, verbose_name=_("mission"))
    kind = models.ForeignKey(Kind, models.PROTECT, verbose_name=_("kind"))
    topics = models.ManyToManyField(
        Topic, blank=True, verbose_name=_("topics"), help_text=_("The subjects that its readers follow.")
    )
    speaker = models.ForeignKey(
        Speaker,
        models.PROTECT,
        null=True,
        blank=True,
        verbose_name=_("speaker"),
        help_text=_("Whose words these are, when they are one person’s."),
    )
    slug = models.SlugField(
        _("address"),
        max_length=SLUG_LENGTH,
        allow_unicode=True,
        blank=True,
        help_text=_("The last part of the page’s address. Leave it empty to have it made from the title."),
    )
    published_at = InstantField(_("first published"), null=True, editable=False)
    # The reference city's date of `published_at`, kept because an address must outlive a change of that city.
    day = models.DateField(_("day of first publication"), null=True, editable=False)
    featured_from = InstantField(
        _("featured from"),
        null=True,
        blank=True,
        help_text=_("From this minute the front page shows it in full, unless a newer one is featured."),
    )
    featured_until = InstantField(
        _("featured until"),
        null=True,
        blank=True,
        help_text=_("Leave this empty to feature it until a newer one is."),
    )

    objects = StatementQuerySet.as_manager()

    class Meta:
        verbose_name = _("statement")
        verbose_name_plural = _("statements")
        ordering = ["-published_at", "-pk"]
        indexes = [
            # The front page looks for the few that are featured among all there are.
            models.Index(
                fields=["mission", "featured_from"],
                condition=Q(featured_from__isnull=False),
                name="statements_statement_featured",
            ),
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
            models.CheckConstraint(
                condition=Q(featured_until__isnull=True) | Q(featured_from__lt=F("featured_until")),
                name="statements_statement_featured_from_before_until",
                violation_error_message=_("“Featured until” must be later than “featured from”."),
            ),
        ]

    def __str__(self):
        titles = {edition.language: edition.title for edition in self.editions_in_order()}
        return titles.get(self.mission.default_language) or next(iter(titles.values()), self.slug) or "—"

    def get_absolute_url(self):
        return self._address("statement")

    def editions_in_order(self) -> list:
        """As they were begun; sorted here, for what was prefetched comes in whatever order the database likes."""
        return sorted(self.editions.all(), key=attrgetter("pk"))

    def get_record_url(self):
        """The address of the editions that have been public; None, like the other, before the first of them."""
        return self._address("record")

    def get_card_url(self):
        """The address of its social card; None, like the others, before its first publication."""
        return self._address("card")

    def _address(self, page: str) -> str | None:
        if self.day is None:
            return None
        year, month, day = self.day.isoformat().split("-")
        return reverse(page, args=[year, month, day, self.slug])

    def has_begun(self, *, at: datetime) -> bool:
        """Whether it has been public by the instant, and with it its address and how it is filed."""
        return self.published_at is not None and self.published_at <= at

    def is_featured(self, *, at: datetime) -> bool:
        """Whether it is marked to stand in full on the front page at the instant."""
        return (
            self.featured_from is not None
            and self.featured_from <= at
            and (self.featured_until is None or at < self.featured_until)
        )

    def take_place(self, now: datetime):
        """Take the place in the feed, and the address, that the first of the approved editions gives.

        Editions are never approved for the past nor taken back after their minute, so a place that readers have
        seen does not move.
        """
        if self.published_at is None or self.published_at > now:
            # Two statements of one title, approved at once, would find the same address free.
            Ledger.hold(self.mission_id)
            self._take_address(self.editions.approved().order_by("live_from").first())
            self.save(update_fields=["published_at", "day", "slug"])
        self.editions.update(published_at=self.published_at)
        Entry.objects.follow(self.editions.all())
        self.refile(now)

    def _take_address(self, first):
        self.slug = self._typed_slug() or (slug_of(first.title) if first else "")
        self.published_at = first.live_from if first else None
        self.day = self.mission.today(self.published_at) if self.published_at else None
        if self.day:
            self.slug = free_slug(self.slug, self.day, Statement.objects.of(self.mission).exclude(pk=self.pk))

    def refile(self, now: datetime | None = None):
        """Put its places in the lists right, after its editions, its place, or what it is filed under have changed."""
        refile(self.mission_id, [self.pk], now)

    def _typed_slug(self) -> str:
        """The address that somebody has typed.

        One that was made from a title is made anew as long as nothing is public: it would give that title away when
        another language, or a later text, turns out to be the first.
        """
        made = {slug_of(title) for title in self.editions.values_list("title", flat=True)}
        return "" if made & {self.slug, NUMBER_BEHIND.sub("", self.slug)} else self.slug


def slug_of(title: str) -> str:
    """A title as the last part of an address."""
    return slugify(title, allow_unicode=True)[: SLUG_LENGTH - 10].strip("-_") or "statement"


def free_slug(slug: str, day: date, others: models.QuerySet) -> str:
    """The slug, with a number behind it when another statement of that day has it already."""
    taken = others.filter(day=day, slug__startswith=slug[: SLUG_LENGTH - 10]).values_list("slug", flat=True)
    return first_free(slug, set(taken))


def first_free(slug: str, taken: Container[str]) -> str:
    """The slug, with the lowest number behind it that nobody has taken when somebody has it already."""
    number, free = 1, slug
    while free in taken:
        number += 1
        end = f"-{number}"
        free = slug[: SLUG_LENGTH - len(end)] + end
    return free
