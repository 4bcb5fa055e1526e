from datetime import datetime
from typing import Self

from django.core.files.base import ContentFile
from django.db import models
from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from embassy.content import ContentQuerySet
from embassy.languages import unprefixed
from embassy.models import Mission
from statements.models.edition import Edition
from statements.models.part import Part


class PictureQuerySet(ContentQuerySet):
    def live(self, *, at: datetime) -> Self:
        """Pictures that a live edition shows."""
        return self.filter(
            Exists(Figure.objects.filter(picture=OuterRef("pk"), edition__in=Edition.objects.live(at=at)))
        )


class Picture(models.Model):
    """The bytes of one picture, normalised: no metadata, a bounded size. Several editions may show it."""

    mission = models.ForeignKey(Mission, models.CASCADE, verbose_name=_("mission"))
    digest = models.CharField(_("digest"), max_length=64, editable=False)
    file = models.FileField(_("file"), upload_to="pictures", max_length=120)
    width = models.PositiveIntegerField(editable=False)
    height = models.PositiveIntegerField(editable=False)

    objects = PictureQuerySet.as_manager()

    class Meta:
        verbose_name = _("picture")
        verbose_name_plural = _("pictures")
        constraints = [
            models.UniqueConstraint(fields=["mission", "digest"], name="statements_picture_stored_once_a_mission")
        ]

    def __str__(self):
        return f"{self.digest[:12]} ({self.width} × {self.height})"

    def get_absolute_url(self):
        """One address in every language, so that caches keep one copy."""
        with unprefixed():
            return reverse("picture", args=[self.digest])

    def read(self) -> bytes:
        """The bytes as they are stored: at most some hundred kilobytes, since they have been normalised."""
        with self.file.open("rb") as stored:
            return stored.read()

    @classmethod
    def keep(cls, mission: Mission, digest: str, content: ContentFile, width: int, height: int) -> "Picture":
        """The mission's picture with these normalised bytes; the same bytes are stored once."""
        kept = cls.objects.of(mission).filter(digest=digest).first()
        if kept is None:
            kept = cls(mission=mission, digest=digest, width=width, height=height)
            kept.file.save(f"{digest}.webp", content)
        return kept


class FigureManager(models.Manager):
    def get_queryset(self):
        # Nobody asks for a figure without its picture.
        return super().get_queryset().select_related("picture")


class Figure(Part):
    """A picture as an edition shows it."""

    edition = models.ForeignKey(Edition, models.CASCADE, related_name="figures", verbose_name=_("edition"))
    picture = models.ForeignKey(Picture, models.PROTECT, related_name="figures", verbose_name=_("picture"))
    alt = models.CharField(
        _("alternative text"),
        max_length=300,
        blank=True,
        help_text=_("What is to be seen, for those who cannot see it. Leave it empty for mere decoration."),
    )
    caption = models.CharField(_("caption"), max_length=300, blank=True)
    credit = models.CharField(_("credit"), max_length=100, blank=True)
    position = models.PositiveSmallIntegerField(_("place in the row"), default=1)

    objects = FigureManager()

    class Meta:
        verbose_name = _("figure")
        verbose_name_plural = _("figures")
        ordering = ["position", "pk"]

    def __str__(self):
        return self.caption or self.alt or str(self.picture)

    def copy_for(self, edition: Edition) -> "Figure":
        """The same picture with the same words in another edition, not saved."""
        return Figure(
            edition=edition,
            picture_id=self.picture_id,
            alt=self.alt,
            caption=self.caption,
            credit=self.credit,
            position=self.position,
        )
