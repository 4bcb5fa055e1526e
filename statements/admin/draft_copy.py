"""The copy of what is typed that a browser keeps until it is saved (static/embassy/draft-copy.js)."""

from django.contrib import admin, messages
from django.utils.formats import get_format
from django.utils.html import format_html

# Longer than any name that the script makes for a copy.
LONGEST_NAME = 300


class DraftCopy(admin.ModelAdmin):
    """For the admin of what is written at length: once it is saved, the browser is told to forget its copy."""

    def render_change_form(self, request, context, *args, **kwargs):
        # The script writes the time of a copy as the site writes every other.
        context["date_time_format"] = get_format("DATETIME_FORMAT")
        return super().render_change_form(request, context, *args, **kwargs)

    def message_user(self, request, message, level=messages.INFO, *args, **kwargs):
        copy = request.POST.get("draft_copy", "")[:LONGEST_NAME]
        if level == messages.SUCCESS and copy:
            message = format_html('{}<span data-draft-saved="{}"></span>', message, copy)
        super().message_user(request, message, level, *args, **kwargs)
