"""The audit log at the desk: read, searched, filtered, and exported as JSON Lines."""

import json
from collections.abc import Iterator
from datetime import UTC

from django.contrib import admin
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.auth.models import User
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import BadRequest, FieldDoesNotExist, PermissionDenied
from django.db.models import Q
from django.http import StreamingHttpResponse
from django.urls import path
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from accounts.audit_log import NO_VALUE, AuditEvent
from embassy.desk.base import ViewOnly
from embassy.desk.readonly import in_each_language
from embassy.fields.translated import LabelField

NOTHING = (NO_VALUE, "", "{}")
# The words for the actions in an export. They do not depend on the language of the desk.
ACTIONS = {
    AuditEvent.Action.CREATE: "added",
    AuditEvent.Action.UPDATE: "changed",
    AuditEvent.Action.DELETE: "deleted",
    AuditEvent.Action.SIGNED_IN: "signed_in",
    AuditEvent.Action.SIGNED_OUT: "signed_out",
    AuditEvent.Action.SIGN_IN_FAILED: "sign_in_failed",
    AuditEvent.Action.REFUSED: "refused",
    AuditEvent.Action.EXPORTED: "exported",
    AuditEvent.Action.FACTOR_ADDED: "factor_added",
    AuditEvent.Action.FACTOR_REMOVED: "factor_removed",
    AuditEvent.Action.SESSION_ENDED: "session_ended",
    AuditEvent.Action.PROVIDER_LINKED: "provider_linked",
    AuditEvent.Action.PROVIDER_UNLINKED: "provider_unlinked",
    AuditEvent.Action.INVITED: "invited",
    AuditEvent.Action.LINK_SENT: "link_sent",
    AuditEvent.Action.UNKNOWN_POSTING: "unknown_posting_claimed",
}


admin.site.unregister(AuditEvent)


class TypeFilter(admin.SimpleListFilter):
    title = _("type")
    parameter_name = "type"

    def lookups(self, request, model_admin):
        used = model_admin.get_queryset(request).order_by().values("content_type").distinct()
        return [(str(found.pk), found.name) for found in ContentType.objects.filter(pk__in=used)]

    def queryset(self, request, queryset):
        known = self.value() in {key for key, _name in self.lookup_choices}
        return queryset.filter(content_type=self.value()) if known else queryset


@admin.register(AuditEvent)
class AuditEventAdmin(ViewOnly, admin.ModelAdmin):
    """Read-only. Administrators of a mission see what was done at its desk; the ministry's see all entries."""

    list_display = ["when", "who", "action", "type", "which", "address"]
    list_filter = ["action", TypeFilter]
    search_fields = ["actor_name", "object_repr", "remote_addr", "changes"]
    search_help_text = _("Search in names, addresses, and the values before and after.")
    readonly_fields = ["when", "mission", "who", "address", "action", "type", "which", "before_and_after"]
    list_select_related = ["content_type", "mission", "actor"]
    list_per_page = 50
    show_full_result_count = False

    def get_urls(self):
        export = self.admin_site.admin_view(require_POST(self.export_view))
        return [path("export/", export, name="accounts_auditevent_export"), *super().get_urls()]

    def get_fields(self, request, obj=None):
        return self.readonly_fields

    def get_queryset(self, request):
        events = super().get_queryset(request)
        everywhere = request.user.has_perm("accounts.administer_every_mission")
        if everywhere:
            return events
        # Accounts belong to no mission. Leave out what was done here with accounts that have no posting to this
        # mission, past, present or future.
        staff = User.objects.filter(postings__mission=request.mission.pk)
        account = ContentType.objects.get_for_model(User)
        return events.filter(mission=request.mission.pk).exclude(Q(content_type=account) & ~Q(object_id__in=staff))

    def export_view(self, request):
        """Send all entries that match the list's search and filters, oldest first."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        try:
            events = self.get_changelist_instance(request).queryset.order_by("pk")
        except IncorrectLookupParameters as wrong:
            raise BadRequest from wrong
        exported = AuditEvent.record(AuditEvent.Action.EXPORTED, about=request.GET.urlencode()[:250])
        lines = as_json_lines(events.exclude(pk=exported.pk))
        response = StreamingHttpResponse(lines, content_type="application/jsonl")
        response["Content-Disposition"] = f'attachment; filename="audit-log-{request.instant:%Y-%m-%d}.jsonl"'
        return response

    def has_view_permission(self, request, obj=None):
        return request.user.has_perm("accounts.view_auditevent")

    @admin.display(description=_("when"), ordering="pk")
    def when(self, event):
        return f"{date_format(event.timestamp.astimezone(UTC), 'j M Y, H:i:s')} UTC"

    @admin.display(description=_("who"), ordering="actor_name")
    def who(self, event):
        try:
            name = event.actor.get_full_name() if event.actor else ""
        except User.DoesNotExist:
            # The entry outlives the account.
            name = ""
        return f"{name} ({event.actor_name})" if name else event.actor_name or "—"

    @admin.display(description=_("from"))
    def address(self, event):
        return event.remote_addr or "—"

    @admin.display(description=_("type"))
    def type(self, event):
        return event.content_type.name if event.content_type else "—"

    @admin.display(description=_("which"))
    def which(self, event):
        return event.object_repr or "—"

    @admin.display(description=_("before and after"))
    def before_and_after(self, event):
        rows = format_html_join("", "<tr><th scope=row>{}</th><td>{}</td><td>{}</td></tr>", _changes(event))
        if not rows:
            return "—"
        head = format_html("<tr><td></td><th scope=col>{}</th><th scope=col>{}</th></tr>", _("before"), _("after"))
        return format_html("<table>{}{}</table>", head, rows)


def _changes(event: AuditEvent) -> Iterator[tuple[str, str, str]]:
    """The name of each changed field, and its values before and after."""
    model = event.content_type and event.content_type.model_class()
    for name, change in (event.changes or {}).items():
        field = _field(model, name)
        if isinstance(change, dict):
            rows = ", ".join(change["objects"])
            before, after = ("", rows) if change["operation"] == "add" else (rows, "")
        else:
            before, after = change
        yield _label(field, name), _shown(field, before), _shown(field, after)


def _field(model, name: str):
    """The field of the model. None if the model or the field no longer exists."""
    try:
        return model._meta.get_field(name)
    except (AttributeError, FieldDoesNotExist):
        return None


def _label(field, name: str) -> str:
    if field is None:
        return name
    # The field may stand for other rows that point to this one, as editions point to their joint release.
    return field.related_model._meta.verbose_name_plural if field.one_to_many else field.verbose_name


def _shown(field, value: str) -> str:
    if value in NOTHING:
        return "—"
    return in_each_language(json.loads(value)) if isinstance(field, LabelField) else value


def as_json_lines(events) -> Iterator[str]:
    for event in events.iterator():
        line = {
            "id": event.pk,
            "at": event.timestamp.astimezone(UTC).isoformat(timespec="seconds"),
            "mission": event.mission.slug if event.mission else None,
            "account": event.actor_id,
            "name": event.actor_name,
            "address": event.remote_addr,
            "action": ACTIONS[event.action],
            "type": ".".join(event.content_type.natural_key()) if event.content_type else None,
            "key": event.object_pk or None,
            "about": event.object_repr,
            "changes": event.changes,
        }
        yield f"{json.dumps(line, ensure_ascii=False)}\n"
