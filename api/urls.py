from django.urls import URLPattern, path

from api import views
from api.decorators import outlet
from api.endpoints import api
from api.parameters import PARAMETERS

# django-ninja's routes, without that of its root page.
READING = [each for each in api.urls[0] if isinstance(each, URLPattern) and str(each.pattern)]


def read(each: URLPattern) -> URLPattern:
    parameters = PARAMETERS if each.name == "api_statements" else ()
    return path(str(each.pattern), outlet(each.callback, parameters), name=each.name)


urlpatterns = [
    path("", views.try_it, name="api"),
    path("openapi.json", outlet(views.description), name="openapi"),
    *map(read, READING),
    path("<path:rest>", outlet(views.nothing, None), name="api_nothing"),
]
