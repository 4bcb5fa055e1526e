from django.contrib.auth.middleware import get_user
from django.utils.functional import SimpleLazyObject

from embassy.http.request_log import present
from embassy.instant import now
from embassy.roles import bind


def postings(get_response):
    """Bind the user to the request's mission and to the present minute: time travel changes nobody's permissions.

    The user stays lazy: a public page asks for none, and so costs no query and no `Vary: Cookie`.
    """

    def bound(request):
        user = bind(get_user(request), request.mission, now())
        # What is logged of the request from now on says who it is.
        present.actor = user.pk
        return user

    def middleware(request):
        request.user = SimpleLazyObject(lambda: bound(request))
        return get_response(request)

    return middleware
