"""Keeps copies of typed text, in the browser and on the server, until the form of the desk is saved.

static/embassy/draft-copy.js makes the copies, and offers them when the form is opened again.
"""

import json

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, HttpResponseBadRequest, JsonResponse
from django.utils.formats import get_format
from django.utils.html import format_html
from django.utils.translation import gettext as _

from embassy.desk.widgets import possible
from embassy.models import WorkingCopy
from embassy.roles import called
from uploads.handler import LARGEST

# The most characters in the name of a copy. The script chooses the name.
LONGEST_NAME = 300


class DraftCopy(admin.ModelAdmin):
    """ModelAdmin mixin: offer the user's copies of the form. A save deletes them, on the server and in the browser."""

    def form_name(self, request, obj) -> str:
        """The name of the form: "model:key:", or for a new row "model::" with the value of new_row_about()."""
        return f"{self.opts.label_lower}:{obj.pk if obj else ''}:{'' if obj else self.new_row_about(request)}"

    def new_row_about(self, request) -> str:
        return ""

    def render_change_form(self, request, context, *args, **kwargs):
        # The script shows the time of a copy in the site's format.
        context["date_time_format"] = get_format("DATETIME_FORMAT")
        name = self.form_name(request, kwargs.get("obj"))
        mine = WorkingCopy.objects.of_form(request.mission, name).kept(request.instant).filter(user=request.user)
        context |= {"form_name": name, "working_copies": mine, "writing": self.writing(request, kwargs.get("obj"))}
        context["largest_file"] = LARGEST
        return super().render_change_form(request, context, *args, **kwargs)

    def writing(self, request, obj) -> str:
        """Sentences that name the other users who are writing in this form now."""
        others = self.copies_of_others(request, self.form_name(request, obj)) if obj else []
        told = [_("%(who)s is writing in this form now.") % {"who": called(copy.user)} for copy in others]
        return " ".join(dict.fromkeys(told))

    def copies_of_others(self, request, *forms):
        fresh = WorkingCopy.objects.of_form(request.mission, *forms).being_written(request.instant)
        return fresh.exclude(user=request.user).select_related("user").defer("content").order_by("user", "-at")

    def message_user(self, request, message, level=messages.INFO, *args, **kwargs):
        copy = request.POST.get("draft_copy", "")[:LONGEST_NAME]
        if level == messages.SUCCESS and copy:
            WorkingCopy.objects.keep(request.user, copy.replace("\x00", ""), "", request.instant)
            message = format_html('{}<span data-draft-saved="{}"></span>', message, copy)
        super().message_user(request, message, level, *args, **kwargs)


def keep_copy(site, request) -> HttpResponse:
    """Store the copy that the script sends, if the user may save the form. The answer names who else is writing."""
    key, form, content = (request.POST.get(name, "") for name in ("key", "form", "content"))
    if not (key and key.isprintable() and form.isprintable() and max(len(key), len(form)) <= LONGEST_NAME):
        return HttpResponseBadRequest("The copy has no proper name.", content_type="text/plain")
    model_admin, row = form_named(site, request, form)
    if not is_object(content):
        return HttpResponseBadRequest("The copy is not a JSON object.", content_type="text/plain")
    mission = request.mission if request.mission.pk else None
    WorkingCopy.objects.keep(request.user, key, content, request.instant, mission=mission, form=form)
    return JsonResponse({"writing": model_admin.writing(request, row)})


def form_named(site, request, name: str):
    """The admin and the row of the form (None for a new row). Raises PermissionDenied if the user may not save it."""
    label, _colon, rest = name.partition(":")
    model_admin = next((each for model, each in site._registry.items() if model._meta.label_lower == label), None)
    if not isinstance(model_admin, DraftCopy):
        raise Http404("There is no such form.")
    key = rest.partition(":")[0]
    row = model_admin.get_object(request, possible(key)) if key else None
    if key and row is None:
        raise Http404("There is no such row at this desk.")
    may = model_admin.has_change_permission(request, row) if row else model_admin.has_add_permission(request)
    if not may:
        raise PermissionDenied
    return model_admin, row


def is_object(content: str) -> bool:
    """Whether the content is a JSON object, or empty. Empty content deletes the copy."""
    try:
        return not content or isinstance(json.loads(content), dict)
    except (ValueError, RecursionError):
        return False
