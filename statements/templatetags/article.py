"""Template tags for the JSON-LD of statements, and for the news sitemaps in robots.txt."""

from django import template

from embassy.http.json_ld import breadcrumbs, script
from statements.public import article_json_ld
from statements.public.sitemaps import news_sitemaps

register = template.Library()


@register.simple_tag(takes_context=True)
def structured_article(context, edition):
    request, day = context["request"], edition.statement.day
    way = [*article_json_ld.steps(day, day), (edition.title, edition.get_absolute_url())]
    return script(article_json_ld.article(request, edition), breadcrumbs(request, *way))


@register.simple_tag(takes_context=True)
def structured_steps(context, day=None, month=None, last=None, address=None, among=None):
    request = context["request"]
    end = [(last, address or request.path)] if last else []
    return script(breadcrumbs(request, *article_json_ld.steps(day, month, among), *end))


@register.simple_tag(takes_context=True)
def structured_page(context, edition, entry):
    request, way = context["request"], article_json_ld.page_steps(entry)
    return script(article_json_ld.page(request, edition, entry), breadcrumbs(request, *way))


@register.simple_tag(takes_context=True)
def structured_page_trail(context, entry):
    """The breadcrumbs of a page's record."""
    request = context["request"]
    return script(breadcrumbs(request, *article_json_ld.page_steps(entry)))


@register.inclusion_tag("statements/robots_news.txt", takes_context=True)
def news_sitemap(context):
    return {"addresses": news_sitemaps(context["request"])}
