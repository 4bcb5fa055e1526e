"""The WSGI application that `make serve` runs."""

import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from granian.utils.proxies import wrap_wsgi_with_proxy_headers

from embassy.http.page_cache import PageCache

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "embassy.settings")

# Headers with the scheme and the client's address are used only if they come from the front server (TRUSTED_PROXIES).
application = wrap_wsgi_with_proxy_headers(get_wsgi_application(), trusted_hosts=settings.TRUSTED_PROXIES)
if settings.PAGE_CACHE_BYTES:
    application = PageCache(
        application,
        most_bytes=settings.PAGE_CACHE_BYTES,
        shared_seconds=settings.CDN_SECONDS,
        trusted_proxies=settings.TRUSTED_PROXIES,
    )
