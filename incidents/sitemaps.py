"""The sitemap of the counters' pages."""

from django.urls import reverse

from embassy.http.sitemaps import PublicSitemap
from incidents.models import Incident


class Incidents(PublicSitemap):
    def items(self):
        shown = Incident.objects.banners(self.request.mission, at=self.request.instant)
        return [None, *shown.filter(has_page=True)]

    def location(self, incident):
        return incident.get_absolute_url() if incident else reverse("incidents")
