"""The menu of the pages that stay, which is on every page."""

from django import template

from statements.public.page_tree import page_tree

register = template.Library()


@register.inclusion_tag("statements/_menu.html", takes_context=True)
def menu(context):
    request = context["request"]
    return {"top": page_tree(request).top, "here": request.path}
