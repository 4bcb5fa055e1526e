"""Keeps rendered parts of pages in memory, so that they are not rendered again for each page."""

from functools import lru_cache, wraps

from django.conf import settings
from django.urls import get_script_prefix
from django.utils.translation import get_language


def drawn_once(most: int):
    """Decorator: keep up to `most` results, by the arguments, the active language and the prefix of addresses.

    A result may depend on nothing else: no query, no instant, no request. So a kept result never becomes wrong. It
    reveals nothing either, because the caller already has the texts.
    """

    def decorator(draw):
        # Typed, because a SafeString equals a str with the same text, but only the str must be escaped.
        @lru_cache(most, typed=True)
        def kept(_language, _prefix, *given):
            return draw(*given)

        @wraps(draw)
        def drawn(*given):
            # With DEBUG nothing is kept, because templates may change.
            return draw(*given) if settings.DEBUG else kept(get_language(), get_script_prefix(), *given)

        return drawn

    return decorator
