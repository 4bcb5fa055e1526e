"""Keeps the text of a form that is posted after the session has ended: the sign-in page contains the text.

With JavaScript the browser keeps a copy itself (static/embassy/draft-copy.js), and this text is not needed. Without
JavaScript the sign-in page contains the posted fields, signed. When the same person has signed in again, a page shows
the fields with a button that submits them: nothing is saved until the person presses it.
"""

from urllib.parse import urlsplit

from django.contrib import admin
from django.core import signing
from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import resolve, reverse

from embassy.desk.site import has_overlong_text
from embassy.views import too_much

SALT = "embassy.desk.session_recovery"
# In seconds: how long the sign-in page can give the text back. Later, the form must be filled in again.
KEPT_FOR = 24 * 60 * 60


def recover_form(get_response):
    """Middleware: keeps a posted form during sign-in. Its field `writer` names the only user who gets it back."""

    def middleware(request):
        response = get_response(request)
        if request.method != "POST" or not request.path_info.startswith("/admin/"):
            return response
        if request.path == reverse("admin:login") or request.path_info.startswith("/admin/account/"):
            return _handed_back(request, response)
        if not _is_sent_to_sign_in(request, response):
            return response
        return too_much(request) if has_overlong_text(request.POST) else _sign_in_page(request)

    return middleware


def _is_sent_to_sign_in(request, response) -> bool:
    target = urlsplit(response.headers.get("Location", "")).path
    return "writer" in request.POST and response.status_code == 302 and target == reverse("admin:login")


def _sign_in_page(request) -> HttpResponse:
    fields = [(name, values) for name, values in request.POST.lists() if name != "csrfmiddlewaretoken"]
    typed = {"address": request.get_full_path(), "writer": request.POST["writer"], "fields": fields}
    request.carried = signing.dumps(typed, salt=SALT, compress=True)
    # Render the sign-in page as for a GET: the posted fields are not those of the sign-in form.
    request.method, request.POST = "GET", QueryDict()
    request.GET = QueryDict(mutable=True)
    request.GET["next"] = typed["address"]
    page = resolve("/admin/login/").func(request)
    if page.status_code == 302:
        # The user has signed in, but not with a second factor. The page redirects to the form for it.
        request.session["carried"] = request.carried
        return page
    return page.render()


def _handed_back(request, response) -> HttpResponse:
    carried = request.POST.get("carried") or request.session.get("carried")
    if response.status_code != 302 or not carried:
        return response
    if not request.user.is_authenticated:
        # The password was right, and the next page asks for a second factor.
        request.session["carried"] = carried
        return response
    request.session.pop("carried", None)
    try:
        typed = signing.loads(carried, salt=SALT, max_age=KEPT_FOR)
    except signing.BadSignature:
        return response
    if typed["writer"] != str(request.user.pk):
        return response
    page = render(request, "admin/signed_in_again.html", {**admin.site.each_context(request), "typed": typed})
    page.cookies.update(response.cookies)
    return page
