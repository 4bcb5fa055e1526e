"""What is typed or pasted into the editor as it would be stored, asked for while somebody writes."""

from django.contrib import admin
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponseBadRequest, JsonResponse
from django.urls import path
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from richtext.body import from_typing, sanitise
from richtext.limits import check_readable
from richtext.plain_text import from_plain_text

# How a text is read that came as HTML, as plain text, or as it stands in the plain box.
READINGS = {"html": str, "text": from_plain_text, "typed": from_typing}


class Pasting(admin.ModelAdmin):
    """For the admin of what is written in the editor."""

    def get_urls(self):
        clean = path("clean/", self.admin_site.admin_view(self.clean), name="statements_edition_clean")
        return [clean, *super().get_urls()]

    @method_decorator([require_POST, never_cache])
    def clean(self, request):
        """The text in the one field that was sent, cleaned; nothing is stored."""
        if not (self.has_add_permission(request) or self.has_change_permission(request)):
            raise PermissionDenied
        found = [(name, text) for name, text in request.POST.items() if name in READINGS]
        if len(found) != 1:
            return _refusal(_("Send one text, in a field “html”, “text” or “typed”."))
        ((name, text),) = found
        html = READINGS[name](text)
        try:
            check_readable(html)
        except ValidationError as problem:
            return _refusal(" ".join(problem.messages))
        return JsonResponse({"html": sanitise(html)})


def _refusal(reason: str) -> HttpResponseBadRequest:
    return HttpResponseBadRequest(reason, content_type="text/plain; charset=utf-8")
