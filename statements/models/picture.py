from datetime import datetime
from typing import Self

from django.core.files.base import ContentFile
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Exists, OuterRef
from django.db.models.fields.files import FieldFile
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from embassy.db.intervals import ContentQuerySet
from embassy.http.languages import unprefixed
from embassy.models import Mission
from richtext.body import LineField
from statements.models.edition import Edition
from statements.models.media import Part, Stored
from uploads.pictures.renditions import Size, drawn, sizes


class PictureQuerySet(ContentQuerySet):
    def unused(self) -> Self:
        """Pictures that no edition shows, whether it was ever public or not."""
        return self.filter(figures=None)

    def live(self, *, at: datetime) -> Self:
        """Pictures that a live edition shows."""
        return self.filter(
            Exists(Figure.objects.filter(picture=OuterRef("pk"), edition__in=Edition.objects.live(at=at)))
        )


class Picture(Stored):
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

    @property
    def sizes(self) -> list[Size]:
        """The files that it is offered as beside the one that was stored first."""
        return sizes(self.width)

    def size_path(self, size: Size) -> str:
        """The address of one of its sizes, the same in every language."""
        with unprefixed():
            return reverse("picture_size", args=[self.digest, size.width, size.format])

    def file_of(self, size: Size | None = None) -> FieldFile:
        """Its file, or that of one of its sizes, which is made if it is not there yet.

        Raises OSError when the picture itself is gone or damaged.
        """
        if size is None:
            return self.file
        name = f"pictures/{self.digest}/{size}"
        if not self.file.storage.exists(name):
            self._make(size, name)
        return FieldFile(self, self.file.field, name)

    def _make(self, size: Size, name: str):
        with self.file.open("rb") as stored:
            content = ContentFile(drawn(stored.read(), size))
        kept = self.file.storage.save(name, content)
        if kept != name:
            # Somebody else has made it meanwhile.
            self.file.storage.delete(kept)

    def make_sizes(self):
        """Make every size that is not there yet, so that no visitor has to wait for it."""
        for size in self.sizes:
            self.file_of(size)

    @classmethod
    def keep(cls, mission: Mission, digest: str, content: ContentFile, width: int, height: int) -> "Picture":
        """The mission's picture with these normalised bytes."""
        made = cls(mission=mission, digest=digest, width=width, height=height)
        return made.stored_once(f"{digest}.webp", content)


class FigureManager(models.Manager):
    def get_queryset(self):
        # Nobody asks for a figure without its picture.
        return super().get_queryset().select_related("picture")


class Figure(Part):
    """A picture as an edition shows it."""

    edition = models.ForeignKey(Edition, models.CASCADE, related_name="figures", verbose_name=_("edition"))
    picture = models.ForeignKey(Picture, models.PROTECT, related_name="figures", verbose_name=_("picture"))
    alt = LineField(
        _("alternative text"),
        max_length=300,
        blank=True,
        help_text=_("What is to be seen, for those who cannot see it."),
    )
    decorative = models.BooleanField(
        _("mere decoration"),
        default=False,
        help_text=_("It tells nothing that the text does not say, and is passed over by those who cannot see it."),
    )
    caption = LineField(_("caption"), max_length=300, blank=True)
    credit = LineField(_("credit"), max_length=100, blank=True)
    # In hundredths from the left and from the top, as in CSS's object-position.
    focus_x = models.PositiveSmallIntegerField(
        # xgettext:no-python-format
        _("focal point, % from the left"),
        default=50,
        validators=[MaxValueValidator(100)],
    )
    focus_y = models.PositiveSmallIntegerField(
        # xgettext:no-python-format
        _("focal point, % from the top"),
        default=50,
        validators=[MaxValueValidator(100)],
    )
    position = models.PositiveSmallIntegerField(
        _("place in the row"), blank=True, help_text=_("Left empty, it stands last.")
    )

    objects = FigureManager()

    class Meta:
        verbose_name = _("figure")
        verbose_name_plural = _("figures")
        ordering = ["position", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(focus_x__lte=100, focus_y__lte=100),
                name="statements_figure_focus_within_the_picture",
            ),
            models.CheckConstraint(
                condition=models.Q(decorative=False) | models.Q(alt=""),
                name="statements_figure_described_or_decorative",
                violation_error_message=_("Mere decoration is not described."),
            ),
        ]

    def __str__(self):
        decoration = gettext("mere decoration") if self.decorative else ""
        return self.caption or self.alt or capfirst(decoration) or str(self.picture)

    @property
    def lacks_words(self) -> bool:
        """Whether nothing says what is to be seen, and nobody has said that nothing need be said."""
        return not self.alt and not self.decorative

    def copy_for(self, edition: Edition) -> "Figure":
        """The same picture with the same words in another edition, not saved."""
        return Figure(
            edition=edition,
            picture_id=self.picture_id,
            alt=self.alt,
            decorative=self.decorative,
            caption=self.caption,
            credit=self.credit,
            focus_x=self.focus_x,
            focus_y=self.focus_y,
            position=self.position,
        )
