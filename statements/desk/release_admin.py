from django import forms
from django.contrib import admin, messages
from django.contrib.admin.utils import flatten_fieldsets
from django.contrib.admin.views.autocomplete import AutocompleteJsonView
from django.core.exceptions import ValidationError
from django.shortcuts import redirect
from django.urls import path
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from embassy.desk.base import MissionContentAdmin, MissionContentForm, NoBulkDeletion, both_cities, instant_column
from embassy.desk.widgets import ManyPicker
from statements.desk.badges import STATES, as_choice, badges, state_badge
from statements.desk.workflow_views import MovesAdmin
from statements.models import Edition, Release, WrongMove

LABELS = {
    "publish-now": _("Publish all now"),
    "approve": _("Approve and schedule all"),
    "reschedule": _("Move all to another minute"),
    "cancel": _("Take all back to draft"),
}
POSSIBLE = {"review": ["publish-now", "approve"], "scheduled": ["reschedule", "cancel"]}


def release_badge(release, at):
    state = release.state(at=at)
    word = _("released") if state == "released" else STATES[state]
    return format_html('<span class="state state-{}">{}</span>', state, word)


class EditionsPicker(ManyPicker):
    """Input that finds unfinished editions that are in no release."""

    url_name = "%s:statements_release_choices"

    def __init__(self, admin_site):
        super().__init__(Release._meta.get_field("editions"), admin_site)


class EditionsField(forms.ModelMultipleChoiceField):
    def label_from_instance(self, obj):
        # as_choice() needs the state. For an unfinished edition, it is the same as the status.
        return as_choice(obj, obj.status)


class EditionAutocomplete(AutocompleteJsonView):
    """Answers the searches of EditionsPicker. Removes NUL from the search term, because PostgreSQL rejects it."""

    def process_request(self, request):
        field = Edition._meta.get_field("release")
        return request.GET.get("term", "").replace("\x00", ""), self.admin_site.get_model_admin(Edition), field, "pk"

    def get_queryset(self):
        return super().get_queryset().unfinished().filter(release=None)

    def serialize_result(self, obj, to_field_name):
        return {"id": str(obj.pk), "text": as_choice(obj, obj.status)}


class ReleaseForm(MissionContentForm):
    editions = EditionsField(
        label=_("Editions that go out together"),
        queryset=Edition.objects.none(),
        required=False,
        help_text=_("Find drafts and editions in review by their titles. Each can be in only one joint release."),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "editions" in self.fields:
            choices = self.instance.choices()
            self.fields["editions"].queryset = choices
            self.fields["editions"].initial = choices.filter(release__isnull=False) if self.instance.pk else []

    def clean(self):
        if "editions" in self.data and "editions" not in self.fields:
            raise ValidationError(
                _(
                    "The list was not changed: its editions have been approved meanwhile. Take them back to draft "
                    "first."
                )
            )
        return super().clean()


@admin.register(Release)
class ReleaseAdmin(MovesAdmin, NoBulkDeletion, MissionContentAdmin):
    moves = LABELS
    form = ReleaseForm
    list_display = ["name", "state", instant_column("live_from", _("public from")), "members"]
    list_select_related = ["mission"]
    search_fields = ["name", "editions__title"]
    search_help_text = _("Search in the names and in the editions’ titles.")
    change_form_template = "admin/statements/release/change_form.html"

    def get_queryset(self, request):
        return super().get_queryset(request).prefetch_related("editions__corrections")

    def get_fieldsets(self, request, obj=None):
        writable = self.has_change_permission(request, obj) if obj else self.has_add_permission(request)
        editions = ["editions"] if writable and (obj is None or obj.live_from is None) else []
        return [(None, {"fields": ["name", *editions]})]

    def get_form(self, request, obj=None, change=False, **kwargs):
        form = super().get_form(request, obj, change=change, **kwargs)
        if "editions" in flatten_fieldsets(self.get_fieldsets(request, obj)):
            form.base_fields["editions"].widget = EditionsPicker(self.admin_site)
            return form
        # A declared field stays in a form even if the fieldsets leave it out, so it is removed here.
        return type(form.__name__, (form,), {"editions": None})

    def has_delete_permission(self, request, obj=None):
        # A scheduled or published release stays, because it records which editions were approved together.
        return (obj is None or obj.live_from is None) and super().has_delete_permission(request, obj)

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        if "editions" not in form.cleaned_data:
            return
        try:
            form.instance.gather(form.cleaned_data["editions"])
        except WrongMove as refusal:
            self.message_user(request, " ".join(refusal.messages), messages.ERROR)

    def change_view(self, request, object_id, form_url="", extra_context=None):
        release = self.get_object(request, object_id)
        context = self.state_context(request, release) if release else {}
        return super().change_view(request, object_id, form_url, {**(extra_context or {}), **context})

    def state_context(self, request, release):
        return {
            "badge": release_badge(release, request.instant),
            "minute": both_cities(request.mission, release.live_from),
            "moves": self.buttons(request, release),
            "editions": [
                {"edition": edition, "badge": state_badge(edition, request.instant)}
                for edition in release.editions.order_by("statement", "language").prefetch_related("corrections")
            ],
        }

    def get_urls(self):
        view = self.admin_site.admin_view(EditionAutocomplete.as_view(admin_site=self.admin_site))
        return [path("choices/", view, name="statements_release_choices"), *super().get_urls()]

    def texts(self, form):
        return form.edition.editions.order_by("statement", "language").select_related("mission", "statement__mission")

    def possible_moves(self, release, at):
        return POSSIBLE.get(release.state(at=at), [])

    def move_label(self, request, name, release):
        return LABELS[name]

    def moved(self, request, form, label):
        release = self.get_queryset(request).get(pk=form.edition.pk)
        self.log_change(request, release, str(label))
        sayings = {
            "scheduled": _("All editions of “{name}” will be public at {minute}."),
            "released": _("All editions of “{name}” are public."),
        }
        saying = sayings.get(release.state(at=request.instant), _("All editions of “{name}” are drafts again."))
        minute = both_cities(request.mission, release.live_from)
        self.message_user(request, format_html(saying, name=release, minute=minute), messages.SUCCESS)
        return redirect("admin:statements_release_change", release.pk)

    @admin.display(description=_("state"))
    def state(self, release):
        return release_badge(release, release.seen_at)

    @admin.display(description=_("editions"))
    def members(self, release):
        editions = sorted(release.editions.all(), key=lambda edition: (edition.language, edition.pk))
        return badges(editions, release.seen_at)
