"""Where an edition stands, as staff read it."""

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


def state_badge(edition, at):
    """Where an edition stands at the instant, in one word."""
    state = edition.state(at=at)
    return format_html('<span class="state state-{}">{}</span>', state, STATES[state])
