"""Template tags for the newsroom's start page: queues, scheduled editions, missing translations."""

from datetime import datetime
from operator import attrgetter

from django import template
from django.db.models import Exists
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.translation import get_language_info, gettext, ngettext
from django.utils.translation import gettext_lazy as _

from embassy.forms import reading
from embassy.models import Mission
from statements.desk.badges import STATES, badges, state_badge
from statements.desk.pages.addresses import form_of
from statements.desk.queues import HEADINGS, QUEUES, front_page, midnight, missing_in_a_language
from statements.models import Edition, Topic

register = template.Library()
register.filter("form_of", form_of)

LONGEST = 10

# The permission that a user needs to see each queue. The queues are in the order of the page.
CONCERNED = {
    "review": "approve_edition",
    "returned": "change_edition",
    "next": "view_edition",
    "drafts": "change_edition",
    "today": "view_edition",
    "again": "approve_edition",
}
EMPTY = {
    "review": _(
        "Nothing waits for you. What an author hands in appears here: read it, then approve it or give it back."
    ),
    "returned": _("Nothing has come back to you. What an editor gives back appears here with the note that says why."),
    "drafts": _("You have no draft. Begin one with “Write a statement”, and it stays here until you hand it in."),
    "next": _("Nothing is scheduled. Approve an edition for a later time, and its countdown appears here."),
    "today": _("Nothing has been published today. What is approved appears here from its minute on."),
    "again": _(
        "Nothing waits for a second look. When somebody approves their own text, with a reason, it appears here."
    ),
}


@register.inclusion_tag("admin/desk/newsroom.html", takes_context=True)
def newsroom(context):
    request = context["request"]
    queues = [
        _queue(request, name)
        for name, permission in CONCERNED.items()
        if request.user.has_perm(f"statements.{permission}")
    ]
    queues.append(_front_page(request))
    if (knocked := _queue(request, "knocked"))["rows"]:
        queues.insert(0, knocked)
    writes = request.user.has_perm("statements.add_statement") and request.mission.pk is not None
    return {"queues": queues, "writes": writes, "missing": _missing(request) if writes else None}


@register.simple_tag(takes_context=True)
def text_steps(context):
    """The steps of founding a mission that concern the newsroom (see embassy/templatetags/founding.py)."""
    request = context["request"]
    editions = Edition.objects.of(request.mission)
    public = editions.live(at=request.instant)
    there = Mission.objects.filter(pk=request.mission.pk).values_list(
        Exists(Topic.objects.of(request.mission)),
        Exists(editions.messages()),
        Exists(public.filter(statement__kind=None)),
        Exists(public.messages()),
    )
    todo = [
        (gettext("Add the topics that readers can follow."), "topic_add"),
        (gettext("Write the first statement, and hand it in."), "statement_add"),
        (gettext("Publish a page that stays, such as legal notice or privacy."), "page_add"),
        (gettext("Publish the first statement: now the site has a front page."), "statement_changelist"),
    ]
    return [
        (done, what, reverse(f"admin:statements_{page}")) for done, (what, page) in zip(there.get(), todo, strict=True)
    ]


def _queue(request, name):
    found = QUEUES[name](request.mission, request.user, request.instant)
    found = found.select_related("mission", "release", "statement").prefetch_related(*RELATED.get(name, []))
    rows = list(found[: LONGEST + 1])
    return {
        "name": name,
        "heading": HEADINGS[name],
        "empty": EMPTY.get(name, ""),
        "rows": [{**_row(edition), **DETAILS[name](edition, request)} for edition in rows[:LONGEST]],
        "rest": f"{reverse('admin:statements_edition_changelist')}?queue={name}" if len(rows) > LONGEST else "",
    }


def _row(edition):
    return {
        "title": edition.title,
        "lang": edition.language,
        "language": edition.get_language_display(),
        "address": reverse("admin:statements_edition_change", args=[edition.pk]),
    }


