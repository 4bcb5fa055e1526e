"""Previews: an invited person reads an edition before it is public, by a personal link."""

from functools import wraps

from django.http import Http404
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from embassy.http.languages import speaking
from statements.models import Edition, Invitation

# No cache stores the page, no search engine lists it, and linked pages do not learn its address.
HEADERS = {"Cache-Control": "private, no-store", "X-Robots-Tag": "noindex", "Referrer-Policy": "no-referrer"}


def as_if_public(edition: Edition, mission, at) -> Edition:
    """Fill in the missing dates as if the edition were published at the instant `at`. Do not save the edition."""
    edition.live_from = edition.live_from or at
    edition.statement.day = edition.statement.day or mission.today(at)
    return edition


def template_for(edition: Edition) -> str:
    return "statements/page.html" if edition.statement.is_page else "statements/statement.html"


def invitation_required(view):
    @require_safe
    @wraps(view)
    def decorated(request, token, **kwargs):
        invitation = Invitation.objects.of(request.mission).for_token(token, at=request.instant)
        try:
            if invitation is None:
                raise Http404("No invitation is open here.")
            response = view(request, invitation, **kwargs)
        except Http404:
            # Forged, expired and revoked links get the same answer, so that nobody can tell them apart.
            response = render(request, "statements/preview_closed.html", status=404)
        for name, value in HEADERS.items():
            response.headers[name] = value
        return response

    return decorated


@invitation_required
def preview(request, invitation):
    edition = Edition.objects.with_details().get(pk=invitation.edition_id)
    request.LANGUAGE_CODE = edition.language
    with speaking(edition.language, request.mission):
        if edition.has_been_public(at=request.instant):
            return redirect(edition)
        context = {
            "base": template_for(edition),
            "embargo": edition.live_from,
            "edition": as_if_public(edition, request.mission, request.instant),
            "invitation": invitation,
            "translations": [],
        }
        response = render(request, "statements/preview.html", context)
    if request.method == "GET":
        invitation.viewings.create(at=request.instant)
    return response
