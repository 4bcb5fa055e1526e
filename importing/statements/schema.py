"""The keys of topic, speaker and statement lines."""

import re
from functools import cached_property
from typing import Annotated, Literal

from django.conf import settings
from django.core.exceptions import ValidationError
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, field_validator

from importing.errors import printable, shown
from importing.fields import Identifier, Instant, Labels, Line, RequiredLabels, obeys, text
from importing.inventory import Matter
from importing.statements.embedded import with_links
from richtext.characters import tidy
from richtext.limits import check_readable
from richtext.plain_text import from_plain_text
from statements.models import Attachment, Edition, Figure, Kind
from statements.public.redirects import as_old_address

ONE_LINE = text(required=True)
LONGEST_NAME = 200
KIND = re.compile(r"[a-zA-Z0-9][-a-zA-Z0-9_]*")


def length(model, field: str) -> int:
    return model._meta.get_field(field).max_length


def _wording(model, field: str, *, required: bool = False):
    """A validator for a text that readers see. Normalises it as the model's field does, then checks its length."""
    return text(length(model, field), required=required, normalise=tidy)


def old_address(value: str) -> str:
    """The old address, without the host."""
    try:
        return as_old_address(value)
    except ValidationError as error:
        raise ValueError(printable(" ".join(error.messages))) from error


def _old_addresses(value):
    """A list of old addresses, from one or several."""
    given = value if isinstance(value, list) else [value]
    if not all(isinstance(address, str) for address in given):
        raise ValueError("must be a text in quotation marks, or a list of such texts.")
    return list(dict.fromkeys(old_address(ONE_LINE.func(address)) for address in given))


def _without_folders_above(value: str) -> str:
    if value.startswith("/") or "\\" in value or ".." in value.split("/"):
        raise ValueError(f"{shown(value)} leads out of the archive’s folder. Write a path inside it: pictures/1.jpg.")
    return value


def _within_the_picture(value: list[int]) -> list[int]:
    if len(value) != 2 or not all(0 <= place <= 100 for place in value):
        raise ValueError(
            "is no place in a picture. Write two numbers of 0 to 100, from the left and from the top: [50, 30]."
        )
    return value


def _spoken(value: str) -> str:
    known = [code for code, _name in settings.LANGUAGES]
    if value and value not in known:
        raise ValueError(
            f"{shown(value)} is not a language of the site. Write one of these: {', '.join(known)}; "
            "or an empty text for a file without words."
        )
    return value


def _short(names: dict[str, str]) -> dict[str, str]:
    for language, name in names.items():
        if len(name) > LONGEST_NAME:
            raise ValueError(
                f"has {len(name)} characters in {language}; at most {LONGEST_NAME} are allowed. Shorten it."
            )
    return names


class TopicLine(Line):
    type: Literal["topic"]
    id: Identifier
    name: RequiredLabels


class SpeakerLine(Line):
    type: Literal["speaker"]
    id: Identifier
    name: RequiredLabels
    role: Labels | None = None


class ImageKey(BaseModel):
    """A picture beside the archive, and its texts in the statement's language."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    path: Annotated[str, text(1000, required=True), AfterValidator(_without_folders_above)]
    alt: Annotated[str, _wording(Figure, "alt")] = ""
    caption: Annotated[str, _wording(Figure, "caption")] = ""
    credit: Annotated[str, _wording(Figure, "credit")] = ""
    decorative: bool = False
    # The focal point: per cent from the left, per cent from the top.
    focus: Annotated[list[int], AfterValidator(_within_the_picture)] = [50, 50]

    @field_validator("decorative")
    @classmethod
    def check_undescribed(cls, value, info):
        if value and info.data.get("alt"):
            raise ValueError(
                "stands beside an alternative text. A decorative picture is not described: keep one of the two."
            )
        return value


class AttachmentKey(BaseModel):
    """A file beside the archive that readers can download. Without `language`, it has the statement's language."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    path: Annotated[str, text(1000, required=True), AfterValidator(_without_folders_above)]
    title: Annotated[str, _wording(Attachment, "title", required=True)]
    language: Annotated[str, text(), AfterValidator(_spoken)] | None = None
    name: Annotated[str, text(length(Attachment, "name"), required=True)] | None = None


class StatementLine(Line):
    type: Literal["statement"]
    id: Identifier
    language: Annotated[str, text(required=True)]
    kind: Annotated[str, text(required=True)]
    title: Annotated[str, _wording(Edition, "title", required=True)]
    lead: Annotated[str, _wording(Edition, "lead")] | None = None
    body_html: Annotated[str, text(lines=True), obeys(check_readable)] | None = None
    body_text: Annotated[str, text(lines=True), obeys(check_readable)] | None = None
    published_at: Instant
    topics: list[Annotated[str, text(LONGEST_NAME, required=True)]] | None = None
    # The names of some of the topics in several languages.
    topic_names: dict[str, Annotated[RequiredLabels, AfterValidator(_short)]] | None = None
    speaker: Annotated[str, text(LONGEST_NAME, required=True)] | None = None
    featured: bool | None = None
    legacy_url: Annotated[list[str], BeforeValidator(_old_addresses)] | None = None
    translation_of: Identifier | None = None
    place: Annotated[str, _wording(Edition, "place")] | None = None
    updated_at: Instant | None = None
    change_note: Annotated[str, _wording(Edition, "change_note")] | None = None
    images: list[ImageKey] | None = None
    attachments: list[AttachmentKey] | None = None

    @field_validator("language")
    @classmethod
    def check_spoken(cls, value, info):
        mission = info.context.mission
        if mission.pk and value not in mission.languages:
            raise ValueError(
                f"{shown(value)} is not a language of the mission. It publishes in {', '.join(mission.languages)}."
            )
        return value

    @field_validator("kind")
    @classmethod
    def check_kind(cls, value, info):
        if KIND.fullmatch(value) and len(value) <= length(Kind, "slug"):
            return value
        known = Kind.objects.of(info.context.mission).values_list("slug", flat=True)
        raise ValueError(
            f"{shown(value)} is not a kind of statement. Write one of these: {', '.join(known)}; "
            "or a new one in letters, digits and hyphens."
        )

    @field_validator("body_html")
    @classmethod
    def keep_embedded(cls, value, info):
        return value and with_links(value, lambda text: info.context.say(f"body_html: {text}", Matter.LINK))

    @field_validator("body_text")
    @classmethod
    def check_one_body(cls, value, info):
        if value and info.data.get("body_html"):
            raise ValueError("stands beside body_html. Keep one of the two.")
        return value

    @cached_property
    def body(self) -> str:
        return self.body_html or from_plain_text(self.body_text or "")
