"""Pages that stay, such as “Visas”: statements without a kind, which stand in the menu and not among the messages."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any, ClassVar, Self
from unicodedata import normalize

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import F, Q
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from embassy.db.intervals import Live, LiveQuerySet, NoOverlap
from embassy.http.own_words import own_words
from embassy.models import Mission
from statements.models.bin import Deletion, OutsideTheBin
from statements.models.statement import SLUG_LENGTH, Statement, StatementQuerySet

# The order of the menu: each page of the first level, followed by the pages under it.
IN_ORDER: list[str | Combinable] = [
    Coalesce("parent__position", "position"),
    Coalesce("parent", "pk"),
    F("parent").asc(nulls_first=True),
    "position",
    "pk",
]


class PageQuerySet(StatementQuerySet):
    def in_order(self) -> Self:
        return self.order_by(*IN_ORDER)


class Page(Statement):
    """A page that stays. Its fields have the latest place in the menu. `places` has the places that readers see."""

    address = models.SlugField(
        _("address"),
        max_length=SLUG_LENGTH,
        allow_unicode=True,
        help_text=_(
            "The last part of the page’s address on the web, such as “visas”. It is the same in every language. If "
            "you change it later, the old address leads to the new one."
        ),
    )
    parent = models.ForeignKey(
        "self",
        models.RESTRICT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("stands under"),
        help_text=_("Leave this empty for a page of the menu’s first level. The menu has two levels."),
    )
    position = models.PositiveSmallIntegerField(
        _("place in the menu"), default=100, help_text=_("The lowest number comes first.")
    )

    objects: ClassVar[Any] = OutsideTheBin.from_queryset(PageQuerySet)()
    everything: ClassVar[Any] = PageQuerySet.as_manager()

    class Meta:
        verbose_name = _("page that stays")
        verbose_name_plural = _("pages that stay")

    @property
    def path(self) -> str:
        return f"{self.parent.address}/{self.address}" if self.parent else self.address

    def address_of(self, route: str) -> str:
        return reverse(PAGE_ROUTES[route], args=[self.path])

    def clean(self):
        super().clean()
        self.address = normalize("NFC", self.address.lower())
        if self.address in own_words():
            raise ValidationError({"address": _("The site itself uses this word. Choose another one.")})
        if self.parent:
            self._check_parent()
        if taken := self._others_at(path for _page, path in self._paths()).first():
            message = _("This is or was the address of “%(title)s”. Choose another one.")
            raise ValidationError({"address": ValidationError(message, params={"title": taken.page})})

    def _check_parent(self):
        if self.parent.pk == self.pk:
            raise ValidationError({"parent": _("A page cannot stand under itself.")})
        if self.parent.parent_id:
            message = _("“%(title)s” stands under another page itself, and the menu has two levels.")
            raise ValidationError({"parent": ValidationError(message, params={"title": self.parent})})
        if self.pk and type(self).everything.filter(parent=self.pk).exists():
            raise ValidationError({"parent": _("Other pages stand under this one, and the menu has two levels.")})

    def _others_at(self, paths) -> "PlaceQuerySet":
        # An earlier address stays taken, because it leads to its page.
        return Place.objects.of(self.mission).filter(path__in=list(paths)).exclude(page=self.pk)

    def _paths(self) -> Iterator[tuple["Page", str]]:
        """This page and the pages under it, each with its path."""
        yield self, self.path
        if self.pk:
            for child in type(self).everything.filter(parent=self.pk):
                yield child, f"{self.address}/{child.address}"

    @transaction.atomic
    def settle(self, by, now: datetime):
        """From this minute on, show this page and the pages under it at their latest places."""
        for page, path in self._paths():
            page.move_to(path, by, now)

    def move_to(self, path: str, by, now: datetime):
        wanted = {"parent_id": self.parent_id, "position": self.position, "path": path}
        last = self.places.filter(live_until=None).first()
        if last is None:
            self.places.create(mission=self.mission, **wanted)
            return
        if all(getattr(last, name) == value for name, value in wanted.items()):
            return
        moved = path != last.path
        if self._is_seen_at(last, now):
            self.places.filter(pk=last.pk).update(live_until=now)
            self.places.create(mission=self.mission, live_from=now, **wanted)
        else:
            self.places.filter(pk=last.pk).update(**wanted)
        for edition in self.editions.approved() if moved else ():
            edition.record("moved", by, now, note=f"/{path}/")

    def _is_seen_at(self, place: "Place", now: datetime) -> bool:
        """Whether readers have seen the page at this place before this minute."""
        public = self.published_at is not None and self.published_at < now
        return public and (place.live_from is None or place.live_from < now)

    def discard(self, by, now: datetime) -> Deletion | None:
        if type(self).everything.filter(parent=self.pk).exists():
            raise ValidationError(_("Other pages stand under this one. Move them first."))
        return super().discard(by, now)


# The names of a page's routes, by the names of a statement's routes.
PAGE_ROUTES = {"statement": "page", "record": "record_of_page", "card": "page_card"}


class PlaceQuerySet(LiveQuerySet):
    def reachable(self, *, at: datetime) -> Self:
        """Leaves out places under a page that has not been public yet: their addresses would reveal that page."""
        return self.filter(under_a_public_page(at))


def under_a_public_page(at: datetime, parent: str = "parent") -> Q:
    return Q(**{f"{parent}__isnull": True}) | Q(**{f"{parent}__published_at__lte": at})


class Place(Live):
    """Where a page stands in the menu and in the addresses, from one minute until another."""

    mission = models.ForeignKey(Mission, models.CASCADE, related_name="+")
    page = models.ForeignKey(Page, models.CASCADE, related_name="places")
    parent = models.ForeignKey(Page, models.CASCADE, null=True, related_name="+")
    position = models.PositiveSmallIntegerField()
    path = models.CharField(max_length=2 * SLUG_LENGTH + 1)

    objects: Any = PlaceQuerySet.as_manager()

    class Meta(Live.Meta):
        verbose_name = _("place of a page")
        verbose_name_plural = _("places of pages")
        default_permissions = ()
        indexes = [models.Index(fields=["mission", "path"], name="statements_place_path")]
        constraints = [
            *Live.Meta.constraints,
            NoOverlap(fields=["page"], name="statements_place_one_a_page"),
            NoOverlap(fields=["mission", "path"], name="statements_place_one_page_a_path"),
        ]

    def __str__(self):
        return f"/{self.path}/"
