"""A row of a rare type: given new values, checked by its model's own rules, and written only if that changes it."""

from collections.abc import Mapping

from django.core.exceptions import ValidationError
from django.db import models

from embassy.db.intervals import Live
from importing.errors import Refused


def settle(row: models.Model, values: Mapping, keys: Mapping[str, str]) -> str:
    """Give the row the values and save it: "new", "updated", or "unchanged" when they are what it had.

    Raises Refused; `keys` names the archive's key for each field that has another name there.
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
    row.save()
    return "new" if new else "updated"


def _check_term(row: models.Model):
    """Say in the archive's own words what the model says in those of its form."""
    if isinstance(row, Live) and row.live_from and row.live_until and row.live_until <= row.live_from:
        raise Refused(
            {
                "live_until": f"{row.live_until.isoformat()} must be later than live_from, "
                f"{row.live_from.isoformat()}. Correct one of the two."
            }
        )
