from django.contrib.auth.middleware import get_user
from django.utils.functional import SimpleLazyObject

from embassy.http.request_log import present
from embassy.instant import now
from embassy.roles import bind


def postings(get_response):
    """Middleware: bind the user to the request's mission and the present minute. Time travel changes no permissions.

    The user stays lazy. A public page does not read it, and so needs neither a query nor `Vary: Cookie`.
    """

    def bound(request):
        user = bind(get_user(request), request.mission, now())
        # From now on, each log line about the request contains the user's ID.
        present.actor = user.pk
        return user

    def middleware(request):
        request.user = SimpleLazyObject(lambda: bound(request))
        return get_response(request)

    return middleware
