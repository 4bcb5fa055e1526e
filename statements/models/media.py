from typing import Self

from django.core.files.base import File
from django.db import models
from django.utils.translation import gettext_lazy as _

from embassy.models import Mission
from statements.models.edition import Edition
from statements.models.workflow import WrongMove

LAST_PLACE = 32_767


class Part(models.Model):
    """What an edition shows beside its text: a part of what was approved, or handed in for review.

    Without a position it is put behind the others of its kind.
    """

    position: int | None

    class Meta:
        abstract = True

    def save(self, *args, **kwargs):
        self._touch_edition()
        if self.position is None:
            others = type(self)._default_manager.filter(edition=self.edition_id)
            highest = others.aggregate(highest=models.Max("position"))["highest"] or 0
            self.position = min(highest + 1, LAST_PLACE)
        super().save(*args, **kwargs)

    def delete(self, *args, **kwargs):
        self._touch_edition()
        return super().delete(*args, **kwargs)

    def _touch_edition(self):
        edition = Edition.objects.get(pk=self.edition_id)
        if edition.is_approved:
            raise WrongMove(_("An approved edition never changes. Make a new edition to correct it."))
        if edition.is_in_review:
            Edition.objects.filter(pk=edition.pk).update(status=Edition.Status.DRAFT)


class Stored(models.Model):
    """Bytes that a mission keeps once, by their digest, whoever brings them how often."""

    mission: models.ForeignKey[Mission, Mission]
    digest: models.CharField
    file: models.FileField

    class Meta:
        abstract = True

    def stored_once(self, name: str, content: File) -> Self:
        """The row with the digest of this one, which is neither saved nor stored yet; this one where there is none.

        Where the bytes have been lost since, by a restored database for instance, they are stored again.
        """
        whose = {"mission": self.mission, "digest": self.digest}
        rows = type(self)._default_manager
        kept = rows.filter(**whose).first()
        if kept is None:
            self.file.save(name, content, save=False)
            fields = [field.name for field in self._meta.concrete_fields if not field.primary_key]
            given = {field: getattr(self, field) for field in fields if field not in whose}
            # Somebody else may have stored the same meanwhile.
            kept, _new = rows.get_or_create(**whose, defaults=given)
        elif not kept.file.storage.exists(str(kept.file.name)):
            kept.file.save(name, content)
        return kept
