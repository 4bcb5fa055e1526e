"""The state of an edition, as staff see it."""

from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy as _

STATES = {
    "draft": _("draft"),
    "review": _("in review"),
    "scheduled": _("scheduled"),
    "live": _("live"),
    "replaced": _("replaced"),
    "withdrawn": _("withdrawn"),
    "ended": _("ended"),
}


def as_choice(edition, state: str) -> str:
    facts = [str(edition.get_language_display()), str(STATES[state])]
    if edition.live_from:
        facts.append(date_format(edition.mission.reference.local(edition.live_from), "j M Y, H:i"))
    return f"{edition.title} ({', '.join(facts)})"


def state_badge(edition, at):
    state = edition.state(at=at)
    return format_html('<span class="state state-{}">{}</span>', state, STATES[state])


def badges(editions, at):
    cells = ((edition.language, state_badge(edition, at)) for edition in editions)
    return format_html_join(" ", '<span class="edition-now">{} {}</span>', cells)
