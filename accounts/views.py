"""The pages for signing in, which are allauth's, at the desk."""

from functools import wraps

from allauth.account.views import LoginView
from django.contrib import admin
from django.http import HttpResponseRedirect
from django.shortcuts import resolve_url


def at_the_desk(view):
    """View decorator: gives allauth's pages the head and the menu of the desk."""

    @wraps(view)
    def page(request, *args, **kwargs):
        response = view(request, *args, **kwargs)
        if getattr(response, "context_data", None) is not None:
            response.context_data = {**admin.site.each_context(request), **response.context_data}
        return response

    return page


class SignInView(LoginView):
    def get(self, request, *args, **kwargs):
        if admin.site.has_permission(request):
            return HttpResponseRedirect(self.get_success_url() or resolve_url("admin:index"))
        return super().get(request, *args, **kwargs)
