"""Forms that come back after their session has ended: what was typed in them goes through the sign-in page.

A browser with JavaScript keeps a copy by itself (static/embassy/draft-copy.js) and ignores this. For one without, the
sign-in page carries the typed fields along, signed. Once the same person is signed in again, a page holds them with
one button that sends them off: nothing is saved without being asked for.
"""

from typing import cast
from urllib.parse import urlsplit

from django.contrib import admin
from django.core import signing
from django.http import HttpResponse
from django.shortcuts import render
from django.template.response import TemplateResponse
from django.urls import reverse

SALT = "embassy.desk.session_recovery"
# Nobody takes longer to sign in; a page left open for longer has to be filled in anew.
KEPT_FOR = 24 * 60 * 60


def carried_along(get_response):
    """Carry what was typed from a form of the desk, whose session has ended, through the sign-in page and back.

    Of forms that name their writer in a field `writer` (the user's key): only that person gets the text back.
    """

    def middleware(request):
        response = get_response(request)
        if request.method != "POST" or not request.path_info.startswith("/admin/"):
            return response
        if request.path == reverse("admin:login"):
            return _handed_back(request, response)
        return _sign_in_page(request) if _is_sent_to_sign_in(request, response) else response

    return middleware


def _is_sent_to_sign_in(request, response) -> bool:
    target = urlsplit(response.headers.get("Location", "")).path
    return "writer" in request.POST and response.status_code == 302 and target == reverse("admin:login")


def _sign_in_page(request) -> HttpResponse:
    """The sign-in page, in answer to a form that came without a session."""
    fields = [(name, values) for name, values in request.POST.lists() if name != "csrfmiddlewaretoken"]
    typed = {"address": request.get_full_path(), "writer": request.POST["writer"], "fields": fields}
    carried = signing.dumps(typed, salt=SALT, compress=True)
    # The page is asked for as a browser would that follows the redirect: the form's fields are not those of a sign-in.
    request.method = "GET"
    context = {"app_path": reverse("admin:login"), "next": request.get_full_path(), "carried": carried}
    return cast(TemplateResponse, admin.site.login(request, context)).render()


def _handed_back(request, response) -> HttpResponse:
    """After signing in, the page that holds what was typed; any other answer as it is."""
    if response.status_code != 302 or "carried" not in request.POST:
        return response
    try:
        typed = signing.loads(request.POST["carried"], salt=SALT, max_age=KEPT_FOR)
    except signing.BadSignature:
        return response
    if typed["writer"] != str(request.user.pk):
        return response
    return render(request, "admin/signed_in_again.html", {**admin.site.each_context(request), "typed": typed})
