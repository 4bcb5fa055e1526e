"""Tags for the head of a page: JSON-LD of the mission and of breadcrumbs, Open Graph, absolute addresses."""

import re
from html import unescape

from django import template
from django.templatetags.static import static
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import mark_safe

from embassy.http import json_ld

register = template.Library()

TITLE = re.compile("<title>(.*?)</title>", re.DOTALL)
DESCRIPTION = re.compile('<meta name="description" content="(.*?)">', re.DOTALL)


class OpenGraph(template.Node):
    """Writes the title and the description of a page a second time, as Open Graph properties."""

    def __init__(self, nodelist):
        self.nodelist = nodelist

    def render(self, context):
        # Several templates compose the title, so it may contain line ends. They are replaced by blanks.
        head = TITLE.sub(lambda title: f"<title>{' '.join(title[1].split())}</title>", self.nodelist.render(context))
        title, description = TITLE.search(head), DESCRIPTION.search(head)
        mission = str(context["request"].mission)
        said = unescape(title[1]) if title else mission
        shared = format_html('\n<meta property="og:title" content="{}">', said.removesuffix(f" – {mission}"))
        if description:
            shared += format_html('\n<meta property="og:description" content="{}">', unescape(description[1]))
        return mark_safe(head + shared)


@register.tag
def shared(parser, token):
    nodelist = parser.parse(["endshared"])
    parser.delete_first_token()
    return OpenGraph(nodelist)


@register.simple_tag(takes_context=True)
def whole_static(context, name):
    return context["request"].build_absolute_uri(static(name))


@register.simple_tag(takes_context=True)
def whole_address(context, name):
    return context["request"].build_absolute_uri(reverse(name))


@register.simple_tag(takes_context=True)
def structured_site(context):
    return json_ld.script(json_ld.site(context["request"]))


@register.simple_tag(takes_context=True)
def structured_trail(context, *steps):
    """Breadcrumbs as JSON-LD. `steps` are a name, its address, the next name, its address, and so on."""
    pairs = zip(steps[::2], steps[1::2], strict=True)
    return json_ld.script(json_ld.breadcrumbs(context["request"], *pairs))
