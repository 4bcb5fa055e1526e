"""Shows texts at the desk as readers will see them, above all on the page before a move."""

from collections.abc import Iterable
from functools import partial

from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import mark_safe
from django.utils.text import capfirst
from django.utils.translation import get_language_info
from django.utils.translation import gettext as _

from embassy.desk.base import both_cities
from embassy.http.desk_host import led_to_desk
from embassy.http.languages import speaking
from richtext.diff import Wording, compare
from richtext.rewrite_links import rewrite_links
from statements.checks import advice_on
from statements.checks.advice import Advice
from statements.desk.badges import STATES, state_badge
from statements.models import Edition, Statement
from statements.public.embeds import beside, filled


def shown_at_the_desk(figure) -> str:
    address = reverse("admin:statements_edition_picture", args=[figure.picture.digest])
    return format_html('<img class="picture-preview" src="{}" alt="{}" width="320">', address, figure.alt)


def body_as_read(edition: Edition) -> str:
    # mark_safe is right here, because BodyField sanitised the text before it was stored.
    text = filled(edition, shown_at_the_desk)
    text = mark_safe(rewrite_links(text, partial(led_to_desk, edition.mission)))
    return format_html('<div class="body-as-read" lang="{}" dir="auto">{}</div>', edition.language, text)


def texts_before_a_move(editions: Iterable[Edition], request) -> list[dict]:
    """The texts, each with what has changed in it since the edition that readers see now, and the protocol check."""
    return [_text(edition, request) for edition in editions]


def _text(edition, request) -> dict:
    at = request.instant
    siblings = edition.statement.editions.filter(language=edition.language).exclude(pk=edition.pk)
    seen_now = siblings.live(at=at).first()
    return {
        "edition": edition,
        "badge": state_badge(edition, at),
        "body": body_as_read(edition),
        "pictures": [(shown_at_the_desk(figure), figure) for figure in beside(edition)],
        "open_remarks": edition.remarks.unresolved().count(),
        "comparison": compare(Wording.of(seen_now), Wording.of(edition)) if seen_now else None,
        "advice": [] if edition.is_approved else advice_on(edition, request),
    }


def grave_findings(texts: list[dict]) -> list[tuple[Edition, Advice]]:
    return [(text["edition"], advice) for text in texts for advice in text["advice"] if advice.grave]


def whereabouts(editions: Iterable[Edition], request, becomes) -> list[dict]:
    """For each statement of the editions: where readers find it, and the state of each language after the move.

    `becomes` is what the move makes of the editions, in words.
    """
    by_statement: dict[Statement, list[Edition]] = {}
    for edition in editions:
        by_statement.setdefault(edition.statement, []).append(edition)
    return [
        {
            "statement": statement,
            "places": _places(statement, request),
            "languages": list(_languages(statement, [each.language for each in moved], request.instant, becomes)),
        }
        for statement, moved in by_statement.items()
    ]


def _places(statement, request) -> list:
    at = request.instant
    places: list = [_("Filed under: %(subjects)s") % {"subjects": " · ".join(statement.filing())}]
    if statement.has_begun(at=at):
        with speaking(request.mission.default_language, request.mission.for_readers()):
            address = statement.get_absolute_url()
        since = format_html(
            _("Its address is {address}. It has had its place in the lists and feeds since {since}."),
            address=format_html('<bdi dir="ltr">{}</bdi>', address),
            since=both_cities(request.mission, statement.published_at),
        )
        places.insert(0, since)
    else:
        first = _(
            "It is new: it stands first in the lists and in the feeds, and on the front page unless another statement "
            "is featured."
        )
        places.insert(0, first)
    if any(not slot.has_ended(at=at) for slot in statement.slots.all()):
        places.append(_("It is featured: the front page shows it in full."))
    return places


def _languages(statement, moved: list[str], at, becomes):
    for code in statement.mission.languages:
        known = [each for each in statement.editions_in_order() if each.language == code]
        # A live edition counts for more than a draft that corrects it.
        states = [state for each in known if (state := each.state(at=at)) not in ("replaced", "ended")]
        state = "live" if "live" in states else next(reversed(states), "")
        word = becomes if code in moved else STATES.get(state, _("not written"))
        yield capfirst(get_language_info(code)["name_translated"]), word, code in moved
