"""The schemas of the API's responses. django-ninja fills them from rows, in the language of the address.

It reads an alias with a dot, such as "picture.width", like a variable in a template. The OpenAPI document contains
the schemas' docstrings and descriptions.
"""

from datetime import date, datetime
from typing import Annotated, Literal

from django.urls import reverse
from ninja import Field, Schema
from pydantic import BeforeValidator

from embassy.http.languages import translated
from richtext.rewrite_links import with_absolute_addresses
from statements.public.standing_pages import page_languages
from statements.public.statement_page import live_languages

# A label in the language of the address.
Label = Annotated[str, BeforeValidator(str)]


class Named(Schema):
    @staticmethod
    def resolve_name(row):
        return str(row)


class Addressed(Schema):
    @staticmethod
    def resolve_url(row, context):
        address = row.get_absolute_url()
        return context["request"].build_absolute_uri(address) if address else None


class Problem(Schema):
    """Why a request could not be answered."""

    detail: str
    parameters: dict[str, list[str]] = Field({}, description="What is wrong, by parameter.")


class Gone(Problem):
    """A statement or page that was published and has been taken away."""

    published_at: datetime
    withdrawn_at: datetime
    reason: str = Field(description="Why it was withdrawn; empty when its time was over.")
    translations: list["Translation"] = Field(description="The languages in which it is still published.")


class Subject(Named):
    """A kind or a topic."""

    slug: str = Field(description="The value for the parameter `kind` or `topic`.")
    name: str


class Speaker(Named):
    slug: str = Field(description="The value for the parameter `speaker`.")
    name: str
    role: Label


COUNT = "How many statements are published under it in this language."


class Counted(Subject):
    count: int = Field(description=COUNT)


class CountedSpeaker(Speaker):
    count: int = Field(description=COUNT)


class Picture(Schema):
    url: str
    width: int = Field(validation_alias="picture.width")
    height: int = Field(validation_alias="picture.height")
    alt: str
    caption: str
    credit: str

    @staticmethod
    def resolve_url(figure, context):
        return context["request"].build_absolute_uri(figure.picture.get_absolute_url())


class File(Addressed):
    url: str
    title: str
    media_type: str = Field(validation_alias="document.content_type")
    size: int = Field(validation_alias="document.size", description="In bytes.")
    language: str = Field(description="Empty for a file without words.")


class Translation(Schema):
    language: str
    url: str
    api_url: str


def translations(request, statement) -> list[dict]:
    codes = live_languages(request, statement)
    return _translations(request, codes, statement.get_absolute_url(), api_path(statement))


def page_translations(request, page: int, path: str) -> list[dict]:
    addresses = (reverse(name, args=[path]) for name in ("page", "api_page"))
    return _translations(request, page_languages(request, page), *addresses)


def _translations(request, codes: list[str], page: str, source: str) -> list[dict]:
    def absolute(code: str, url: str) -> str:
        return request.build_absolute_uri(translated(request, code, url))

    return [
        {"language": code, "url": absolute(code, page), "api_url": absolute(code, source)}
        for code in codes
        if code != request.LANGUAGE_CODE
    ]


def api_path(statement) -> str:
    return reverse("api_statement", args=[statement.day.isoformat(), statement.slug])


class Summary(Addressed):
    """A statement in a list."""

    url: str = Field(description="Its page. It never changes, so it identifies the statement.")
    api_url: str = Field(description="The address of the full statement in the API.")
    language: str
    title: str
    lead: str
    kind: Subject = Field(validation_alias="statement.kind")
    topics: list[Subject] = Field(validation_alias="statement.topics")
    speaker: Speaker | None = Field(validation_alias="statement.speaker")
    day: date = Field(
        validation_alias="statement.day", description="The day of first publication by the mission’s calendar."
    )
    published_at: datetime
    updated_at: datetime = Field(
        validation_alias="live_from", description="Later than `published_at` when it has been corrected."
    )

    @staticmethod
    def resolve_api_url(edition, context):
        return context["request"].build_absolute_uri(api_path(edition.statement))


class Full(Summary):
    """A statement with all that its page shows."""

    body_html: str
    place: str
    change_note: str = Field(description="What the last correction put right.")
    pictures: list[Picture] = Field(validation_alias="figures")
    files: list[File] = Field(validation_alias="attachments")
    translations: list[Translation]

    @staticmethod
    def resolve_body_html(edition, context):
        return with_absolute_addresses(edition.body, Summary.resolve_url(edition, context))

    @staticmethod
    def resolve_change_note(edition):
        return edition.change_note if edition.corrects_id else ""

    @staticmethod
    def resolve_translations(edition, context):
        return translations(context["request"], edition.statement)


class Page(Schema):
    """Some statements, the newest first."""

    items: list[Summary]
    next: str | None = Field(description="The address of the next, older statements; null if there are none.")


