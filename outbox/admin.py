"""The outbox at the desk: the jobs that wait, the jobs that were given up, and why they failed."""

from datetime import UTC

from django.contrib import admin, messages
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from embassy.desk.base import NoBulkDeletion, ViewOnly
from outbox.kinds import kinds
from outbox.models import Job


def in_utc(at) -> str:
    return f"{date_format(at.astimezone(UTC), 'j M Y, H:i')} UTC"


def latin(text: str) -> str:
    """The text as HTML that runs from left to right in every language, for addresses and errors."""
    return format_html('<bdi dir="ltr">{}</bdi>', text) if text else "—"


class StateFilter(admin.SimpleListFilter):
    title = _("state")
    parameter_name = "state"

    def lookups(self, request, model_admin):
        return [("given_up", _("given up")), ("waiting", _("waiting"))]

    def queryset(self, request, queryset):
        if self.value() == "given_up":
            return queryset.given_up()
        return queryset.waiting() if self.value() == "waiting" else queryset


@admin.register(Job)
class JobAdmin(NoBulkDeletion, ViewOnly, admin.ModelAdmin):
    """Lists the jobs without `given`: a mail may contain a link that opens an account."""

    list_display = ["what", "about", "state", "since", "next_attempt", "tries", "went_wrong"]
    list_filter = [StateFilter]
    readonly_fields = ["what", "about", "state", "since", "next_attempt", "tries", "went_wrong"]
    actions = ["try_again", "drop"]
    ordering = ["-pk"]
    list_per_page = 50

    def get_fields(self, request, obj=None):
        return self.readonly_fields

    def lookup_allowed(self, lookup, value, request=None):
        # Other lookups would let a user guess, letter by letter, what a job was given.
        return lookup == StateFilter.parameter_name

    def get_queryset(self, request):
        return super().get_queryset(request).seen_by(request.user, request.mission)

    def has_view_permission(self, request, obj=None):
        return request.user.has_perm("outbox.view_job")

    def has_decide_permission(self, request):
        return request.user.has_perm("outbox.change_job")

    @admin.action(description=_("Try again"), permissions=["decide"])
    def try_again(self, request, queryset):
        number = queryset.given_up().update(due=request.instant, tries=0, given_up_at=None)
        done = ngettext("%(number)d job is tried again.", "%(number)d jobs are tried again.", number)
        self.message_user(request, done % {"number": number}, messages.SUCCESS)

    @admin.action(description=_("Remove what was given up"), permissions=["decide"])
    def drop(self, request, queryset):
        number = queryset.given_up().delete()[0]
        done = ngettext("%(number)d job is removed.", "%(number)d jobs are removed.", number)
        self.message_user(request, done % {"number": number}, messages.SUCCESS)

    @admin.display(description=_("what"), ordering="name")
    def what(self, job):
        return kinds()[job.name].label if job.name in kinds() else job.name

    @admin.display(description=_("about"))
    def about(self, job):
        return latin(kinds()[job.name].about(job.given) if job.name in kinds() else "")

    @admin.display(description=_("what went wrong"))
    def went_wrong(self, job):
        return latin(job.error)

    @admin.display(description=_("since"), ordering="put_at")
    def since(self, job):
        return in_utc(job.put_at)

    @admin.display(description=_("state"), ordering="given_up_at")
    def state(self, job):
        return _("given up") if job.given_up_at else _("waiting")

    @admin.display(description=_("next attempt"), ordering="due")
    def next_attempt(self, job):
        return "—" if job.given_up_at else in_utc(job.due)
