"""Keeps public pages, ready to be sent, until the minute ends or the content changes (docs/decisions/0021)."""

from embassy.http.page_cache.cache import PageCache

__all__ = ["PageCache"]
