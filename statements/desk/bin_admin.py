from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Prefetch
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import mark_safe
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from embassy.desk.base import MissionContentAdmin, NoBulkDeletion, ViewOnly, instant_column
from statements.desk.as_read import shown_at_the_desk
from statements.desk.pages.addresses import form_of
from statements.models import Deletion, Edition
from statements.public.embeds import filled

# A number with this many digits or more is no key, and may be too large for SQLite.
LONGEST_KEY = 18


class ToTheBin(NoBulkDeletion, admin.ModelAdmin):
    """ModelAdmin mixin: what is deleted goes to the bin. If only the user has written it, it is deleted for good."""

    delete_confirmation_template = "admin/statements/to_the_bin.html"

    def _get_obj_does_not_exist_redirect(self, request, opts, object_id):
        """Tell users who may see the bin that the row is there. Django tells everybody that the row does not exist."""
        binned = self.model.everything.filter(deletion__mission=request.mission.pk)
        found = binned.filter(pk=object_id).first() if object_id.isdecimal() and len(object_id) < LONGEST_KEY else None
        if found is None or not request.user.has_perm("statements.view_edition"):
            return super()._get_obj_does_not_exist_redirect(request, opts, object_id)
        address = reverse("admin:statements_deletion_change", args=[found.deletion_id])
        link = format_html('<a href="{}">{}</a>', address, _("the bin"))
        text = format_html(_("“{name}” has been deleted. It lies in {bin}."), name=str(found), bin=link)
        self.message_user(request, text, messages.WARNING)
        return redirect(f"admin:statements_{opts.model_name}_changelist")

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


@admin.register(Deletion)
class DeletionAdmin(ViewOnly, NoBulkDeletion, MissionContentAdmin):
    """The bin. It can only be read, except for the button that brings something back."""

    list_display = ["what", "by_name", instant_column("at", _("when"), ordering="pk")]
    list_select_related = ["mission"]
    list_per_page = 50

    def get_queryset(self, request):
        editions = Edition.everything.order_by("pk").select_related("mission")
        return super().get_queryset(request).prefetch_related(Prefetch("editions", editions, to_attr="deleted"))

    def changelist_view(self, request, extra_context=None):
        title = capfirst(self.opts.verbose_name_plural)
        return super().changelist_view(request, {"title": title, **(extra_context or {})})

    def get_list_display(self, request):
        return [*self.list_display, *(["bring_back"] if self.may_bring_back(request) else [])]

    def get_fields(self, request, obj=None):
        return ["texts", *self.get_list_display(request)[1:]]

    get_readonly_fields = get_fields

    def has_view_permission(self, request, obj=None):
        return request.user.has_perm("statements.view_edition")

    def may_bring_back(self, request) -> bool:
        return request.user.has_perm("statements.approve_edition")

    def get_urls(self):
        bring_back = self.admin_site.admin_view(require_POST(self.bring_back_view))
        return [path("<int:pk>/bring-back/", bring_back, name="statements_deletion_bring_back"), *super().get_urls()]

    def bring_back_view(self, request, pk):
        if not self.may_bring_back(request):
            raise PermissionDenied
        deletion = self.get_queryset(request).filter(pk=pk).first()
        if deletion is None:
            self.message_user(request, _("That is no longer in the bin."), messages.WARNING)
            return redirect("admin:statements_deletion_changelist")
        name, statement = str(deletion), deletion.statement
        try:
            deletion.undo(request.user, request.instant)
        except ValidationError as refusal:
            self.message_user(request, " ".join(refusal.messages), messages.ERROR)
        else:
            self.message_user(request, format_html(_("“{name}” is back."), name=name), messages.SUCCESS)
        return redirect(form_of(statement))

    @admin.display(description=_("what"))
    def what(self, deletion):
        titles = ((each.get_language_display(), each.language, each.title) for each in deletion.deleted)
        listed = format_html_join(mark_safe("<br>"), '{}: <span lang="{}" dir="auto">{}</span>', titles)
        return listed or str(deletion)

    @admin.display(description=_("text"))
    def texts(self, deletion):
        # mark_safe is right here, because BodyField sanitised the text before it was stored.
        told = (
            (each.language, each.title, each.lead, mark_safe(filled(each, shown_at_the_desk)))
            for each in deletion.deleted
        )
        template = '<div class="body-as-read" lang="{}" dir="auto"><h3>{}</h3><p>{}</p>{}</div>'
        return format_html_join("", template, told) or "—"

    @admin.display(description=_("bring back"))
    def bring_back(self, deletion):
        address = reverse("admin:statements_deletion_bring_back", args=[deletion.pk])
        return format_html('<button class="button" formaction="{}">{}</button>', address, _("Bring back"))
