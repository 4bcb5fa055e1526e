"""Keeps what is typed in any form of the desk: the browser has a copy until the form is saved (draft-copy.js)."""

from django.contrib import admin, messages
from django.utils.formats import get_format
from django.utils.html import format_html

# The script names each copy that it keeps in the browser. Each name is shorter than this.
LONGEST_NAME = 300


class DraftCopy(admin.ModelAdmin):
    """ModelAdmin mixin: a save tells the browser to delete its copy of the form."""

    def render_change_form(self, request, context, *args, **kwargs):
        # The script shows the time of a copy in the site's format.
        context["date_time_format"] = get_format("DATETIME_FORMAT")
        return super().render_change_form(request, context, *args, **kwargs)

    def message_user(self, request, message, level=messages.INFO, *args, **kwargs):
        copy = request.POST.get("draft_copy", "")[:LONGEST_NAME]
        if level == messages.SUCCESS and copy:
            message = format_html('{}<span data-draft-saved="{}"></span>', message, copy)
        super().message_user(request, message, level, *args, **kwargs)
