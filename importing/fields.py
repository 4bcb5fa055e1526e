"""Types for the keys of a line: texts, labels, instants and days. Each error says how to correct it."""

import hashlib
import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Annotated, ClassVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import slug_re
from django.utils.text import slugify
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from embassy.instant import floor_to_minute
from importing.errors import shown

# Neither XML (our feeds) nor PostgreSQL can store control characters and lone surrogates.
FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
# The default length of Django's slug fields.
LONGEST_SLUG = 50
ISO_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
# Addresses contain a year of four digits that begins with 1 or 2. One day is left at each end for time zones.
FIRST, LAST = datetime(1000, 1, 2, tzinfo=UTC), datetime(2999, 12, 30, tzinfo=UTC)


class Line(BaseModel):
    """One line of an archive. An optional key that is null counts as missing, except for keys in OPEN."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)
    OPEN: ClassVar[frozenset[str]] = frozenset({"live_from", "live_until"})
    # The keys that identify a line in a later import.
    IDENTITY: ClassVar[tuple[str, ...]] = ("id",)

    type: str

    def given(self, *names: str) -> dict:
        values = {name: getattr(self, name) for name in names if name in self.model_fields_set}
        return {name: value for name, value in values.items() if value is not None or name in self.OPEN}


def one_line(value: str) -> str:
    return " ".join(value.split())


def text(
    longest: int | None = None,
    *,
    required: bool = False,
    lines: bool = False,
    normalise: Callable[[str], str] = one_line,
) -> AfterValidator:
    """A validator that normalises a text to one line. With `lines`, several lines are kept, only stripped."""

    def check(value: str) -> str:
        if found := FORBIDDEN.search(value):
            raise ValueError(f"holds the character U+{ord(found[0]):04X}, which no page can show. Take it out.")
        value = value.strip() if lines else normalise(value)
        if required and not value:
            raise ValueError("is empty. Write something here.")
        if longest is not None and len(value) > longest:
            raise ValueError(f"has {len(value)} characters; at most {longest} are allowed. Shorten it.")
        return value

    return AfterValidator(check)


def obeys(*rules: Callable[[str], object]) -> AfterValidator:
    """A validator that runs Django's validators, so that their errors are reported with all others."""

    def check(value: str) -> str:
        try:
            for rule in rules:
                rule(value)
        except ValidationError as error:
            raise ValueError(" ".join(error.messages)) from error
        return value

    return AfterValidator(check)


def unless_empty(rule: Callable[[str], object]) -> Callable[[str], object]:
    """A rule that accepts an empty text, too: an empty text deletes the stored one."""
    return lambda value: value and rule(value)


def _labels(value: dict[str, str]) -> dict[str, str]:
    spoken = [code for code, _name in settings.LANGUAGES]
    for language, wording in value.items():
        if language not in spoken:
            raise ValueError(f"is in {shown(language)}. The languages of the site are: {', '.join(spoken)}.")
        if not wording:
            raise ValueError(f"is empty in {shown(language)}. Write something there or leave the language out.")
    return value


def _required_labels(value: dict[str, str]) -> dict[str, str]:
    if not value:
        raise ValueError("is empty. Write it in at least one language.")
    return value


Labels = Annotated[dict[str, Annotated[str, text(lines=True)]], AfterValidator(_labels)]
RequiredLabels = Annotated[Labels, AfterValidator(_required_labels)]


def _instant(value):
    example = "Write it as 2022-01-23T12:00:00+00:00."
    if not isinstance(value, str):
        raise ValueError(f"must be an instant in quotation marks. {example}")
    try:
        found = datetime.fromisoformat(value)
    except ValueError as problem:
        raise ValueError(f"{shown(value)} is not an instant. {example}") from problem
    if found.utcoffset() is None:
        raise ValueError(f"{shown(value)} has no offset from UTC. {example}")
    if not FIRST <= found <= LAST:
        raise ValueError(f"{shown(value)} is not in the years 1000 to 2999. Check the year.")
    return floor_to_minute(found.astimezone(UTC))


def _day(value):
    if not isinstance(value, str):
        raise ValueError("must be a date in quotation marks. Write it as 2022-01-23.")
    try:
        return date.fromisoformat(value if ISO_DAY.fullmatch(value) else "")
    except ValueError as problem:
        raise ValueError(f"{shown(value)} is not a date of the calendar. Write it as 2022-01-23.") from problem


# In UTC, rounded down to the minute.
Instant = Annotated[datetime, BeforeValidator(_instant)]
Day = Annotated[date, BeforeValidator(_day)]
Identifier = Annotated[str, text(200, required=True)]
# A position in a list, within the range of PostgreSQL's smallint.
Position = Annotated[int, Field(ge=0, le=32767)]


def _address(identifier: str) -> str:
    """The identifier as a slug: unchanged if it is one, otherwise slugified with a hash that keeps it unique."""
    if slug_re.fullmatch(identifier) and len(identifier) <= LONGEST_SLUG:
        return identifier
    suffix = hashlib.sha256(identifier.encode()).hexdigest()[:8]
    return f"{slugify(identifier)[: LONGEST_SLUG - 9]}-{suffix}".lstrip("-")


# An identifier that is used as a slug. The sender's identifier may be any text.
SlugIdentifier = Annotated[str, text(200, required=True), AfterValidator(_address)]
