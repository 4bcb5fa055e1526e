"""The sitemap of the offices' pages."""

from django.urls import reverse

from consular.models import Office
from embassy.http.sitemaps import PublicSitemap


class Offices(PublicSitemap):
    def items(self):
        return [None, *Office.objects.of(self.request.mission).live(at=self.request.instant)]

    def location(self, office):
        return office.get_absolute_url() if office else reverse("offices")
