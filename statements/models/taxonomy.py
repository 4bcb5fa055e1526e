"""Kinds, topics and speakers of statements."""

from datetime import datetime
from typing import Any, Self

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from embassy.db.intervals import ContentQuerySet
from embassy.fields.translated import LabelField
from embassy.models import Mission
from fulltext.analysis import of_names


class KindQuerySet(models.QuerySet["Kind"]):
    def of(self, mission) -> Self:
        return self.filter(Q(mission__isnull=True) | Q(mission_id=mission.pk))


class Subject(models.Model):
    """Base class of kinds, topics and speakers, under which readers find statements."""

    slug: Any
    statement_set: Any
    filing_set: Any
    name = LabelField(_("name"))

    class Meta:
        abstract = True

    def __str__(self):
        return str(self.name) or self.slug

    def has_begun(self, *, at: datetime) -> bool:
        return self.statement_set.begun(at=at).exists() or self.filing_set.exists()

    @property
    def is_used(self) -> bool:
        """Whether a statement is or was filed under this. Statements in the bin count, as they may be restored."""
        return self.statement_set(manager="everything").exists() or self.filing_set.exists()


class Kind(Subject):
    """The sort of message that a statement is: press release, comment, interview…"""

    mission = models.ForeignKey(
        Mission,
        models.CASCADE,
        null=True,
        blank=True,
        verbose_name=_("mission"),
        help_text=_("Leave this empty for a kind that every mission uses."),
    )
    slug = models.SlugField(_("identifier"), help_text=_("This identifies the kind in archives and addresses."))
    position = models.PositiveSmallIntegerField(_("place in lists"), default=100)

    objects = KindQuerySet.as_manager()

    class Meta:
        verbose_name = _("kind of statement")
        verbose_name_plural = _("kinds of statement")
        ordering = ["position", "slug"]
        constraints = [
            models.UniqueConstraint(
                fields=["slug"], condition=Q(mission__isnull=True), name="statements_kind_one_slug_for_all"
            ),
            models.UniqueConstraint(fields=["mission", "slug"], name="statements_kind_one_slug_a_mission"),
        ]


class SearchableSubject(Subject):
    """Base class of topics and speakers: they have a page, and a search for the name finds their statements."""

    mission = models.ForeignKey(Mission, models.CASCADE, verbose_name=_("mission"))
    # Stems of the words in the name, for the search.
    stems = models.TextField(editable=False, default="")

    objects = ContentQuerySet.as_manager()

    class Meta:
        abstract = True
        ordering = ["slug"]
        constraints = [
            models.UniqueConstraint(fields=["mission", "slug"], name="statements_%(class)s_one_slug_a_mission")
        ]

    def save(self, *args, update_fields=None, **kwargs):
        self.stems = of_names(self.name)
        if update_fields is not None:
            update_fields = {*update_fields, "stems"}
        super().save(*args, update_fields=update_fields, **kwargs)

    def get_absolute_url(self):
        return reverse(self._meta.model_name, args=[self.slug])


class Topic(SearchableSubject):
    slug = models.SlugField(
        _("address"), allow_unicode=True, help_text=_("The last part of the topic’s address on the web.")
    )

    class Meta(SearchableSubject.Meta):
        verbose_name = _("topic")
        verbose_name_plural = _("topics")


class Speaker(SearchableSubject):
    """A person who speaks for the mission or is quoted by it."""

    slug = models.SlugField(
        _("identifier"), allow_unicode=True, help_text=_("This identifies the speaker in archives and addresses.")
    )
    role = LabelField(
        _("office held"), blank=True, help_text=_("As it is written after the name. Example: Ambassador of …")
    )

    class Meta(SearchableSubject.Meta):
        verbose_name = _("speaker")
        verbose_name_plural = _("speakers")
