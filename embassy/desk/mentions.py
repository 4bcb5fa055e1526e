"""Lists at the desk what says a number, an address or other words, place by place.

When a telephone number changes, this is how an editor finds every text that still gives the old one.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, islice

from django.contrib import messages
from django.db import models
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _

from embassy.db.intervals import Live
from embassy.fields.telephone import readable
from embassy.fields.translated import LabelField
from fulltext.analysis import plain
from fulltext.sought import Quotation, Sought
from richtext.body import BodyField
from richtext.rewrite_links import addresses_of

# The models that are looked through, in the order of the list. Their inlines are looked through, too.
LOOKED_THROUGH = [
    "embassy.mission",
    "consular.office",
    "consular.notice",
    "consular.closure",
    "incidents.incident",
    "statements.edition",
    "statements.topic",
    "statements.speaker",
]
# A page shows at most this many rows of each model, and says if there are more: “a” is in every English text.
MOST_ROWS = 500


@dataclass(frozen=True)
class Place:
    """A part of a row that says what is sought: the name of the part, its language or "", and the quotations."""

    part: str
    language: str
    quotations: list[Quotation]


def mentions(site, request, sought: Sought) -> Iterator[dict]:
    """The rows that say it, in a group for each model, without those that are over or that the user may not see."""
    admins = {model._meta.label_lower: model_admin for model, model_admin in site._registry.items()}
    for label in LOOKED_THROUGH:
        model_admin = admins[label]
        if not model_admin.has_view_permission(request):
            continue
        # Reading stops at the first row too many.
        if rows := list(islice(_rows(model_admin, request, sought), MOST_ROWS + 1)):
            name = model_admin.opts.verbose_name_plural
            yield {"name": name, "rows": rows[:MOST_ROWS], "rest": len(rows) > MOST_ROWS, "most": MOST_ROWS}


def point_to_mentions(model_admin, request, given_up: Iterable[str]):
    """For each number or address that was given up, show a message with a link to what else says it."""
    for words in given_up:
        address = reverse("admin:mentions", query={"q": words})
        saying = _("“%(words)s” is given up.") % {"words": readable(words) if words.startswith("+") else words}
        message = format_html('{} <a href="{}">{}</a>', saying, address, _("See what else says it"))
        model_admin.message_user(request, message, messages.WARNING)


def _rows(model_admin, request, sought: Sought) -> Iterator[dict]:
    every = model_admin.get_queryset(request)
    if hasattr(every, "that_may_say"):
        every = every.that_may_say(sought, request.mission, at=request.instant)
    beside = [_relation_to(inline, request) for inline in model_admin.get_inline_instances(request)]
    state = getattr(model_admin, "state", lambda row: "")
    name = f"admin:{model_admin.opts.app_label}_{model_admin.opts.model_name}_change"
    for row in every.prefetch_related(*beside):
        parts = [row, *chain.from_iterable(getattr(row, relation).all() for relation in beside)]
        told = [part for part in parts if not _is_over(part, request.instant)]
        places = [place for part in told for place in _places(part, sought)]
        if row in told and places:
            yield {"row": row, "state": state(row), "places": places, "address": reverse(name, args=[row.pk])}


def _relation_to(inline, request) -> str:
    return inline.get_formset(request).fk.remote_field.get_accessor_name()


def _is_over(row, at) -> bool:
    return isinstance(row, Live) and row.has_ended(at=at)


def _places(row, sought: Sought) -> Iterator[Place]:
    for field in row._meta.fields:
        for language, text in _texts(row, field):
            if quotations := list(sought.quotations(text)):
                yield Place(field.verbose_name, language, quotations)


def _texts(row, field) -> Iterator[tuple[str, str]]:
    """The texts of a field, each with its language or ""."""
    value, language = field.value_from_object(row), getattr(row, "language", "")
    if isinstance(field, LabelField):
        yield from value.items()
    elif isinstance(field, BodyField):
        yield language, "\n".join([plain(value), *addresses_of(value)])
    elif isinstance(field, models.CharField | models.TextField) and not field.choices and value:
        yield language, value
