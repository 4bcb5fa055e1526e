"""Where an edition stands, as staff read it."""

from django.utils.formats import date_format
from django.utils.html import format_html
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
    """An edition in a list of choices: its title, its language, its state and its minute."""
    facts = [str(edition.get_language_display()), str(STATES[state])]
    if edition.live_from:
        facts.append(date_format(edition.mission.reference.local(edition.live_from), "j M Y, H:i"))
    return f"{edition.title} ({', '.join(facts)})"


def state_badge(edition, at):
    """Where an edition stands at the instant, in one word."""
    state = edition.state(at=at)
    return format_html('<span class="state state-{}">{}</span>', state, STATES[state])
