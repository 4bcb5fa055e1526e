"""The copy of what is typed that a browser keeps until it is saved (static/embassy/draft-copy.js)."""

from django.contrib import admin, messages
from django.utils.html import format_html

# Longer than any name that the script makes for a copy.
LONGEST_NAME = 300


class DraftCopy(admin.ModelAdmin):
    """For the admin of what is written at length: once it is saved, the browser is told to forget its copy."""

    def message_user(self, request, message, level=messages.INFO, *args, **kwargs):
        copy = request.POST.get("draft_copy", "")[:LONGEST_NAME]
        if level == messages.SUCCESS and copy:
            message = format_html('{}<span data-draft-saved="{}"></span>', message, copy)
        super().message_user(request, message, level, *args, **kwargs)
