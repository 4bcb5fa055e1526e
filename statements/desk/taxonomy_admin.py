from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from embassy.desk.base import MissionContentAdmin, MissionContentForm, OwnFieldsOnly
from embassy.desk.draft_copy import DraftCopy
from embassy.desk.readonly import ReadableFields
from embassy.desk.slugs import PermanentAddress
from embassy.fields.translated import Mentions
from embassy.models import Mission
from statements.models import Kind, Speaker, Topic


class KeptWhileUsed(PermanentAddress):
    """ModelAdmin mixin: a kind, topic or speaker cannot be deleted while a statement is filed under it."""

    def has_delete_permission(self, request, obj=None):
        return not (obj is not None and obj.is_used) and super().has_delete_permission(request, obj)


@admin.register(Kind)
class KindAdmin(KeptWhileUsed, DraftCopy, ReadableFields, OwnFieldsOnly, admin.ModelAdmin):
    list_display = ["__str__", "slug", "whose", "position"]
    search_fields = ["slug", f"name__{Mentions.lookup_name}"]

    def get_queryset(self, request):
        return super().get_queryset(request).of(request.mission)

    def get_fields(self, request, obj=None):
        return ["name", "slug", "position", *(["mission"] if _is_for_all(request) else [])]

    def has_change_permission(self, request, obj=None):
        return self._is_in_reach(request, obj) and super().has_change_permission(request, obj)

    def has_delete_permission(self, request, obj=None):
        return self._is_in_reach(request, obj) and super().has_delete_permission(request, obj)

    def _is_in_reach(self, request, kind) -> bool:
        """Only the ministry changes a kind that every mission uses."""
        return kind is None or kind.mission_id is not None or _is_for_all(request)

    def get_form(self, request, obj=None, change=False, **kwargs):
        if obj is None and not _is_for_all(request):
            kwargs["form"] = type("KindForm", (MissionContentForm,), {"mission": request.mission})
        return super().get_form(request, obj, change=change, **kwargs)

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        if db_field.name == "mission":
            kwargs["queryset"] = Mission.objects.filter(pk=request.mission.pk)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    @admin.display(description=_("used by"))
    def whose(self, kind):
        return _("this mission") if kind.mission_id else _("every mission")


def _is_for_all(request) -> bool:
    return request.user.has_perm("accounts.administer_every_mission")


@admin.register(Topic)
class TopicAdmin(KeptWhileUsed, MissionContentAdmin):
    list_display = ["__str__", "slug"]
    search_fields = ["slug", f"name__{Mentions.lookup_name}"]
    fields = ["name", "slug"]


@admin.register(Speaker)
class SpeakerAdmin(KeptWhileUsed, MissionContentAdmin):
    list_display = ["__str__", "role", "slug"]
    search_fields = ["slug", f"name__{Mentions.lookup_name}", f"role__{Mentions.lookup_name}"]
    fields = ["name", "role", "slug"]
