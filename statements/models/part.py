from django.db import models
from django.utils.translation import gettext_lazy as _

from statements.models.edition import Edition
from statements.models.moves import WrongMove

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
