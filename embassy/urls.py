"""The site map. A language's prefix is not part of it: see embassy.languages."""

from django.contrib import admin
from django.urls import include, path

from embassy import views

urlpatterns = [
    path("admin/", admin.site.urls),
    path("crest/<str:name>", views.crest, name="crest"),
    path("consular/", include("consular.urls")),
    path("incidents/", include("incidents.urls")),
    path("", include("statements.urls")),
]

handler400 = "embassy.views.bad_request"
handler403 = "embassy.views.permission_denied"
handler404 = "embassy.views.page_not_found"
handler500 = "embassy.views.server_error"
