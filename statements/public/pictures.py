"""Pictures in all sizes, and social cards. The public gets only those of live editions."""

from django.http import Http404, HttpResponse, HttpResponsePermanentRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.cache import get_conditional_response

from embassy.http.caching import public_page
from statements.models import Edition, Picture
from statements.public.file_response import file_response
from statements.public.previews import invitation_required
from statements.public.social_cards import Card
from statements.public.statement_page import find, gone
from uploads.pictures.renditions import Size

# Browsers cache for a week; shared caches revalidate each minute.
PICTURES_ARE_KEPT = "public, max-age=604800, s-maxage=60"


@public_page
def picture(request, digest, width=None, format=""):
    """A picture or rendition of a live edition. An address with a language prefix redirects to the one without."""
    found = get_object_or_404(Picture.objects.of(request.mission).live(at=request.instant), digest=digest)
    size = size_of(found, width, format)
    address = found.size_path(size) if size else found.get_absolute_url()
    if request.path != address:
        return HttpResponsePermanentRedirect(address)
    return _kept(shown(request, found, size))


@public_page
def card(request, year, month, day, slug):
    found = find(request, year, month, day, slug)
    edition = Edition.objects.for_visitor(request).with_details().filter(statement=found).first()
    if edition is None:
        return gone(request, found)
    return shown_card(request, edition)


def shown_card(request, edition: Edition) -> HttpResponseBase:
    made = Card.of(edition, request.mission)
    etag = f'"{made.version}"'
    response = get_conditional_response(request, etag=etag) or HttpResponse(made.read(), content_type="image/jpeg")
    response.headers["ETag"] = etag
    return _kept(response)


@invitation_required
def preview_picture(request, invitation, digest, width=None, format=""):
    edition = invitation.edition
    figure = edition.figures.filter(picture__digest=digest).first()
    if figure is None or edition.has_been_public(at=request.instant):
        raise Http404("The preview shows no such picture.")
    return shown(request, figure.picture, size_of(figure.picture, width, format))


def size_of(picture: Picture, width: int | None, format: str) -> Size | None:
    if width is None:
        return None
    size = Size(width, format)
    if size not in picture.sizes:
        raise Http404("The picture does not have this size.")
    return size


def shown(request, picture: Picture, size: Size | None = None) -> HttpResponseBase:
    """The picture or a rendition, without Cache-Control. Does not check permissions.

    Raises Http404 if the file is missing or damaged.
    """
    try:
        file = picture.file_of(size)
    except OSError as missing:
        raise Http404("The picture’s file is gone, or damaged.") from missing
    digest = f"{picture.digest}-{size}" if size else picture.digest
    return file_response(request, file, digest, size.content_type if size else "image/webp")


def _kept(response: HttpResponseBase) -> HttpResponseBase:
    response.headers["Cache-Control"] = PICTURES_ARE_KEPT
    # Without this header, feed readers in a browser could not show the pictures.
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response
