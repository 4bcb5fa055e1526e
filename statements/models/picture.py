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
from statements.models.media import EditionPart, StoredFile
from uploads.pictures.renditions import Size, drawn, sizes


class PictureQuerySet(ContentQuerySet):
    def unused(self) -> Self:
        return self.filter(figures=None)

    def live(self, *, at: datetime) -> Self:
        # The subquery is correlated, so that a database reads only the editions of each picture, not all live ones.
        return self.filter(Exists(Edition.objects.live(at=at).filter(figures__picture=OuterRef("pk"))))


class Picture(StoredFile):
    """A picture without metadata and of limited size. Several editions may show it."""

    file = models.FileField(_("file"), upload_to="pictures", max_length=120)
    width = models.PositiveIntegerField(editable=False)
    height = models.PositiveIntegerField(editable=False)

    objects = PictureQuerySet.as_manager()

    class Meta(StoredFile.Meta):
        verbose_name = _("picture")
        verbose_name_plural = _("pictures")

    def __str__(self):
        return f"{self.digest[:12]} ({self.width} × {self.height})"

    def get_absolute_url(self):
        with unprefixed():
            return reverse("picture", args=[self.digest])

    @property
    def sizes(self) -> list[Size]:
        return sizes(self.width)

    def size_path(self, size: Size) -> str:
        with unprefixed():
            return reverse("picture_size", args=[self.digest, size.width, size.format])

    def file_of(self, size: Size | None = None) -> FieldFile:
        """The file of the picture, or of a rendition. Makes the rendition if it is missing.

        Raises OSError if the stored picture is missing or damaged.
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
            # Another request has stored the same rendition meanwhile.
            self.file.storage.delete(kept)

    def make_sizes(self):
        for size in self.sizes:
            self.file_of(size)

    @classmethod
    def keep(cls, mission: Mission, digest: str, content: ContentFile, width: int, height: int) -> "Picture":
        made = cls(mission=mission, digest=digest, width=width, height=height)
        return made.stored_once(f"{digest}.webp", content)


class FigureManager(models.Manager):
    def get_queryset(self):
        # Every use of a figure needs its picture.
        return super().get_queryset().select_related("picture")


class Figure(EditionPart):
    edition = models.ForeignKey(Edition, models.CASCADE, related_name="figures", verbose_name=_("edition"))
    picture = models.ForeignKey(Picture, models.PROTECT, related_name="figures", verbose_name=_("picture"))
    alt = LineField(
        _("alternative text"),
        max_length=1000,
        blank=True,
        help_text=_("What the picture shows, for those who cannot see it."),
    )
    decorative = models.BooleanField(
        _("decorative"),
        default=False,
        help_text=_("The picture says nothing that is not in the text. Screen readers pass over it."),
    )
    caption = LineField(_("caption"), max_length=1000, blank=True)
    credit = LineField(_("credit"), max_length=300, blank=True)
    # Percentages, as in CSS's object-position.
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
                violation_error_message=_("A decorative picture is not described."),
            ),
        ]

    def __str__(self):
        decoration = gettext("decorative") if self.decorative else ""
        return self.caption or self.alt or capfirst(decoration) or str(self.picture)

    @property
    def lacks_words(self) -> bool:
        return not self.alt and not self.decorative
