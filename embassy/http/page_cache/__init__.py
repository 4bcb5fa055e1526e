"""Keeps finished public pages until the minute ends or the content changes (docs/decisions/0021).

When the database does not answer, the last good pages are shown (docs/decisions/0022).
"""

from embassy.http.page_cache.cache import PageCache
from embassy.http.page_cache.last_good import LastGood

__all__ = ["LastGood", "PageCache"]
