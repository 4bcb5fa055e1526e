"""The schemas of the API's responses. Their docstrings and descriptions are published in the OpenAPI document."""

from datetime import date, datetime
from typing import Literal

from ninja import Field, Schema


class Problem(Schema):
    """Why a request could not be answered."""

    detail: str
    parameters: dict[str, list[str]] = Field({}, description="What is wrong with which parameter.")


class Gone(Problem):
    """Of a statement that was published and has been taken away."""

    published_at: datetime
    withdrawn_at: datetime
    reason: str = Field(description="Why it was withdrawn; empty when its time was over.")
    translations: list["Translation"] = Field(description="The languages in which it is still published.")


class Subject(Schema):
    """A kind or a topic."""

    slug: str = Field(description="What the parameters `kind` and `topic` ask for.")
    name: str


class Speaker(Schema):
    slug: str = Field(description="What the parameter `speaker` asks for.")
    name: str
    role: str


COUNT = "How many statements are published under it in this language."


class Counted(Subject):
    count: int = Field(description=COUNT)


class CountedSpeaker(Speaker):
    count: int = Field(description=COUNT)


class Picture(Schema):
    url: str
    width: int
    height: int
    alt: str
    caption: str
    credit: str


class File(Schema):
    url: str
    title: str
    media_type: str
    size: int = Field(description="In bytes.")
    language: str = Field(description="Empty for a file without words.")


class Translation(Schema):
    language: str
    url: str
    api_url: str


class Summary(Schema):
    """A statement in a list."""

    url: str = Field(description="Its page. It never changes, so it identifies the statement.")
    api_url: str = Field(description="Where it is told in full.")
    language: str
    title: str
    lead: str
    kind: Subject
    topics: list[Subject]
    speaker: Speaker | None
    day: date = Field(description="The day of first publication by the mission’s calendar.")
    published_at: datetime
    updated_at: datetime = Field(description="Later than `published_at` when it has been corrected.")


class Full(Summary):
    """A statement with all that its page shows."""

    body_html: str
    place: str
    change_note: str = Field(description="What the last correction put right.")
    pictures: list[Picture]
    files: list[File]
    translations: list[Translation]


class Page(Schema):
    """Some statements, the newest first."""

    items: list[Summary]
    next: str | None = Field(description="The address of the statements before these.")


class Incident(Schema):
    """A counter."""

    slug: str
    url: str | None = Field(description="Its page, if it has one.")
    title: str
    remark: str
    summary: str
    direction: Literal["since", "until"]
    date: date
    days: int
    sentence: str = Field(description="What its banner says.")


class Phone(Schema):
    number: str = Field(description="In the international form, E.164.")
    label: str
    emergency: bool


class Email(Schema):
    address: str
    label: str


CLOCK = r"^\d\d:\d\d$"


class Span(Schema):
    opens: str = Field(pattern=CLOCK, description="By the clocks of `time_zone`.")
    closes: str = Field(pattern=CLOCK)


class Day(Schema):
    weekday: int = Field(ge=1, le=7, description="1 is Monday.")
    spans: list[Span]


class Closure(Schema):
    first_day: date
    last_day: date
    reason: str


class Office(Schema):
    """A consular section or other public office."""

    slug: str
    url: str
    api_url: str
    name: str
    summary: str
    address: str
    district: str
    phones: list[Phone]
    emails: list[Email]
    time_zone: str
    week: list[Day] = Field(description="From Monday to Sunday; empty when no hours are known.")
    closures: list[Closure] = Field(description="Days on which it is or will be shut, the nearest first.")


class Notice(Schema):
    """A short alert that stands on every page."""

    text: str
