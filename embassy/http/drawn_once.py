"""Keeps in memory what a function of its arguments alone has drawn, so that it is not drawn again for each page."""

from functools import lru_cache, wraps

from django.conf import settings
from django.urls import get_script_prefix
from django.utils.translation import get_language


def drawn_once(most: int):
    """Decorator: keep the `most` latest results by the arguments, the active language and the prefix of addresses.

    Nothing else may go into a result: no query, no instant, no request. So what is kept is right as long as the code
    is, and it decides nothing: whoever asks for it has the texts already.
    """

    def decorator(draw):
        # typed: a text that is escaped already equals one that is not, and must not be taken for it.
        @lru_cache(most, typed=True)
        def kept(_language, _prefix, *given):
            return draw(*given)

        @wraps(draw)
        def drawn(*given):
            # While templates are being changed, nothing is kept.
            return draw(*given) if settings.DEBUG else kept(get_language(), get_script_prefix(), *given)

        return drawn

    return decorator
