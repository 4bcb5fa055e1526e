"""The pages for signing in: allauth's views at the desk, and the choice of a mission."""

import logging
from functools import wraps

from allauth.account.views import LoginView
from django.contrib import admin, messages
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import add_never_cache_headers
from django.utils.http import urlencode
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from requests import RequestException

from accounts.models import missions_of
from accounts.second_factor import way_to_second_factor, whole_user
from embassy.desk.base import both_cities
from embassy.http.languages import speaking, unprefixed

logger = logging.getLogger(__name__)


def at_the_desk(view):
    """View decorator: give a page of allauth the head and menu of the desk, and let no cache keep it."""

    @wraps(view)
    def page(request, *args, **kwargs):
        response = view(request, *args, **kwargs)
        add_never_cache_headers(response)
        if getattr(response, "context_data", None) is not None:
            response.context_data = {**admin.site.each_context(request), **response.context_data}
        return response

    return page


def if_it_answers(view):
    """View decorator: if the identity provider does not answer, the sign-in page says so."""

    @wraps(view)
    def asking(request, *args, **kwargs):
        try:
            # The provider knows a single address to which it sends users back. It names neither mission nor language.
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
        """Why a user who is signed in has no access: their posting that begins next, and the one that ended last."""
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


def choose_mission(request):
    """The desk host's first page: the missions whose desks the user may open. A chosen or single one opens at once."""
    if not request.mission.is_unchosen:
        raise Http404("A mission has been chosen.")
    request.user = whole_user(request, request.user, request.instant)
    if request.user.is_anonymous:
        return redirect_to_login(request.get_full_path(), "admin:login")
    missions = list(missions_of(request.user, request.instant))
    named = [each for each in missions if each.slug == request.GET.get("mission")]
    if named or len(missions) == 1:
        return redirect(desk_of((named or missions)[0]))
    choices = sorted(((str(each), desk_of(each)) for each in missions), key=lambda choice: choice[0])
    return render(request, "account/missions.html", {**admin.site.each_context(request), "choices": choices})


def desk_of(mission) -> str:
    """The address of the mission's desk, in the present language if the mission has it."""
    mission.is_at_desk = True
    language = get_language()
    with speaking(language if language in mission.languages else mission.default_language, mission):
        return reverse("admin:index")
