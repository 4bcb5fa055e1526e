"""The admin of pages that stay. They are written, reviewed and corrected like statements, and stand in a menu."""

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from embassy.desk.base import MissionContentForm, instant_column
from statements.desk.edition_form import WritingForm
from statements.desk.pages.old_addresses import OldAddressInline
from statements.desk.statement_admin import MissingLanguageFilter, StateFilter, StatementAdmin
from statements.desk.workflow_views import may_place
from statements.models import Edition, OldAddress, Page
from statements.models.page import IN_ORDER

PLACE = ("address", "parent", "position")
FIXED_PLACE = _(
    "An edition of this page has been approved. Only somebody who may approve it, and has not written in it, can "
    "change its address and its place in the menu."
)
MOVED_AT_ONCE = _(
    "Readers have seen this page. If you change its address or its place, the menu changes at once, and the old "
    "address leads to the new one. As of any earlier minute the menu is shown as it was."
)


class PageForm(MissionContentForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "parent" in self.fields:
            first_level = self.fields["parent"].queryset.filter(parent=None).exclude(pk=self.instance.pk)
            self.fields["parent"].queryset = first_level.in_order().prefetch_related("editions", "mission")

    def clean(self):
        cleaned = super().clean() or self.cleaned_data
        if any(name in self.data and name not in self.fields for name in PLACE):
            message = _(
                "An edition was approved while this page was open, so you can no longer change the address and the "
                "place in the menu. Nothing has been saved."
            )
            raise ValidationError(message, code="placed")
        return cleaned

    def clean_parent(self):
        parent, page = self.cleaned_data["parent"], self.instance
        if parent and page.pk and page.has_begun(at=page.seen_at) and not parent.has_begun(at=page.seen_at):
            raise ValidationError(
                _("Readers have seen this page, and “%(title)s” is not public yet: the page would disappear."),
                params={"title": parent},
            )
        return parent


class FirstEditionInline(admin.StackedInline):
    """The first edition of a new page that stays. Its fields are in the form that creates the page."""

    model = Edition
    form = WritingForm
    fields = ["language", "title", "lead", "body", "place"]
    # A new page needs exactly one edition, which has the title and the text.
    min_num = max_num = 1
    extra = 0
    can_delete = False
    verbose_name = _("text")
    verbose_name_plural = _("text")

    def get_formset(self, request, obj=None, **kwargs):
        formset = super().get_formset(request, obj, **kwargs)
        formset.form.base_fields["language"].initial = request.mission.default_language
        return formset


@admin.register(Page)
class PageAdmin(StatementAdmin):
    form = PageForm
    moves = {}
    actions = []
    list_display = [
        "title",
        "stands_at",
        "position",
        "editions_now",
        instant_column("published_at", _("first published"), ordering="published_at"),
    ]
    list_filter = [StateFilter, MissingLanguageFilter]
    list_select_related = ["mission", "parent"]
    list_per_page = 200
    ordering = IN_ORDER
    search_fields = ["address"]
    search_help_text = _("Search in titles and texts.")
    date_hierarchy = None
    autocomplete_fields = []
    fieldsets = [(None, {"fields": PLACE})]

    def get_queryset(self, request):
        # Skip StatementAdmin.get_queryset(), which leaves out the pages that stay.
        return super(StatementAdmin, self).get_queryset(request).prefetch_related("editions__corrections")

    def possible_moves(self, together, at):
        """No moves: each language is handed in and approved in the form of its edition."""
        return []

    def get_inlines(self, request, obj):
        return [OldAddressInline] if obj else [FirstEditionInline]

    def add_view(self, request, form_url="", extra_context=None):
        # Skip StatementAdmin.add_view(), which shows an edition's form. A page begins with its address and place.
        return super(StatementAdmin, self).add_view(request, form_url, extra_context)

    def get_readonly_fields(self, request, obj=None):
        return [] if obj is None or may_place(request.user, obj) else PLACE

    def get_fieldsets(self, request, obj=None):
        reason = None
        if obj and not may_place(request.user, obj):
            reason = FIXED_PLACE
        elif obj and obj.has_begun(at=request.instant):
            reason = MOVED_AT_ONCE
        return [(None, {"fields": PLACE, "description": reason})]

    def has_delete_permission(self, request, obj=None):
        has_pages_under_it = obj is not None and Page.everything.filter(parent=obj.pk).exists()
        return not has_pages_under_it and super().has_delete_permission(request, obj)

    def save_formset(self, request, form, formset, change):
        if formset.model is OldAddress:
            super().save_formset(request, form, formset, change)
            return
        for edition in formset.save(commit=False):
            edition.write(request.user, request.instant)

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        form.instance.settle(request.user, request.instant)

    @admin.display(description=_("title"))
    def title(self, page):
        return format_html('<span class="page-level-{}">{}</span>', 2 if page.parent_id else 1, page)

    @admin.display(description=_("address"))
    def stands_at(self, page):
        return f"/{page.path}/"
