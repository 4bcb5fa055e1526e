"""The template tag for an entry of a list."""

from datetime import date

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from embassy.fields.translated import LocalText
from embassy.http.drawn_once import drawn_once
from statements.models.statement import address_of

register = template.Library()

# How many rendered entries are kept, of about 2 kB each. If title and lead have more characters than LONGEST_KEPT, the
# entry is rendered each time.
MOST_KEPT, LONGEST_KEPT = 4_000, 2_000


@register.simple_tag
def entry(edition, level: int) -> SafeString:
    statement, kind = edition.statement, str(edition.statement.kind)
    place = level, statement.day, statement.slug, kind, getattr(kind, "language", None)
    if hasattr(edition, "marked_title"):
        return drawn(*place, edition.marked_title, edition.excerpt or edition.lead, edition.found_under)
    draw = drawn if len(edition.title) + len(edition.lead) > LONGEST_KEPT else kept
    return draw(*place, edition.title, edition.lead)


def drawn(
    level: int, day: date, slug: str, kind: str, kind_language: str | None, title: str, lead: str, found_under=()
):
    context = {
        "level": level,
        "day": day,
        "address": address_of("statement", day, slug),
        "title": title,
        "lead": lead,
        "kind": LocalText(kind, kind_language),
        "found_under": found_under,
    }
    return render_to_string("statements/_entry.html", context)


kept = drawn_once(MOST_KEPT)(drawn)
