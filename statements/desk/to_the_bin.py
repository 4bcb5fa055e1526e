from django.contrib import admin, messages
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from embassy.desk.base import NoBulkDeletion


class ToTheBin(NoBulkDeletion, admin.ModelAdmin):
    """ModelAdmin mixin: what is deleted goes to the bin, or for good if the user alone has written it."""

    delete_confirmation_template = "admin/statements/to_the_bin.html"

    def render_delete_form(self, request, context):
        context["for_good"] = context["object"].is_work_of(request.user)
        return super().render_delete_form(request, context)

    def delete_model(self, request, obj):
        obj.discard(request.user, request.instant)

    def response_delete(self, request, obj_display, obj_id):
        if not self.model.everything.filter(pk=obj_id).exists():
            return super().response_delete(request, obj_display, obj_id)
        link = format_html('<a href="{}">{}</a>', reverse("admin:statements_deletion_changelist"), _("the bin"))
        text = format_html(_("“{name}” can be brought back for thirty days, from {bin}."), name=obj_display, bin=link)
        self.message_user(request, text, messages.SUCCESS)
        return redirect(f"admin:statements_{self.opts.model_name}_changelist")
