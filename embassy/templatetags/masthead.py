"""Clocks, languages and addresses for the templates of all pages, and filters for dates, times and telephones."""

import re
from datetime import date, datetime

from django import template
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.dates import WEEKDAYS
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.translation import get_language_info

from embassy.fields.telephone import found_in, parse, readable
from embassy.http.languages import address

register = template.Library()

# An international number as people write it: +44 20 7946 0958.
TELEPHONE = re.compile(r"\+[0-9](?:\([0-9]{1,5}\)|[0-9 \u00a0-]){5,}[0-9]")
# A quick test for numbers. They must begin with 0 or +, so that no date or sum of money is taken for a number.
BEGINNING = re.compile(r"(?:\+|\(?0)[0-9()\s./\u2010-\u2013-]{6,}")


@register.inclusion_tag("embassy/_clocks.html", takes_context=True)
def clocks(context):
    request = context["request"]
    return {
        "today": request.mission.today(request.instant),
        "clocks": request.mission.clocks(request.instant),
        # The names of the weekdays from Monday on. clocks.js shows them, so that it needs no names of its own.
        "weekdays": "|".join(map(str, WEEKDAYS.values())),
    }


@register.inclusion_tag("embassy/_consular_line.html", takes_context=True)
def consular_line(context):
    request = context["request"]
    return {"line": request.mission.line(at=request.instant)}


@register.simple_tag
def time_zone_table():
    return settings.TIME_ZONE_TABLE


@register.inclusion_tag("embassy/_languages.html", takes_context=True)
def languages(context):
    """Links to this page in each language of the mission.

    If the page sets `translations`, the link of a language that is not among them leads to the front page.
    """
    request = context["request"]
    here, query = context.get("translations", request.mission.languages), context.get("query", "")
    return {
        "languages": [
            {
                **get_language_info(code),
                "address": f"{address(request, code)}{query}" if code in here else address(request, code, "/"),
                "current": code == request.LANGUAGE_CODE,
            }
            for code in request.mission.languages
        ]
    }


@register.simple_tag(takes_context=True)
def canonical(context):
    """The canonical address of the page. A list sets `query`: the part of the query string that this address keeps."""
    request = context["request"]
    return request.build_absolute_uri(f"{request.path}{context.get('query', '')}")


@register.simple_tag(takes_context=True)
def alternates(context):
    request = context["request"]
    codes = context.get("translations", request.mission.languages)
    query = context.get("query", "")
    return [(code, request.build_absolute_uri(f"{address(request, code)}{query}")) for code in codes]


@register.simple_tag(takes_context=True)
def moment(context, instant: datetime):
    local = context["request"].mission.reference.local(instant)
    words = f"{date_format(local, 'DATE_FORMAT')}, {date_format(local, 'H:i')}"
    return format_html('<time datetime="{}">{}</time>', local.isoformat(timespec="minutes"), words)


@register.filter
def day(value: date):
    return format_html('<time datetime="{}">{}</time>', value.isoformat(), date_format(value, "DATE_FORMAT"))


@register.filter
def telephone(number: str) -> str:
    return readable(number)


@register.filter(is_safe=True)
def numbers(html: str, country: str | None = None) -> str:
    """Turn telephone numbers into links. They are in <bdi>, because Arabic text would reorder their groups of digits.

    With a `country`, national numbers of that country (020 7946 0958) become links, too.
    """
    parts, within_link = re.split("(<[^>]*>)", html), False
    for place, part in enumerate(parts):
        if place % 2:
            within_link = part.startswith("<a ") or (within_link and part != "</a>")
        elif within_link:
            parts[place] = TELEPHONE.sub(_isolated, part)
        elif BEGINNING.search(part):
            parts[place] = _with_links(part, country)
    return "".join(parts)


def _isolated(number: re.Match) -> str:
    return f'<bdi dir="ltr">{number[0]}</bdi>'


def _with_links(text: str, country: str | None) -> str:
    parts, done = [], 0
    for number in TELEPHONE.finditer(text):
        parts += [_as_dialled_there(text[done : number.start()], country), _dialled(number)]
        done = number.end()
    return "".join([*parts, _as_dialled_there(text[done:], country)])


def _as_dialled_there(text: str, country: str | None) -> str:
    parts, done = [], 0
    for start, end, number in found_in(text, country):
        if BEGINNING.match(text, start):
            parts += [text[done:start], f'<a href="tel:{number}"><bdi dir="ltr">{text[start:end]}</bdi></a>']
            done = end
    return "".join([*parts, text[done:]])


def _dialled(number: re.Match) -> str:
    try:
        return f'<a href="tel:{parse(number[0])}">{_isolated(number)}</a>'
    except ValidationError:
        # The number cannot be dialled, so it gets no link.
        return _isolated(number)
