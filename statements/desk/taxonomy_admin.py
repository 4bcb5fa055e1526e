from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from embassy.desk.base import MissionContentAdmin
from embassy.desk.readonly import ReadableFields
from embassy.desk.slugs import PermanentAddress
from embassy.fields.translated import Mentions
from embassy.models import Mission
from statements.models import Kind, Speaker, Topic


@admin.register(Kind)
class KindAdmin(PermanentAddress, ReadableFields, admin.ModelAdmin):
    list_display = ["__str__", "slug", "whose", "position"]
    list_editable = ["position"]
    search_fields = ["slug", f"name__{Mentions.lookup_name}"]
    fields = ["name", "slug", "position", "mission"]

    def get_queryset(self, request):
        return super().get_queryset(request).of(request.mission)

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        if db_field.name == "mission":
            kwargs["queryset"] = Mission.objects.filter(pk=request.mission.pk)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    @admin.display(description=_("used by"))
    def whose(self, kind):
        return _("this mission") if kind.mission_id else _("every mission")


@admin.register(Topic)
class TopicAdmin(PermanentAddress, MissionContentAdmin):
    list_display = ["__str__", "slug"]
    search_fields = ["slug", f"name__{Mentions.lookup_name}"]
    fields = ["name", "slug"]


@admin.register(Speaker)
class SpeakerAdmin(PermanentAddress, MissionContentAdmin):
    list_display = ["__str__", "role", "slug"]
    search_fields = ["slug", f"name__{Mentions.lookup_name}", f"role__{Mentions.lookup_name}"]
    fields = ["name", "role", "slug"]
