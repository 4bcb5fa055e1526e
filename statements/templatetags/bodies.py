"""The body of an edition as a part of a page."""

import re

from django import template
from django.utils.translation import gettext

register = template.Library()

HEADING = re.compile(r"<h([23])(.*?)</h\1>", re.DOTALL)


@register.filter
def below(body: str, level: int) -> str:
    """The body's HTML, its headings beginning one level below the page's heading of `level`, none skipped.

    Tables come in a box of their own, which scrolls on a narrow screen, by keyboard too.
    """
    return _boxed(_lowered(body, level + 1))


def _lowered(body: str, top: int) -> str:
    first, *rest = re.split(r"(?=<h2)", body, maxsplit=1)
    # Before the first <h2>, an <h3> has nothing to stand under.
    parts = [HEADING.sub(rf"<h{top}\2</h{top}>", first)]
    parts += [HEADING.sub(lambda heading: _heading(heading, top), part) for part in rest]
    return "".join(parts)


def _heading(heading: re.Match, top: int) -> str:
    level = top + int(heading[1]) - 2
    return f"<h{level}{heading[2]}</h{level}>"


def _boxed(body: str) -> str:
    box = f'<div class="table" role="group" tabindex="0" aria-label="{gettext("Table")}">'
    return body.replace("<table", f"{box}<table").replace("</table>", "</table></div>")
