"""The pages for signing in, which are allauth's, at the desk."""

import logging
from functools import wraps

from allauth.account.views import LoginView
from django.contrib import admin, messages
from django.http import HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.cache import add_never_cache_headers
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _
from requests import RequestException

from accounts.second_factor import way_to_second_factor, whole_user
from embassy.desk.base import both_cities
from embassy.http.languages import unprefixed

logger = logging.getLogger(__name__)


def at_the_desk(view):
    """View decorator: gives allauth's pages the head and the menu of the desk."""

    @wraps(view)
    def page(request, *args, **kwargs):
        response = view(request, *args, **kwargs)
        add_never_cache_headers(response)
        if getattr(response, "context_data", None) is not None:
            response.context_data = {**admin.site.each_context(request), **response.context_data}
        return response

    return page


def if_it_answers(view):
    """View decorator: an identity provider that is away is a word on the sign-in page."""

    @wraps(view)
    def asking(request, *args, **kwargs):
        try:
            # The provider knows one address to return to, without a language.
            with unprefixed():
                return view(request, *args, **kwargs)
        except RequestException:
            logger.exception("The identity provider (OIDC_URL) does not answer.")
            messages.error(request, _("The ministry’s sign-in does not answer. Sign in with your password."))
            return redirect("account_login")

    return asking


class SignInView(LoginView):
    def get_context_data(self, **kwargs):
        return super().get_context_data(**self.postings_here(), **kwargs)

    def postings_here(self) -> dict:
        """Why somebody who is signed in has no access: the posting that begins next, and the one that ended last."""
        request = self.request
        if request.user.is_anonymous:
            return {}
        postings = request.user.postings.held_at(request.mission)
        ahead = postings.ahead(at=request.instant).order_by("live_from").first()
        ended = postings.ended(at=request.instant).order_by("live_until").last()
        return {
            "begins": ahead and both_cities(request.mission, ahead.live_from),
            "ended": ended and both_cities(request.mission, ended.live_until),
        }

    def get(self, request, *args, **kwargs):
        user, there = request.user, self.get_success_url() or reverse("admin:index")
        if user.is_authenticated and whole_user(request, user, request.instant).is_anonymous:
            messages.warning(request, _("Your role needs a second factor besides the password."))
            return HttpResponseRedirect(f"{way_to_second_factor(user)}?{urlencode({'next': there})}")
        if admin.site.has_permission(request):
            return HttpResponseRedirect(there)
        return super().get(request, *args, **kwargs)
