from functools import cache

from django.http import HttpResponsePermanentRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse

from api import problems
from api.endpoints import api
from embassy.http.caching import public_page


def description(request):
    return JsonResponse(_document(request), json_dumps_params={"ensure_ascii": False})


@public_page
def try_it(request):
    operations = [{"path": path, **methods["get"]} for path, methods in _document(request)["paths"].items()]
    return render(request, "api/try_it.html", {"operations": operations})


def nothing(request, rest):
    """Answer an unknown address: with a redirect if its last slash is missing, otherwise with an error of the API."""
    if not rest.endswith("/"):
        return HttpResponsePermanentRedirect(request.get_full_path(force_append_slash=True))
    return problems.nothing()


def _document(request) -> dict:
    described = _described(reverse("api"))
    return {
        **described,
        "info": {**described["info"], "title": str(request.mission)},
        "servers": [{"url": request.build_absolute_uri("/").rstrip("/")}],
    }


@cache
def _described(prefix: str) -> dict:
    """The part of the OpenAPI document that all missions share. It takes ten times as long as the rest."""
    return api.get_openapi_schema(path_prefix=prefix)
