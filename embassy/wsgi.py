"""The WSGI application, which the server runs: the site and, in front of it, the page cache."""

import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from granian.utils.proxies import wrap_wsgi_with_proxy_headers

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "embassy.settings")

# Headers with the scheme and the client's address are used only if they come from the front server (TRUSTED_PROXIES).
application = wrap_wsgi_with_proxy_headers(get_wsgi_application(), trusted_hosts=settings.TRUSTED_PROXIES)
if settings.PAGE_CACHE_BYTES:
    # Imported here, because it imports models: get_wsgi_application() must come first.
    from embassy.http.page_cache import LastGood, PageCache

    application = PageCache(
        application,
        most_bytes=settings.PAGE_CACHE_BYTES,
        shared_seconds=settings.CDN_SECONDS,
        trusted_proxies=settings.TRUSTED_PROXIES,
        last_good=LastGood(settings.LAST_GOOD_PAGES, settings.LAST_GOOD_BYTES) if settings.LAST_GOOD_BYTES else None,
    )
    if settings.METRICS_TOKEN:
        from embassy.http.metrics import KEPT

        application.on_kept = KEPT.inc
