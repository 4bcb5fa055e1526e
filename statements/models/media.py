from copy import copy
from typing import Self

from django.core.files.base import File
from django.db import models
from django.utils.translation import gettext_lazy as _

from embassy.models import Mission
from statements.models.edition import Edition
from statements.models.workflow import WrongMove

LAST_PLACE = 32_767


class EditionPart(models.Model):
    """A picture or file of an edition. It is approved together with the text. Without a position, it is put last."""

    edition: models.ForeignKey[Edition, Edition]
    position = models.PositiveSmallIntegerField(
        _("place in the row"), blank=True, help_text=_("Leave it empty to put it last.")
    )

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

    def copy_for(self, edition: Edition) -> Self:
        """An unsaved copy for another edition. The copy of an attachment has the same key, and so the same address."""
        made = copy(self)
        made.pk, made._state.adding, made.edition = None, True, edition
        return made

    def _touch_edition(self):
        edition = Edition.objects.get(pk=self.edition_id)
        if edition.is_approved:
            raise WrongMove(_("An approved edition never changes. Make a new edition to correct it."))
        if edition.is_in_review:
            Edition.objects.filter(pk=edition.pk).update(status=Edition.Status.DRAFT)


class StoredFile(models.Model):
    """A file that a mission stores only once, however often it is uploaded. The digest tells whether it is stored."""

    file: models.FileField
    mission = models.ForeignKey(Mission, models.CASCADE, verbose_name=_("mission"))
    digest = models.CharField(_("digest"), max_length=64, editable=False)

    class Meta:
        abstract = True
        constraints = [
            models.UniqueConstraint(fields=["mission", "digest"], name="statements_%(class)s_stored_once_a_mission")
        ]

    def stored_once(self, name: str, content: File) -> Self:
        """Return the mission's row with this digest, or create it. If the row's file is missing, store it again."""
        whose = {"mission": self.mission, "digest": self.digest}
        rows = type(self)._default_manager
        kept = rows.filter(**whose).first()
        if kept is None:
            self.file.save(name, content, save=False)
            fields = [field.name for field in self._meta.concrete_fields if not field.primary_key]
            given = {field: getattr(self, field) for field in fields if field not in whose}
            # Another request may have stored the same file meanwhile.
            kept, _new = rows.get_or_create(**whose, defaults=given)
        elif not kept.file.storage.exists(str(kept.file.name)):
            kept.file.save(name, content)
        return kept