def _submitted(edition, request):
    if not edition.submitted_at:
        return {}
    saying = _("handed in by {who}, {when}")
    return {
        "remark": format_html(
            saying, who=_name(edition.submitted_by), when=_when(request.mission, edition.submitted_at)
        ),
        "approvals": _approval_pages(edition),
    }


def _approval_pages(edition):
    if edition.release_id:
        page = reverse("admin:statements_release_change", args=[edition.release_id])
        return [{"label": READ_AND_PUBLISH, "address": page}]
    kind, key = ("statement", edition.statement_id) if edition.together else ("edition", edition.pk)
    return [
        {"label": label, "address": reverse(f"admin:statements_{kind}_{move}", args=[key])}
        for move, label in (("publish-now", READ_AND_PUBLISH), ("approve", _("Read and schedule")))
    ]


READ_AND_PUBLISH = _("Read and publish")


CHANGED = _("changed by {who} while it was in review, {when}")


def _given_back(edition, request):
    sayings = {"cancelled": _("taken back to draft by {who}, {when}")}
    saying = sayings.get(edition.returned_how, _("given back by {who}, {when}") if edition.note else CHANGED)
    when = _when(request.mission, edition.returned_at)
    remark = format_html(saying, who=_name(edition.returned_by), when=when)
    if edition.author_left:
        remark = format_html("{} · {}", remark, _("who wrote it no longer works here"))
    return {"remark": remark, "note": edition.note}


def _changed(edition, request):
    if not edition.changed_at:
        return {}
    return {"remark": format_html(_("last changed {when}"), when=_when(request.mission, edition.changed_at))}


def _scheduled(edition, request):
    row = {
        "readings": [_reading(city, edition.live_from) for city in request.mission.cities_to_write_in],
        "countdown": countdown(edition.live_from, request.instant),
    }
    if edition.release is None:
        return {**row, "language": _languages(_at_its_minute(edition))}
    together = sorted(edition.release.editions.all(), key=attrgetter("pk"))
    return {
        **row,
        "title": edition.release.name,
        "lang": "",
        "language": _languages(together),
        "address": reverse("admin:statements_release_change", args=[edition.release_id]),
        "remark": format_html_join(
            " · ", '<bdi lang="{}">{}</bdi>', ((each.language, each.title) for each in together)
        ),
    }


def _at_its_minute(edition):
    return [
        each
        for each in edition.statement.editions_in_order()
        if each.is_approved and each.release_id is None and each.live_from == edition.live_from
    ]


def _languages(editions) -> str:
    return ", ".join(dict.fromkeys(str(each.get_language_display()) for each in editions))


def _published(edition, request):
    at = request.instant
    spoken = list(_of_today(edition, midnight(request.mission, at), at).values())
    several = {"badge": badges(spoken, at), "language": ""} if len(spoken) > 1 else {}
    return {
        "badge": state_badge(edition, at),
        "remark": format_html(
            _("{when}, a correction") if edition.corrects_id else "{when}",
            when=_when(request.mission, edition.live_from),
        ),
        **several,
    }


def _of_today(edition, since, at) -> dict[str, Edition]:
    """The newest edition of its statement in each language in which one began today."""
    of_statement = sorted(edition.statement.editions_in_order(), key=lambda each: each.live_from or since)
    return {each.language: each for each in of_statement if each.is_approved and since <= each.live_from <= at}


def _overridden(edition, request):
    return {"badge": state_badge(edition, request.instant), "note": edition.override_reason}


def _knocked(edition, request):
    asked = ngettext(
        "Within a day, somebody outside has asked %(number)d time for its address, a file or a preview, and was "
        "answered as if there were nothing. Is it known outside?",
        "Within a day, somebody outside has asked %(number)d times for its address, a file or a preview, and was "
        "answered as if there were nothing. Is it known outside?",
        edition.times,
    )
    return {"badge": state_badge(edition, request.instant), "remark": asked % {"number": edition.times}}


DETAILS = {
    "review": _submitted,
    "returned": _given_back,
    "drafts": _changed,
    "next": _scheduled,
    "today": _published,
    "again": _overridden,
    "knocked": _knocked,
}
RELATED = {
    "knocked": ["corrections"],
    "next": ["release__editions", "statement__editions"],
    "today": ["statement__editions"],
    "again": ["corrections"],
}


