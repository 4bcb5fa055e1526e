"""The sitemap of the counters' pages."""

from embassy.http.sitemaps import PublicSitemap
from incidents.models import Incident


class Incidents(PublicSitemap):
    def items(self):
        shown = Incident.objects.banners(self.request.mission, at=self.request.instant)
        return ["incidents", *shown.filter(has_page=True)]
