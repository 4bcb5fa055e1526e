from pathlib import PurePath

from django.core.exceptions import RequestDataTooBig
from django.http import FileResponse, Http404
from django.shortcuts import render
from django.views.decorators.http import require_safe

from uploads.handler import FileTooLarge

YEAR = 31_536_000


@require_safe
def crest(request, name):
    """The mission's crest. Browsers need not ask for it again, because a new picture gets a new name."""
    stored = request.mission.crest
    if not stored or PurePath(stored.name).name != name:
        raise Http404("The mission has no such crest.")
    try:
        response = FileResponse(stored.open("rb"))
    except FileNotFoundError as missing:
        raise Http404("The crest’s file is gone.") from missing
    response.headers["Cache-Control"] = f"public, max-age={YEAR}, immutable"
    return response


def error_page(request, status: int, template="", **context):
    response = render(request, template or f"{status}.html", context, status=status)
    response.headers.setdefault("Cache-Control", "no-store")
    return response


def too_much(request, file=""):
    """The page for a request with more data than its address takes. `file` is the name of a file that is too large."""
    is_desk = request.path_info.startswith("/admin/")
    return error_page(request, 413, template="admin/413.html" if is_desk else "", file=file)


def bad_request(request, exception):
    if isinstance(exception, FileTooLarge):
        return too_much(request, exception.name)
    if isinstance(exception, RequestDataTooBig):
        return too_much(request)
    return error_page(request, 400)


def permission_denied(request, exception):
    return error_page(request, 403)


def form_refused(request, reason=""):
    """The page for a failed CSRF check. It tells users how to get back what they typed."""
    return error_page(request, 403, template="form_refused.html")


def page_not_found(request, exception):
    return error_page(request, 404)


def server_error(request):
    return error_page(request, 500)
