from django.contrib.auth.middleware import get_user
from django.utils.functional import SimpleLazyObject

from embassy.instant import now
from embassy.roles import bind


def postings(get_response):
    """Bind the user to the request's mission and to the present minute: time travel changes nobody's permissions.

    The user stays lazy: a public page asks for none, and so costs no query and no `Vary: Cookie`.
    """

    def middleware(request):
        request.user = SimpleLazyObject(lambda: bind(get_user(request), request.mission, now()))
        return get_response(request)

    return middleware
