"""Rows with a page of their own. The page's address is made from a label. It becomes public only with the row."""

import re
from datetime import datetime
from typing import Any

from django.utils.text import slugify

from embassy.db.intervals import Live
from embassy.free_slug import first_free

# A slug may have 100 characters. The shorter limit leaves room for a number at the end.
LONGEST = 90
# The number that first_free() appends to a slug that is taken. A year at the end of a label has more digits.
APPENDED_NUMBER = re.compile(r"-\d{1,3}$")


class Addressed(Live):
    mission: Any
    slug: Any
    objects: Any

    class Meta:
        abstract = True

    @classmethod
    def slug_of(cls, label: dict) -> str:
        """The slug of the first text that has Latin letters or digits; without one, the name of the model."""
        made = (slugify(text)[:LONGEST].strip("-_") for text in label.values())
        return next(filter(None, made), str(cls._meta.model_name))

    def has_slug_of(self, label: dict) -> bool:
        return APPENDED_NUMBER.sub("", self.slug) == self.slug_of(label)

    def take_slug(self, label: dict, *, at: datetime):
        """Take the slug of the label. Append a number if a row that is public no later than this one has this slug.

        A row that becomes public later gives the slug up to this row: a number here would reveal that other row.
        """
        rows = type(self).objects.of(self.mission)
        others = rows.exclude(pk=self.pk)
        before = others.begun(at=max(at, self.live_from or at))
        self.slug = self._free(self.slug_of(label), before)
        if later := others.filter(slug=self.slug).first():
            # Clear this row's stored slug, because the other row may take it. No label's slug begins with “-”.
            rows.filter(pk=self.pk).update(slug=f"-{self.pk}")
            later.slug = self._free(self.slug_of(label), others)
            later.save(update_fields=["slug"])

    def _free(self, slug: str, others) -> str:
        taken = set(others.filter(slug__startswith=slug).values_list("slug", flat=True))
        return first_free(slug, taken, others.model._meta.get_field("slug").max_length)