class StandingPage(Addressed):
    """A page that stays, such as “Visas”. It stands in the menu and in no list of statements."""

    url: str
    api_url: str = Field(description="The address of the full page in the API.")
    path: str = Field(description="Its place in the addresses, such as `visas` or `visas/study`.")
    parent: str | None = Field(description="The path of the page over it in the menu; null on the first level.")
    language: str = Field(validation_alias="edition.language")
    title: str = Field(validation_alias="edition.title")
    lead: str = Field(validation_alias="edition.lead")
    published_at: datetime = Field(validation_alias="edition.published_at")
    updated_at: datetime = Field(validation_alias="edition.live_from")

    @staticmethod
    def resolve_api_url(entry, context):
        return context["request"].build_absolute_uri(reverse("api_page", args=[entry.path]))

    @staticmethod
    def resolve_parent(entry):
        return entry.parent.path if entry.parent else None


class FullPage(StandingPage):
    """A page that stays, with all that it shows."""

    body_html: str
    change_note: str = Field(description="What the last correction put right.")
    pictures: list[Picture] = Field(validation_alias="edition.figures")
    files: list[File] = Field(validation_alias="edition.attachments")
    translations: list[Translation]

    @staticmethod
    def resolve_body_html(entry, context):
        return with_absolute_addresses(entry.edition.body, StandingPage.resolve_url(entry, context))

    @staticmethod
    def resolve_change_note(entry):
        return Full.resolve_change_note(entry.edition)

    @staticmethod
    def resolve_translations(entry, context):
        return page_translations(context["request"], entry.edition.statement_id, entry.path)


class Incident(Addressed):
    """A counter."""

    slug: str
    url: str | None = Field(description="Its page, if it has one.")
    title: Label
    remark: Label
    summary: Label
    direction: Literal["since", "until"]
    date: date
    days: int
    sentence: str = Field(description="What its banner says.")

    @staticmethod
    def resolve_days(incident, context):
        return incident.days(today(context["request"]))

    @staticmethod
    def resolve_sentence(incident, context):
        return incident.banner(today(context["request"]))


def today(request) -> date:
    return request.mission.today(request.instant)


class Phone(Schema):
    number: str = Field(description="In the international form, E.164, or a short number such as 112.")
    extension: str = Field(description="Digits to dial once it answers; empty if there is none.")
    label: Label
    emergency: bool


class Email(Schema):
    address: str
    label: Label


CLOCK = r"^\d\d:\d\d$"


class Span(Schema):
    opens: str = Field(validation_alias="opens_at", pattern=CLOCK, description="By the clocks of `time_zone`.")
    closes: str = Field(
        validation_alias="closes_at", pattern=CLOCK, description="If it is not later than `opens`, on the next day."
    )
    by_appointment: bool


class Day(Schema):
    weekday: int = Field(ge=1, le=7, description="1 is Monday.")
    number: int | None = Field(description="1 is the first such weekday of a month, -1 the last; null: every week.")
    spans: list[Span]

    @staticmethod
    def resolve_weekday(day):
        return day.weekday + 1


class Timetable(Schema):
    """Opening hours. If several cover a day, the shortest period counts. Equally short periods add up."""

    first_day: date | None = Field(description="With `last_day` null, too: the hours of every week.")
    last_day: date | None
    days: list[Day]
    note: Label


class Opening(Schema):
    """Whether the office is open at the minute of the answer."""

    is_open: bool
    by_appointment: bool = Field(description="Of the present opening, or of the next one.")
    until: datetime | None = Field(description="When it closes; null when closed, or open day and night.")
    opens: datetime | None = Field(description="When it opens next; null when open, or not known.")


class Closure(Schema):
    first_day: date
    last_day: date
    reason: Label


class Service(Schema):
    """What people come to the office for."""

    name: Label
    audience: Label = Field(description="For whom it is.")
    requirements: Label = Field(description="What to bring, one thing a line.")
    fee: str | None = Field(description="An amount in `currency`, such as 85.00; null when it depends.")
    currency: str = Field(description="Three letters (ISO 4217), such as EUR; empty when there is no fee.")
    duration: Label = Field(description="How long it takes.")
    booking: Label = Field(description="How to book.")
    booking_address: str

    @staticmethod
    def resolve_fee(service):
        return None if service.fee is None else str(service.fee)


class Office(Named, Addressed):
    """A consular section or other public office."""

    slug: str
    url: str
    api_url: str
    name: str
    summary: Label
    address: Label
    local_address: str = Field(description="As it is written in the host country.")
    latitude: float | None
    longitude: float | None
    wheelchair: Literal["yes", "partly", "no", ""] = Field(description="Empty when it is not known.")
    access: Label = Field(description="How to get in.")
    languages_spoken: Label
    checked_on: date | None = Field(description="The day on which staff last found all of this right.")
    district: Label
    phones: list[Phone]
    emails: list[Email]
    services: list[Service]
    time_zone: str
    opening: Opening | None = Field(description="Null when it is not known.")
    week: list[Day] = Field(
        description="The hours that hold today: from Monday to Sunday, then days of a month; empty when not known."
    )
    timetables: list[Timetable] = Field(description="All hours that are known, past exceptions too.")
    closures: list[Closure] = Field(
        validation_alias="closures_ahead", description="Days on which it is or will be closed, the nearest first."
    )

    @staticmethod
    def resolve_api_url(office, context):
        return context["request"].build_absolute_uri(reverse("api_office", args=[office.slug]))

    @staticmethod
    def resolve_time_zone(office):
        return office.place.zone


class Notice(Schema):
    """A short alert that stands on every page."""

    text: Label
    kind: Literal["information", "closure", "travel-advice", "emergency"]
