"""Template tags for pictures: their renditions, and the social card."""

from typing import NamedTuple

from django import template
from django.urls import reverse

from statements.models import Picture
from statements.public.social_cards import Card
from uploads.pictures import social_card as cards
from uploads.pictures.renditions import CONTENT_TYPES, Size

register = template.Library()


class Source(NamedTuple):
    content_type: str
    srcset: str


@register.simple_tag(takes_context=True)
def address_of(context, picture: Picture, size: Size | None = None) -> str:
    width = [size.width, size.format] if size else []
    suffix = "_size" if size else ""
    if invitation := context.get("invitation"):
        return reverse(f"preview_picture{suffix}", args=[invitation.token, picture.digest, *width])
    if context.get("preview"):
        return reverse(f"admin:statements_edition_picture{suffix}", args=[picture.digest, *width])
    return picture.size_path(size) if size else picture.get_absolute_url()


@register.simple_tag(takes_context=True)
def sources_of(context, picture: Picture) -> list[Source]:
    return [Source(CONTENT_TYPES[format], _srcset(context, picture, format)) for format in CONTENT_TYPES]


def _srcset(context, picture: Picture, format: str) -> str:
    files = [(size.width, address_of(context, picture, size)) for size in picture.sizes if size.format == format]
    if format == "webp":
        files.append((picture.width, address_of(context, picture)))
    return ", ".join(f"{address} {width}w" for width, address in files)


@register.inclusion_tag("statements/_social_card.html", takes_context=True)
def social_card(context, edition):
    request = context["request"]
    card = Card.of(edition, request.mission)
    # The version makes caches fetch the new card after a correction.
    address = f"{request.build_absolute_uri(edition.statement.get_card_url())}?v={card.version}"
    return {"address": address, "alt": card.alt, "width": cards.WIDTH, "height": cards.HEIGHT}
