import re
from datetime import datetime
from typing import ClassVar
from urllib.parse import unquote

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import F, Q
from django.shortcuts import redirect
from django.utils.html import format_html
from django.utils.text import format_lazy
from django.utils.translation import get_language, get_language_info
from django.utils.translation import gettext_lazy as _

from embassy.desk.base import (
    MissionContentAdmin,
    MissionContentForm,
    OfMissionFilter,
    both_cities,
    instant_column,
)
from embassy.desk.merge import MergingAdmin
from embassy.http.languages import speaking
from statements.desk.badges import STATES, badges
from statements.desk.bin_admin import ToTheBin
from statements.desk.editor_views import ShownAgain
from statements.desk.history_views import History, predecessors
from statements.desk.list_actions import file_anew, give_back, hand_in
from statements.desk.pages.addresses import form_of
from statements.desk.pages.old_addresses import OldAddressInline
from statements.desk.slot_forms import SlotInline
from statements.desk.workflow_views import MovesAdmin, may_delete, may_file
from statements.desk.writing.filing_fields import SUBJECTS
from statements.models import AllLanguages, Edition, OldAddress, SearchEntry, Statement, WrongMove

# The address of a statement's page, as it is copied from a browser.
ADDRESS = re.compile(r"/statements/(\d{4})/(\d\d)/(\d\d)/([^/?#\s]+)")
FIXED_SUBJECTS = _(
    "Readers have seen this statement with this kind, speaker and topics. Only somebody who may approve it, and has "
    "not written in it, can file it anew. A new edition changes only its text."
)
REFILED_SUBJECTS = _(
    "Readers have seen this statement. If you change its kind, speaker or topics, it is filed anew from this minute "
    "on. As of any earlier minute it is shown as it was."
)
APPROVED_SUBJECTS = _(
    "This statement has been approved with this kind, speaker and topics. Until it is public, only somebody who may "
    "approve it, and has not written in it, can change them."
)


class StatementForm(MissionContentForm):
    """Refuses kind, speaker and topics if they became fixed while the form was open."""

    # The instant of the request. StatementAdmin.get_form sets it.
    now: datetime

    def clean(self):
        cleaned = super().clean() or self.cleaned_data
        if any(self.add_prefix(name) in self.data and name not in self.fields for name in SUBJECTS):
            known = _(
                "This statement became public while this page was open, so you can no longer change its kind, speaker "
                "and topics."
            )
            approved = _(
                "This statement was approved while this page was open, so you can no longer change its kind, speaker "
                "and topics."
            )
            kept = _("Nothing has been saved. Save again to keep your other changes.")
            why = known if self.instance.has_begun(at=self.now) else approved
            raise ValidationError(format_lazy("{} {}", why, kept), code="filed")
        return cleaned


def _explained(fieldset, reason):
    name, options = fieldset
    return name, {**options, "description": reason}


HAND_IN_ALL = _("Hand in all languages")
ALL_LANGUAGES = {
    "submit": HAND_IN_ALL,
    "publish-now": _("Publish all languages now"),
    "approve": _("Approve and schedule all languages"),
}


class StateFilter(admin.SimpleListFilter):
    title = _("state")
    parameter_name = "state"

    def lookups(self, request, model_admin):
        return [(state, STATES[state]) for state in ("draft", "review", "scheduled", "live", "withdrawn")]

    def queryset(self, request, queryset):
        editions = {
            "draft": Edition.objects.filter(status=Edition.Status.DRAFT),
            "review": Edition.objects.filter(status=Edition.Status.REVIEW),
            "scheduled": Edition.objects.approved().filter(live_from__gt=request.instant),
            "live": Edition.objects.live(at=request.instant),
            "withdrawn": Edition.objects.exclude(withdrawn_reason="").filter(live_until__lte=request.instant),
        }.get(self.value())
        return queryset if editions is None else queryset.filter(editions__in=editions).distinct()


