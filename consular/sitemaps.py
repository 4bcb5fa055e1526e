"""The sitemap of the offices' pages."""

from consular.models import Office
from embassy.http.sitemaps import PublicSitemap


class Offices(PublicSitemap):
    def items(self):
        return ["offices", *Office.objects.of(self.request.mission).live(at=self.request.instant)]
