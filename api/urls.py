from django.urls import URLPattern, path

from api import views
from api.asked import PARAMETERS
from api.outlet import outlet
from api.reading import api

FILTERED = {"api_statements": PARAMETERS}
# Those of the library, but for its own page.
READING = [each for each in api.urls[0] if isinstance(each, URLPattern) and str(each.pattern)]

urlpatterns = [
    path("", views.try_it, name="api"),
    path("openapi.json", outlet(views.description), name="openapi"),
    *(path(str(each.pattern), outlet(each.callback, FILTERED.get(each.name, ())), name=each.name) for each in READING),
    path("<path:rest>", outlet(views.nothing, None), name="api_nothing"),
]