class MissingLanguageFilter(admin.SimpleListFilter):
    title = _("live, but missing in")
    parameter_name = "missing"

    def lookups(self, request, model_admin):
        return [(code, get_language_info(code)["name_translated"]) for code in request.mission.languages]

    def queryset(self, request, queryset):
        if self.value() not in request.mission.languages:
            return queryset
        live = Edition.objects.live(at=request.instant)
        return (
            queryset.filter(editions__in=live).exclude(Q(editions__in=live.filter(language=self.value()))).distinct()
        )


@admin.register(Statement)
class StatementAdmin(MergingAdmin, ShownAgain, History, MovesAdmin, ToTheBin, MissionContentAdmin):
    moves = ALL_LANGUAGES
    form: type[MissionContentForm] = StatementForm
    actions = [hand_in, give_back, file_anew]
    list_display = [
        "title",
        "kind",
        "editions_now",
        instant_column("published_at", _("first published"), ordering="published_at"),
        "featured",
    ]
    list_filter = [
        StateFilter,
        MissingLanguageFilter,
        *((name, OfMissionFilter) for name in SUBJECTS),
    ]
    list_select_related = ["kind", "mission"]
    list_per_page = 50
    # Unpublished statements need work, so they come first. `nulls_first` ensures this on every database.
    ordering = [F("published_at").desc(nulls_first=True), "-pk"]
    # get_search_results() searches more than this field.
    search_fields = ["slug"]
    search_help_text = _("Search in titles and texts, names of speakers and topics, and addresses.")
    date_hierarchy: ClassVar[str | None] = "day"
    autocomplete_fields = ["speaker", "topics"]
    fieldsets = [
        (None, {"fields": ["kind", "speaker", "topics"]}),
        (_("Address"), {"fields": ["slug"], "classes": ["collapse"]}),
    ]
    change_form_template = "admin/statements/statement/change_form.html"

    def get_queryset(self, request):
        return super().get_queryset(request).messages().prefetch_related("editions__corrections", "slots")

    def get_search_results(self, request, queryset, search_term):
        if not search_term.strip():
            return queryset, False
        if address := ADDRESS.search(search_term):
            year, month, day, slug = address.groups()
            on_its_day = {"day__year": year, "day__month": month, "day__day": day}
            return queryset.filter(slug=unquote(slug), **on_its_day), False
        found = Edition.objects.at_the_desk(search_term, request.mission)
        return queryset.filter(Q(pk__in=found.values("statement")) | Q(slug__icontains=search_term.strip())), False

    def get_inlines(self, request, obj):
        return [SlotInline, OldAddressInline] if obj else []

    def get_readonly_fields(self, request, obj=None):
        # A statement with an approved edition has a day, and its address can no longer be typed.
        address = ["slug"] if obj and obj.day else []
        subjects = SUBJECTS if self._filing_is_fixed(request, obj) else []
        return [*subjects, *address]

    def _filing_is_fixed(self, request, obj):
        """The reason why kind, speaker and topics cannot be changed; None if they can."""
        if obj is None or may_file(request.user, obj):
            return None
        return FIXED_SUBJECTS if obj.has_begun(at=request.instant) else APPROVED_SUBJECTS

    def get_fieldsets(self, request, obj=None):
        subjects, *others = self.fieldsets
        reason = self._filing_is_fixed(request, obj)
        if obj is not None and reason is None and obj.has_begun(at=request.instant):
            reason = REFILED_SUBJECTS
        return [_explained(subjects, reason), *others]

    def get_form(self, request, obj=None, change=False, **kwargs):
        form = super().get_form(request, obj, change=change, **kwargs)
        form.now = request.instant
        return form

    def has_file_permission(self, request):
        return request.user.has_perm("statements.approve_edition")

    def has_submit_permission(self, request):
        return request.user.has_perm("statements.submit_edition")

    def has_return_permission(self, request):
        """Users who have handed something in may take it back."""
        return self.has_submit_permission(request) or self.has_file_permission(request)

    def has_delete_permission(self, request, obj=None):
        editions = obj.editions.all() if obj else []
        may = all(may_delete(request.user, edition) for edition in editions)
        return may and super().has_delete_permission(request, obj)

    def row_to_move(self, request, pk):
        return AllLanguages(super().row_to_move(request, pk))

    def possible_moves(self, together, at):
        """The moves that can be made with two languages or more. One language alone is moved on its edition's page."""
        submit = ["submit"] if len(together.drafts) > 1 else []
        return [*submit, *(["publish-now", "approve"] if len(together.in_review) > 1 else [])]

    def move_label(self, request, name, together):
        return ALL_LANGUAGES[name]

    def check_move(self, request, name, together):
        if name not in self.possible_moves(together, request.instant):
            raise WrongMove(
                _("No two languages of this statement are ready for this together. Open each edition to see why.")
            )

    def state_context(self, request, together):
        return {}

    def texts(self, form):
        return form.edition.in_order()

    def moved(self, request, form, label):
        statement = form.edition.statement
        self.log_change(request, statement, str(label))
        saying = form.due if form.minute and form.minute > request.instant else form.done
        text = format_html(saying, title=str(statement), when=both_cities(request.mission, form.minute))
        self.message_user(request, text, messages.SUCCESS)
        return redirect(form_of(statement))

    def view_on_site(self, statement):
        live = [edition for edition in statement.editions_in_order() if edition.is_live(at=statement.seen_at)]
        # The edition in the user's language comes first.
        live.sort(key=lambda edition: edition.language != get_language())
        if not live:
            return None
        with speaking(live[0].language, statement.mission):
            return statement.get_absolute_url()

    def save_model(self, request, obj, form, change):
        if change and set(SUBJECTS) & set(form.changed_data):
            obj.keep_filing(request.instant)
        super().save_model(request, obj, form, change)

    def save_formset(self, request, form, formset, change):
        if formset.model is OldAddress:
            super().save_formset(request, form, formset, change)
            return
        for slot in formset.save(commit=False):
            slot.choose(request.user, request.instant)
        for slot in formset.deleted_objects:
            slot.give_up(request.user, request.instant)

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        if change and set(SUBJECTS) & set(form.changed_data):
            form.instance.record_filing(request.user, request.instant)
        SearchEntry.objects.follow(form.instance.editions.all())
        form.instance.reindex(request.instant)

    def add_view(self, request, form_url="", extra_context=None):
        """Show the form of the first edition, which has all fields of the new statement, too."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        return self.admin_site.get_model_admin(Edition).add_view(request, form_url, extra_context)

    def change_view(self, request, object_id, form_url="", extra_context=None):
        statement = self.get_object(request, object_id)
        editions = (
            list(statement.editions.order_by("language", "-pk").prefetch_related("corrections")) if statement else []
        )
        before = predecessors(editions)
        drafted = {edition.language for edition in editions}
        context = {
            "moves": self.buttons(request, AllLanguages(statement)) if statement else [],
            "history": self.history(request, statement) if statement else [],
            "editions": [
                {
                    **self.side(request, edition),
                    "before": before.get(edition.pk),
                    "language": get_language_info(edition.language)["name_translated"],
                }
                for edition in editions
            ],
            "languages_missing": [
                {"code": code, "name": get_language_info(code)["name_translated"]}
                for code in request.mission.languages
                if code not in drafted
            ],
        }
        return super().change_view(request, object_id, form_url, {**(extra_context or {}), **context})

    def state_as_found(self, statement):
        return self.editions_now(statement)

    @admin.display(description=_("title"))
    def title(self, statement):
        return str(statement)

    @admin.display(description=_("editions now"))
    def editions_now(self, statement):
        current = [
            edition
            for edition in statement.editions_in_order()
            if edition.state(at=statement.seen_at) not in ("replaced", "ended")
        ]
        return badges(current, statement.seen_at)

    @admin.display(description=_("front page"))
    def featured(self, statement):
        return _("featured") if statement.is_featured(at=statement.seen_at) else ""
