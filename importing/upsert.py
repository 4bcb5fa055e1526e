"""Creates or updates a single row, without a batch. The row is validated, and saved only if it has changed."""

from collections.abc import Mapping
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import models

from embassy.db.dated import Dated
from embassy.db.intervals import Live
from importing.errors import Refused


def upsert(row: models.Model, values: Mapping, keys: Mapping[str, str], at: datetime | None = None) -> str:
    """Returns "new", "updated" or "unchanged"; raises Refused.

    `keys` maps a field to the line's key if they have different names. If the row is Dated, its new values hold from
    the instant `at`, or from its `live_from` if that is later.
    """
    new = row._state.adding
    before = {name: getattr(row, name) for name in values}
    for name, value in values.items():
        setattr(row, name, value)
    _check_term(row)
    try:
        row.full_clean()
    except ValidationError as error:
        raise Refused.by_model(error, keys) from error
    if not new and all(getattr(row, name) == value for name, value in before.items()):
        return "unchanged"
    if isinstance(row, Dated) and at is not None and not new:
        row.change(at=at)
    else:
        row.save()
    return "new" if new else "updated"


def _check_term(row: models.Model):
    """Refuse an interval that ends before it begins. The message names the line's keys, not the labels of a form."""
    if isinstance(row, Live) and row.live_from and row.live_until and row.live_until <= row.live_from:
        raise Refused(
            {
                "live_until": f"{row.live_until.isoformat()} must be later than live_from, "
                f"{row.live_from.isoformat()}. Correct one of the two."
            }
        )
