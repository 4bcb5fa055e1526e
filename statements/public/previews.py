"""Previews for outsiders: a named person reads an edition before it is public, by a link of their own."""

from functools import wraps

from django.http import Http404
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from embassy.http.languages import speaking
from statements.models import Edition, Invitation

# Nobody on the way keeps it, no search engine lists it, and no page that it links to learns the address.
HEADERS = {"Cache-Control": "private, no-store", "X-Robots-Tag": "noindex", "Referrer-Policy": "no-referrer"}


def as_if_public(edition: Edition, mission, at) -> Edition:
    """The edition, not to be saved, with the dates that it would have if it were published at the instant."""
    edition.live_from = edition.live_from or at
    edition.statement.day = edition.statement.day or mission.today(at)
    return edition


def between_us(view):
    """A page for the holder of a link alone. Without an open invitation it says so, and nothing else."""

    @require_safe
    @wraps(view)
    def decorated(request, token, **kwargs):
        invitation = Invitation.objects.of(request.mission).for_token(token, at=request.instant)
        try:
            if invitation is None:
                raise Http404("No invitation is open here.")
            response = view(request, invitation, **kwargs)
        except Http404:
            # The same for a forged link, an expired one and one that was taken back: nothing can be told from it.
            response = render(request, "statements/preview_closed.html", status=404)
        for name, value in HEADERS.items():
            response.headers[name] = value
        return response

    return decorated


@between_us
def preview(request, invitation):
    """The edition as it will read, marked with the reader's name; its public page once it has one."""
    edition = Edition.objects.with_details().get(pk=invitation.edition_id)
    request.LANGUAGE_CODE = edition.language
    with speaking(edition.language, request.mission):
        if edition.has_been_public(at=request.instant):
            return redirect(edition)
        context = {
            "embargo": edition.live_from,
            "edition": as_if_public(edition, request.mission, request.instant),
            "invitation": invitation,
            "translations": [],
        }
        response = render(request, "statements/preview.html", context)
    if request.method == "GET":
        invitation.viewings.create(at=request.instant)
    return response
