from django.urls import path

from api import views
from api.outlet import outlet
from api.reading import api

READING, _app_name, _namespace = api.urls

urlpatterns = [
    path("", views.try_it, name="api"),
    path("openapi.json", outlet(views.description), name="openapi"),
    # Those of the library, but for its own page.
    *(path(str(each.pattern), outlet(each.callback), name=each.name) for each in READING if str(each.pattern)),
    path("<path:rest>", outlet(views.nothing), name="api_nothing"),
]
