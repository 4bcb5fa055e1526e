"""Template tags that render the body of an edition."""

import re
from functools import partial

from django import template
from django.urls import reverse
from django.utils.html import escape
from django.utils.translation import gettext

from embassy.http.desk_host import led_to_desk
from richtext.rewrite_links import rewrite_links
from statements.public.embeds import beside, split

register = template.Library()
register.filter("figures_beside", beside)

HEADING = re.compile(r"<h([23])(.*?)</h\1>", re.DOTALL)


@register.simple_tag(takes_context=True)
def text_of(context, edition, level: int) -> list[dict]:
    """The parts of the text: HTML and figures. Its headings begin one level below `level`, and skip no level."""
    body = _with_open_files(context, edition, _boxed(_lowered(edition.body, level + 1)))
    mission = context["request"].mission
    body = rewrite_links(body, partial(led_to_desk, mission)) if mission.is_at_desk else body
    return [{"html": part} if isinstance(part, str) else {"figure": part} for part in split(edition, body) if part]


def _with_open_files(context, edition, body: str) -> str:
    """In a preview, replace links to the edition's own files by links that work before publication."""
    invitation = context.get("invitation")
    if not (invitation or context.get("preview")):
        return body
    for attachment in edition.attachments.all():
        if invitation:
            given = [invitation.token, attachment.key, attachment.filename]
            address = reverse("preview_attachment", args=given)
        else:
            address = reverse("admin:statements_edition_document", args=[attachment.document.digest])
        body = body.replace(f'href="{escape(attachment.get_absolute_url())}"', f'href="{escape(address)}"')
    return body


def _lowered(body: str, top: int) -> str:
    first, *rest = re.split(r"(?=<h2)", body, maxsplit=1)
    # An <h3> before the first <h2> has no heading above it, so it takes the top level.
    parts = [HEADING.sub(rf"<h{top}\2</h{top}>", first)]
    parts += [HEADING.sub(lambda heading: _heading(heading, top), part) for part in rest]
    return "".join(parts)


def _heading(heading: re.Match, top: int) -> str:
    level = top + int(heading[1]) - 2
    return f"<h{level}{heading[2]}</h{level}>"


def _boxed(body: str) -> str:
    box = f'<div class="table" role="group" tabindex="0" aria-label="{gettext("Table")}">'
    return body.replace("<table", f"{box}<table").replace("</table>", "</table></div>")
