"""Types for the keys of a line: texts, labels, instants and days. Each error says how to correct it."""

import hashlib
import re
from collections.abc import Callable
from datetime import date, datetime
from typing import Annotated, Any, ClassVar, cast

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import slug_re
from django.utils.text import slugify
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationInfo

from embassy.instant import floor_to_minute
from importing.date_formats import SeveralZones, Unclear, read
from importing.errors import shown
from importing.inventory import Matter
from richtext.characters import seen

# Control characters, lone surrogates and two non-characters. XML (our feeds) forbids almost all of them, and
# PostgreSQL can store neither NUL nor lone surrogates.
FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
# The default length of Django's slug fields.
LONGEST_SLUG = 50
ISO_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class Line(BaseModel):
    """One line of an archive. An optional key that is null counts as missing. In OPEN keys, null means no limit."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)
    OPEN: ClassVar[frozenset[str]] = frozenset({"live_from", "live_until"})
    # An archive must not have two lines of a type with the same values of these keys.
    IDENTITY: ClassVar[tuple[str, ...]] = ("id",)

    type: str

    def given(self, *names: str) -> dict:
        values = {name: getattr(self, name) for name in names if name in self.model_fields_set}
        return {name: value for name, value in values.items() if value is not None or name in self.OPEN}


def one_line(value: str) -> str:
    return " ".join(seen(value).split())


def text(
    longest: int | None = None,
    *,
    required: bool = False,
    lines: bool = False,
    normalise: Callable[[str], str] = one_line,
) -> AfterValidator:
    """A validator that checks a text and puts it on one line. With `lines`, it keeps line ends and strips the text."""

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
    """A validator that calls Django validators. Their errors are reported with the line's other errors."""

    def check(value: str) -> str:
        try:
            for rule in rules:
                rule(value)
        except ValidationError as error:
            raise ValueError(" ".join(error.messages)) from error
        return value

    return AfterValidator(check)


def unless_empty(rule: Callable[[str], object]) -> Callable[[str], object]:
    """The rule, changed so that it also accepts an empty text, which deletes the stored text."""
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


Label = Annotated[str, AfterValidator(seen), text(lines=True)]
Labels = Annotated[dict[str, Label], AfterValidator(_labels)]
RequiredLabels = Annotated[Labels, AfterValidator(_required_labels)]


def _instant(value, info: ValidationInfo):
    example, run = "Write it as 2022-01-23T12:00:00+00:00.", cast(Any, info.context)
    if not isinstance(value, str):
        raise ValueError(f"must be an instant in quotation marks. {example}")
    try:
        reading = read(value, run.place)
    except SeveralZones as unclear:
        raise ValueError(f"{shown(value)} {unclear}.") from unclear
    except Unclear as unclear:
        raise ValueError(f"{shown(value)} {unclear}. {example}") from unclear
    if reading.guesses:
        meant = f"{reading.at:%Y-%m-%d %H:%M} UTC, because {' and '.join(reading.guesses)}"
        run.say(f"{info.field_name}: {shown(value)} was read as {meant}.", Matter.DATE)
    return floor_to_minute(reading.at)


def _day(value):
    if not isinstance(value, str):
        raise ValueError("must be a date in quotation marks. Write it as 2022-01-23.")
    try:
        return date.fromisoformat(value if ISO_DAY.fullmatch(value) else "")
    except ValueError as problem:
        raise ValueError(f"{shown(value)} is not a date of the calendar. Write it as 2022-01-23.") from problem


# An instant in UTC, rounded down to the minute.
Instant = Annotated[datetime, BeforeValidator(_instant)]
Day = Annotated[date, BeforeValidator(_day)]
Identifier = Annotated[str, text(200, required=True)]
# A position in a list, within the range of PostgreSQL's smallint.
Position = Annotated[int, Field(ge=0, le=32767)]


def _address(identifier: str) -> str:
    """The identifier as a slug. A valid slug is not changed; any other text is slugified and gets a hash."""
    if slug_re.fullmatch(identifier) and len(identifier) <= LONGEST_SLUG:
        return identifier
    suffix = hashlib.sha256(identifier.encode()).hexdigest()[:8]
    return f"{slugify(identifier)[: LONGEST_SLUG - 9]}-{suffix}".lstrip("-")


# The sender's identifier may be any text. It is turned into a slug.
SlugIdentifier = Annotated[str, text(200, required=True), AfterValidator(_address)]
