from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Exists, OuterRef
from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils.crypto import get_random_string
from django.utils.translation import get_language_info
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from embassy.db.intervals import ContentQuerySet
from embassy.http.languages import unprefixed
from embassy.models import Mission, languages
from richtext.body import LineField
from statements.models.edition import Edition
from statements.models.media import EditionPart, StoredFile
from uploads.documents.inspect import Examined
from uploads.documents.metadata import Traces

# Keys are random, so that nobody can guess the addresses of other attachments.
KEY_LENGTH = 10
KEY_LETTERS = "23456789abcdefghjkmnpqrstuvwxyz"


def new_key() -> str:
    return get_random_string(KEY_LENGTH, KEY_LETTERS)


class DocumentQuerySet(ContentQuerySet):
    def unused(self) -> Self:
        return self.filter(attachments=None)


class Document(StoredFile):
    """A file that has been inspected. Several editions may attach it."""

    class Kind(models.TextChoices):
        PDF = "pdf", "PDF"
        DOCX = "docx", "DOCX"
        ODT = "odt", "ODT"
        JPEG = "jpg", "JPEG"
        PNG = "png", "PNG"
        WEBP = "webp", "WebP"

    CONTENT_TYPES = {
        "pdf": "application/pdf",
        "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "odt": "application/vnd.oasis.opendocument.text",
        "jpg": "image/jpeg",
        "png": "image/png",
        "webp": "image/webp",
    }

    kind = models.CharField(_("kind"), max_length=4, choices=Kind, editable=False)
    file = models.FileField(_("file"), upload_to="documents", max_length=120)
    size = models.PositiveIntegerField(_("size in bytes"), editable=False)
    traces = models.JSONField(_("what was left in it"), default=dict, blank=True, editable=False)

    objects = DocumentQuerySet.as_manager()

    class Meta(StoredFile.Meta):
        verbose_name = _("document")
        verbose_name_plural = _("documents")

    def __str__(self):
        return f"{self.digest[:12]} ({self.get_kind_display()}, {filesizeformat(self.size)})"

    @property
    def content_type(self) -> str:
        return self.CONTENT_TYPES[self.kind]

    @property
    def left_in(self) -> list[str]:
        """Sentences about the metadata that authors left in the file."""
        return Traces(**self.traces).in_words()

    @classmethod
    def keep(cls, mission: Mission, examined: Examined) -> "Document":
        return cls.of(mission, examined).stored_once(f"{examined.digest}.{examined.kind}", examined.content)

    @classmethod
    def of(cls, mission: Mission, examined: Examined) -> "Document":
        """An unsaved document; the file is not stored yet."""
        traces = examined.traces.as_json()
        return cls(mission=mission, digest=examined.digest, kind=examined.kind, size=examined.size, traces=traces)


class AttachmentQuerySet(models.QuerySet):
    def of(self, mission) -> Self:
        return self.filter(edition__mission_id=mission.pk)

    def live(self, *, at: datetime) -> Self:
        # The subquery is correlated, so that a database reads only the edition of each attachment, not all live ones.
        return self.filter(Exists(Edition.objects.live(at=at).filter(pk=OuterRef("edition"))))


class AttachmentManager(models.Manager):
    def get_queryset(self):
        # Every use of an attachment needs its document.
        return super().get_queryset().select_related("document")


class Attachment(EditionPart):
    """A document attached to an edition. A correction keeps the `key`, so the address leads to the live version."""

    edition = models.ForeignKey(Edition, models.CASCADE, related_name="attachments", verbose_name=_("edition"))
    document = models.ForeignKey(Document, models.PROTECT, related_name="attachments", verbose_name=_("file"))
    key = models.CharField(max_length=KEY_LENGTH, default=new_key, editable=False)
    name = models.CharField(_("name in its address"), max_length=100)
    title = LineField(
        _("title"), max_length=1000, help_text=_("The title that readers see, in the language of this edition.")
    )
    language = models.CharField(
        _("language of the file"),
        max_length=12,
        choices=languages,
        blank=True,
        help_text=_("Leave it empty for a file without words."),
    )

    objects = AttachmentManager.from_queryset(AttachmentQuerySet)()

    class Meta:
        verbose_name = _("attachment")
        verbose_name_plural = _("attachments")
        ordering = ["position", "pk"]
        constraints = [
            # The key comes first, because files are looked up by it.
            models.UniqueConstraint(fields=["key", "edition"], name="statements_attachment_one_key_an_edition")
        ]

    def __str__(self):
        return self.title

    @property
    def filename(self) -> str:
        """The name of the downloaded file. Its extension depends on the content, not on the uploaded name."""
        return f"{self.name}.{self.document.kind}"

    def get_absolute_url(self):
        with unprefixed():
            return reverse("attachment", args=[self.key, self.filename])

    @property
    def described(self) -> str:
        said = {"kind": self.document.get_kind_display(), "size": filesizeformat(self.document.size)}
        if not self.language:
            return _now("%(kind)s, %(size)s") % said
        language = get_language_info(self.language)["name_translated"]
        return _now("%(kind)s, %(size)s, in %(language)s") % {**said, "language": language}