def _front_page(request):
    turns = front_page(request.mission, request.instant)
    return {
        "name": "front",
        "heading": _("On the front page"),
        "empty": _(
            "No statement is featured, so the front page shows the newest one. To feature another one, open it and "
            "say from when and until when."
        ),
        "rows": [_turn(request, *turn) for turn in turns[:LONGEST]],
    }


def _turn(request, slot, begin, until):
    waiting = begin > request.instant
    statement = slot.statement
    live = [edition for edition in statement.editions_in_order() if edition.is_live(at=begin)]
    when = _("until {until}") if until else _("until another one is featured")
    return {
        "title": str(statement),
        "address": form_of(statement),
        "language": _languages(live),
        "readings": [_reading(city, begin) for city in request.mission.cities_to_write_in] if waiting else [],
        "countdown": countdown(begin, request.instant) if waiting else _("now"),
        "remark": format_html(when, until=until and _when(request.mission, until)),
    }


def _missing(request):
    mission, at = request.mission, request.instant
    found = missing_in_a_language(mission, at).select_related("mission").prefetch_related("editions")
    statements = list(found[: LONGEST + 1])
    every = reverse("admin:statements_statement_changelist")
    return {
        "rows": [
            {
                "title": str(statement),
                "address": form_of(statement),
                "lacking": [
                    _lacking(statement, code, at) for code in mission.languages if not _speaks(statement, code, at)
                ],
            }
            for statement in statements[:LONGEST]
        ],
        "rest": [{"address": f"{every}?missing={code}", "language": _language(code)} for code in mission.languages]
        if len(statements) > LONGEST
        else [],
    }


def _speaks(statement, code, at):
    return any(edition.language == code and edition.is_live(at=at) for edition in statement.editions.all())


def _lacking(statement, code, at):
    under_way = [
        edition
        for edition in statement.editions_in_order()
        if edition.language == code and edition.state(at=at) in ("draft", "review", "scheduled")
    ]
    if under_way:
        edition = under_way[-1]
        address = reverse("admin:statements_edition_change", args=[edition.pk])
        return {"language": _language(code), "address": address, "state": STATES[edition.state(at=at)]}
    address = f"{reverse('admin:statements_edition_add')}?statement={statement.pk}&language={code}"
    return {"language": _language(code), "address": address, "state": ""}


def _language(code):
    return get_language_info(code)["name_translated"]


def _name(who: str):
    """The name, isolated. Otherwise a number beside a Latin name would change sides in a text from right to left."""
    return format_html("<bdi>{}</bdi>", who)


def _when(mission, at: datetime):
    local = mission.reference.local(at)
    words = f"{date_format(local, 'j M, H:i')} {mission.reference.name}"
    return format_html('<time datetime="{}">{}</time>', local.isoformat(timespec="minutes"), words)


def _reading(city, at: datetime):
    return format_html(
        '<time datetime="{}">{}</time>', city.local(at).isoformat(timespec="minutes"), reading(city, at)
    )


def countdown(until: datetime, at: datetime):
    """The time left, as text that countdown.js updates."""
    pattern, units = gettext("in {left}"), [gettext("d"), gettext("h"), gettext("min")]
    return format_html(
        '<span class="countdown" data-until="{}" data-units="{}" data-pattern="{}" data-out="{}">{}</span>',
        until.isoformat(timespec="minutes"),
        "|".join(units),
        pattern,
        gettext("public now"),
        pattern.replace("{left}", time_left(until, at, units)),
    )


def time_left(until: datetime, at: datetime, units: list[str]) -> str:
    hours, minutes = divmod(int((until - at).total_seconds()) // 60, 60)
    days, hours = divmod(hours, 24)
    amounts = [days, hours, minutes]
    first = next((place for place, amount in enumerate(amounts) if amount), 2)
    return " ".join(
        f"{amount}\N{NO-BREAK SPACE}{unit}" for amount, unit in zip(amounts[first:], units[first:], strict=True)
    )
