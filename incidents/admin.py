from django.contrib import admin
from django.core.exceptions import ValidationError
from django.template.loader import render_to_string
from django.utils.translation import get_language_info, override
from django.utils.translation import gettext_lazy as _

from embassy.desk.base import instant_column
from embassy.desk.merge import MergingAdmin
from embassy.desk.slugs import SlugAdmin, SlugForm
from embassy.fields.translated import Mentions
from incidents.models import Incident

EARLIEST_YEAR = 1000


class IncidentForm(SlugForm):
    def clean_date(self):
        day = self.cleaned_data["date"]
        if day.year < EARLIEST_YEAR:
            raise ValidationError(
                _("Check the year. The earliest possible year is %(year)d."),
                params={"year": EARLIEST_YEAR},
                code="year",
            )
        return day


@admin.register(Incident)
class IncidentAdmin(MergingAdmin, SlugAdmin):
    form = IncidentForm
    list_display = [
        "reads_today",
        "shown_now",
        "date",
        instant_column("live_from", _("shown from"), ordering="live_from"),
        instant_column("live_until", _("shown until"), ordering="live_until"),
        "position",
    ]
    list_editable = ["position"]
    list_filter = ["direction", "has_page"]
    list_select_related = ["mission"]
    search_fields = [*(f"{label}__{Mentions.lookup_name}" for label in ("title", "remark", "summary")), "slug"]
    search_help_text = _("Search in banners and accounts, in every language.")
    autocomplete_fields = ["statements"]
    readonly_fields = ["as_it_will_read"]
    fieldsets = [
        (_("What is counted"), {"fields": ["direction", "date", "title", "remark", "as_it_will_read"]}),
        (
            _("When and where it is shown"),
            {
                "description": _(
                    "Leave “live from” empty to show the counter from now on. Leave “live until” empty to show it "
                    "without end; otherwise it is taken away at that minute. A counter “since” is never shown before "
                    "its day. A counter “until” is never shown after its day."
                ),
                "fields": ["live_from", "live_until", "position"],
            },
        ),
        (_("A page of its own"), {"fields": ["has_page", "slug", "summary", "statements"]}),
    ]

    def get_fieldsets(self, request, obj=None):
        if obj is not None:
            return self.fieldsets
        (name, options), *others = self.fieldsets
        fields = [field for field in options["fields"] if field not in self.readonly_fields]
        return [(name, {**options, "fields": fields}), *others]

    def view_on_site(self, incident):
        return incident.get_absolute_url()

    @admin.display(description=_("as it reads today"))
    def reads_today(self, incident):
        today = incident.mission.today(incident.seen_at)
        if incident.days(today) >= 0:
            return incident.banner(today)
        if incident.direction == Incident.Direction.SINCE:
            return _("%(title)s: the day is still to come") % {"title": incident}
        return _("%(title)s: the day is over") % {"title": incident}

    @admin.display(description=_("shown now"), boolean=True)
    def shown_now(self, incident):
        return incident.is_shown(at=incident.seen_at)

    @admin.display(description=_("As it will read"))
    def as_it_will_read(self, incident):
        readings = []
        for code in incident.mission.languages:
            with override(code):
                words = str(self.reads_today(incident))
            readings.append({**get_language_info(code), "words": words, "lacking": not incident.title.get(code)})
        return render_to_string("admin/incidents/incident/as_it_will_read.html", {"readings": readings})
