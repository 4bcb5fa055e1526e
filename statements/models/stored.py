from typing import Self

from django.core.files.base import File
from django.db import models

from embassy.models import Mission


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
