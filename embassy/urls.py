"""The URL patterns, without language prefixes: a middleware removes the prefix before an address is resolved."""

from django.contrib import admin
from django.urls import include, path

from embassy import views
from embassy.http import sitemaps, well_known

urlpatterns = [
    # Must come before the admin's own addresses, some of which it replaces.
    path("admin/", include("accounts.urls")),
    path("admin/", include("statements.staff_mail.urls")),
    path("admin/", admin.site.urls),
    path("crest/<str:name>", views.crest, name="crest"),
    path("consular/", include("consular.urls")),
    path("incidents/", include("incidents.urls")),
    path("api/", include("api.urls")),
    path("", include("statements.urls")),
    path("robots.txt", well_known.robots, name="robots"),
    path("opensearch.xml", well_known.opensearch, name="opensearch"),
    path(".well-known/security.txt", well_known.security, name="security"),
    path("sitemap.xml", sitemaps.whole_sitemap, name="sitemap"),
    # This pattern would also match the news sitemap, so statements.urls, which has the news sitemap, must come first.
    path("sitemap-<slug:section>.xml", sitemaps.part_of_sitemap, name="part_of_sitemap"),
]

handler400 = "embassy.views.bad_request"
handler403 = "embassy.views.permission_denied"
handler404 = "embassy.views.page_not_found"
handler500 = "embassy.views.server_error"
