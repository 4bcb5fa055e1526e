from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import prefetch_related_objects
from django.forms import HiddenInput, Script
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils.decorators import method_decorator
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from embassy.desk.base import (
    MissionContentAdmin,
    MissionContentForm,
    OfMissionFilter,
    both_cities,
    instant_column,
)
from embassy.desk.widgets import possible
from embassy.http.languages import speaking
from embassy.roles import called
from statements.desk.as_read import body_as_read
from statements.desk.attachment_forms import AttachmentForm, AttachmentFormSet
from statements.desk.badges import state_badge
from statements.desk.bin_admin import ToTheBin
from statements.desk.conflicts import Conflicts, who_and_when
from statements.desk.edition_form import WritingForm
from statements.desk.editor_views import PasteCleaner, ShownAgain
from statements.desk.pages.addresses import form_of
from statements.desk.picture_forms import FigureForm, FigureFormSet
from statements.desk.preview_views import Invitations
from statements.desk.queues import QueueFilter
from statements.desk.statement_admin import HAND_IN_ALL
from statements.desk.workflow_views import (
    MOVES,
    POSSIBLE,
    TAKE_BACK,
    TAKE_UP_AGAIN,
    TOGETHER,
    MovesAdmin,
    may,
    may_delete,
)
from statements.desk.writing.filing_fields import SUBJECTS, FilingFields, FilingForm, check_filed_here
from statements.desk.writing.language_tabs import LanguageTabs
from statements.desk.writing.remarks import Remarks
from statements.models import AllLanguages, Attachment, Document, Edition, Figure, Picture, Statement
from statements.public import pictures
from statements.public.attachments import downloaded
from statements.public.previews import as_if_public, template_for


class EditionForm(WritingForm, MissionContentForm):
    """The form of a draft."""

    def clean(self):
        cleaned = super().clean()
        check_filed_here(self)
        return cleaned


class FiledEditionForm(FilingForm, EditionForm):
    """The form of an edition whose statement is new, or has no approved edition."""


class FigureInline(admin.StackedInline):
    model = Figure
    form = FigureForm
    formset = FigureFormSet
    template = "admin/statements/edition/figures.html"
    row_label = _("picture %(number)d")
    # The inputs in which users write texts.
    words = ("alt", "caption", "credit")
    fields = [
        "shows",
        "as_shown",
        "upload",
        "alt",
        "decorative",
        "caption",
        "credit",
        ("focus_x", "focus_y"),
        "position",
    ]
    readonly_fields = ["as_shown"]
    extra = 0

    class Media:
        js = [Script("embassy/focal-point.js", defer=True), Script("embassy/many-pictures.js", defer=True)]

    def get_fields(self, request, obj=None):
        if obj is None or not obj.is_approved:
            return self.fields
        return [name for name in self.fields if name not in ("shows", "upload")]

    @admin.display(description=_("as it is"))
    def as_shown(self, figure):
        if figure.picture_id is None:
            return "—"
        picture = figure.picture
        return format_html(
            '<span class="focal" data-focal data-label="{}" data-crop="{}">'
            '<img class="picture-preview" src="{}" alt="" width="320" height="{}"></span>',
            # xgettext:no-python-format
            _("Focal point: {x}% from the left, {y}% from the top. The arrow keys move it."),
            _("As it is cropped for other sites"),
            reverse("admin:statements_edition_picture", args=[picture.digest]),
            round(320 * picture.height / picture.width),
        )


class AttachmentInline(admin.StackedInline):
    model = Attachment
    form = AttachmentForm
    formset = AttachmentFormSet
    row_label = _("file %(number)d")
    words = ("title",)
    # A draft's file is not on the public site; its row links to the file at the desk.
    view_on_site = False
    fields = ["shows", "name", "as_attached", "upload", "title", "language", "position"]
    readonly_fields = ["as_attached"]

    def get_extra(self, request, obj=None, **kwargs):
        return 1 if obj is None else 0

    def get_fields(self, request, obj=None):
        if obj is None or not obj.is_approved:
            return self.fields
        return [name for name in self.fields if name not in ("shows", "name", "upload")]

    @admin.display(description=_("as it is"))
    def as_attached(self, attachment):
        if attachment.document_id is None:
            return "—"
        document = attachment.document
        address = reverse("admin:statements_edition_document", args=[document.digest])
        found = format_html_join("", "<li>{}</li>", ((sentence,) for sentence in document.left_in))
        link = format_html(
            '<a href="{}" data-address="{}">{}</a> ({})',
            address,
            attachment.get_absolute_url(),
            attachment.filename,
            attachment.described,
        )
        return format_html('{}<ul class="left-in">{}</ul>', link, found) if found else link


@admin.register(Edition)
class EditionAdmin(
    FilingFields,
    LanguageTabs,
    Conflicts,
    ShownAgain,
    Invitations,
    Remarks,
    PasteCleaner,
    MovesAdmin,
    ToTheBin,
    MissionContentAdmin,
):
    moves = MOVES
    form = EditionForm
    filing_form = FiledEditionForm
    inlines = [FigureInline, AttachmentInline]
    list_display = [
        "title",
        "language",
        "state",
        instant_column("live_from", _("public from"), ordering="live_from"),
        instant_column("live_until", _("public until"), ordering="live_until"),
        "changed_by",
    ]
    list_filter = [QueueFilter, "language", ("statement__kind", OfMissionFilter)]
    list_select_related = ["mission", "changed_by"]
    list_per_page = 50
    # Editions in review come first, then drafts: both need work. Approved editions come last.
    ordering = ["-status", "-pk"]
    search_fields = ["title", "lead"]
    search_help_text = _("Search in titles and leads.")
    change_form_template = "admin/statements/edition/change_form.html"

    def get_queryset(self, request):
        return super().get_queryset(request).prefetch_related("corrections")

    def get_object(self, request, object_id, from_field=None):
        edition = super().get_object(request, object_id, from_field)
        if edition is not None:
            also = ("figures", "attachments") if request.method == "GET" else ()
            told = ("statement__kind", "statement__topics", "statement__editions__corrections", *also)
            prefetch_related_objects([edition], *told)
            for each in (edition.statement, *edition.statement.editions_in_order()):
                each.mission = request.mission
        return edition

    def get_fieldsets(self, request, obj=None):
        identity = ["language", "statement"] if obj is None and self.statement_asked(request) else ["language"]
        body = "body_as_read" if obj and obj.is_approved else "body"
        filed = [(_("Filed under"), {"fields": SUBJECTS})] if self.is_filed_here(request, obj) else []
        note = ["change_note"] if obj and obj.corrects_id else []
        return [
            (None, {"fields": [*identity, "title", "lead", body, "place"]}),
            *([(_("For the readers of the correction"), {"fields": note})] if note else []),
            *filed,
        ]

    def get_readonly_fields(self, request, obj=None):
        return ["language", "body_as_read"] if obj else []

    def view_on_site(self, edition):
        with speaking(edition.language, edition.mission):
            return edition.get_absolute_url() if edition.is_live(at=edition.seen_at) else None

    @admin.display(description=_("text"))
    def body_as_read(self, edition):
        return body_as_read(edition)

    def has_change_permission(self, request, obj=None):
        # Approved editions can be viewed, not changed.
        return (obj is None or not obj.is_approved) and super().has_change_permission(request, obj)

    def has_delete_permission(self, request, obj=None):
        return (obj is None or may_delete(request.user, obj)) and super().has_delete_permission(request, obj)

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        if db_field.name in ("statement", "language"):
            # The tabs name the statement and the language. A list of all statements might have thousands of options.
            kwargs["widget"] = HiddenInput
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def get_changeform_initial_data(self, request):
        return {**super().get_changeform_initial_data(request), "language": self.begin(request, Edition()).language}

    def get_formset_kwargs(self, request, obj, inline, prefix):
        if obj.pk is None:
            self.begin(request, obj)
        return super().get_formset_kwargs(request, obj, inline, prefix)

    def begin(self, request, edition):
        """Set the mission, language and statement of a new edition: the forms of its pictures and files need them."""
        edition.mission = request.mission
        if edition.language not in request.mission.languages:
            asked = request.POST.get("language") or request.GET.get("language")
            edition.language = asked if asked in request.mission.languages else request.mission.default_language
        if edition.statement_id is None and (begun := self.statement_begun(request)):
            edition.statement = begun
        return edition

    def statement_begun(self, request) -> Statement | None:
        """The statement to which a new edition belongs; None if the edition is the first of a new statement."""
        if not hasattr(request, "statement_begun"):
            asked, statements = self.statement_asked(request), Statement.objects.of(request.mission)
            request.statement_begun = get_object_or_404(statements, pk=possible(asked)) if asked else None
        return request.statement_begun

    def add_view(self, request, form_url="", extra_context=None):
        if self.statement_begun(request) is None and not request.user.has_perm("statements.add_statement"):
            raise PermissionDenied
        return super().add_view(request, form_url, extra_context)

    def save_model(self, request, obj, form, change):
        filed = isinstance(form, FilingForm)
        if filed and (not change or form.files_anew):
            self.save_filing(form, obj)
            # The conflict page of the statement reads this log to name the user who changed it.
            self.log_change(request, obj.statement, " · ".join(obj.statement.filing()))
        if not change or set(form.changed_data) - set(SUBJECTS):
            obj.write(request.user, request.instant)

    def new_row_about(self, request):
        return f"{self.statement_asked(request) or ''}/{self.begin(request, Edition()).language}"

    def writing(self, request, edition):
        """Sentences that say which other users are writing in this statement now, and in which language."""
        if edition is None:
            return ""
        editions = {self.form_name(request, each): each for each in edition.statement.editions_in_order()}
        saying = _("%(who)s is writing in this text now, %(language)s.")
        told = [
            saying % {"who": called(copy.user), "language": editions[copy.form].get_language_display()}
            for copy in self.copies_of_others(request, *editions)
        ]
        return " ".join(dict.fromkeys(told))

    def response_add(self, request, obj, post_url_continue=None):
        if "_then" in request.POST or "_translate" in request.POST:
            return self.response_change(request, obj)
        return super().response_add(request, obj, post_url_continue)

    def response_change(self, request, obj):
        name = request.POST.get("_then")
        if obj.is_draft and request.POST.get("status_shown") == Edition.Status.REVIEW:
            return self.sent_back(request, obj, name)
        if answer := self.response_in_another_language(request, obj):
            return answer
        if name == "submit-all":
            return self.hand_in_all(request, obj)
        if name not in MOVES or not MOVES[name].after_saving:
            return super().response_change(request, obj)
        saved = format_html(_("“{title}” has been saved."), title=obj.title)
        if not may(request.user, name, obj):
            self.message_user(request, saved, messages.SUCCESS)
            refusal = _("It has been saved but not published: somebody else must approve what you have written.")
            self.message_user(request, refusal, messages.ERROR)
            return redirect("admin:statements_edition_change", obj.pk)
        if not MOVES[name].at_once:
            self.message_user(request, saved, messages.SUCCESS)
            return redirect(f"admin:{self._route(name)}", obj.pk)
        form = MOVES[name].form(request.POST, edition=obj, by=request.user, now=request.instant)
        if form.is_valid() and form.make():
            return self.moved(request, form, MOVES[name].label)
        return self.only_saved(request, obj, form)

    def sent_back(self, request, edition, then):
        saved = format_html(_("“{title}” has been saved."), title=edition.title)
        self.message_user(request, saved, messages.SUCCESS)
        saying = _("Your change sent it back to draft: hand it in again when it is ready.")
        if then == "publish-now" and request.user.has_perm("statements.override_four_eyes"):
            saying = _(
                "It has not been published: your change sent it back to draft. Hand it in again; then somebody who "
                "has not written in it approves it, or you do so yourself and say why."
            )
        elif then == "publish-now":
            saying = _(
                "It has not been published: your change sent it back to draft. Hand it in again; then somebody who "
                "has not written in it approves it."
            )
        self.message_user(request, saying, messages.WARNING)
        return redirect("admin:statements_edition_change", edition.pk)

    def hand_in_all(self, request, edition):
        """Hand in the drafts of all languages, or none of them."""
        together = AllLanguages(Statement.objects.get(pk=edition.statement_id))
        form = MOVES["submit"].form(request.POST, edition=together, by=request.user, now=request.instant)
        if may(request.user, "submit", together) and form.is_valid() and form.make():
            return self.admin_site.get_model_admin(Statement).moved(request, form, HAND_IN_ALL)
        return self.only_saved(request, edition, form)

    def only_saved(self, request, edition, form):
        saved = format_html(_("“{title}” has been saved."), title=edition.title)
        self.message_user(request, saved, messages.SUCCESS)
        for error in form.non_field_errors():
            self.message_user(request, error, messages.ERROR)
        return redirect("admin:statements_edition_change", edition.pk)

    def back_to(self, request, edition):
        """The event that sent the draft back, with user and time.

        None if there is no such event, or if this user sent the draft back and left no note.
        """
        event = edition.sent_back
        if event is None or (event.by == request.user and not event.note):
            return None
        return {"event": event, **who_and_when(request, event)}

    def render_change_form(self, request, context, *args, **kwargs):
        obj = kwargs.get("obj")
        edition = obj or self.begin(request, Edition())
        statement = edition.statement if edition.statement_id else None
        context |= self.languages(request, statement, obj, edition.language)
        if obj is None:
            context["title"] = statement or _("Write a statement")
            context["moves"] = self.first_moves(request)
            context["statement"] = statement
            context["show_save_and_add_another"] = False
        context["together"] = self.others_to_hand_in(request, statement, obj)
        original = statement.original_for(edition.language) if statement else None
        # The form of an approved edition, which can only be read, has no box for the title.
        if original and "title" in context["adminform"].form.fields:
            context["adminform"].form.show_beside(original, body_as_read(original))
        return super().render_change_form(request, context, *args, **kwargs)

    def change_view(self, request, object_id, form_url="", extra_context=None):
        edition = self.get_object(request, object_id)
        context = {}
        if edition:
            context.update(self.invitations(request, edition))
            context.update(self.remarks(request, edition))
            context["moves"] = self.buttons(request, edition)
            context["show_save_and_add_another"] = False
            context["may_delete"] = may_delete(request.user, edition)
            context["sent_back"] = self.back_to(request, edition)
            context["state"] = edition.state(at=request.instant)
            context["badge"] = state_badge(edition, request.instant)
            context["live_from"] = both_cities(request.mission, edition.live_from)
            context["live_until"] = both_cities(request.mission, edition.live_until)
        return super().change_view(request, object_id, form_url, {**(extra_context or {}), **context})

    def get_urls(self):
        view = self.admin_site.admin_view
        picture = view(self.picture)
        sized = "picture/<str:digest>/<int:width>.<str:format>"
        return [
            path("<int:pk>/preview/", view(self.preview), name="statements_edition_preview"),
            path("picture/<str:digest>.webp", picture, name="statements_edition_picture"),
            path(sized, picture, name="statements_edition_picture_size"),
            path("document/<str:digest>/", view(self.document), name="statements_edition_document"),
            *super().get_urls(),
        ]

    def possible_moves(self, edition, at):
        names = list(POSSIBLE.get(edition.state(at=at), ["correct"]))
        if edition.override_reason and edition.looked_again_by_id is None:
            names.insert(0, "look-again")
        if edition.withheld_reason:
            names = [name for name in names if name != "withhold"]
        if edition.release_id:
            names = [name for name in names if name not in TOGETHER]
        return names

    def move_label(self, request, name, edition):
        if name == "correct" and edition.state(at=request.instant) in ("replaced", "withdrawn", "ended"):
            return TAKE_UP_AGAIN
        if name == "return" and edition.was_submitted_by(request.user):
            return TAKE_BACK
        return MOVES[name].label

    def first_moves(self, request) -> list[dict]:
        """The buttons of a new edition for moves that are made right after saving."""
        if not may(request.user, "submit", None):
            return []
        return [{"name": "submit", "label": MOVES["submit"].label, "after_saving": True}]

    def others_to_hand_in(self, request, statement, edition) -> bool:
        """Whether drafts in other languages can be handed in together with this one."""
        if statement is None or statement.is_page:
            return False
        if edition and (edition.release_id or not edition.is_draft):
            return False
        others = [each for each in AllLanguages(statement).drafts if each != edition]
        return bool(others) and may(request.user, "submit", None)

    def check_move(self, request, name, edition):
        if name in TOGETHER:
            edition.check_release()
        if name in ("approve", "publish-now"):
            edition.check_not_approved()
        if name == "correct":
            edition.check_correctable(request.user, request.instant)

    def state_context(self, request, edition):
        return {"edition": edition, "badge": state_badge(edition, request.instant)}

    def texts(self, form):
        return [form.edition, *form.others]

    def moved(self, request, form, label):
        edition = getattr(form, "draft", form.edition)
        self.log_change(request, edition, str(label))
        saying = form.due if form.minute and form.minute > request.instant else form.done
        text = format_html(saying, title=edition.title, when=both_cities(request.mission, form.minute))
        self.message_user(request, text, messages.SUCCESS)
        if edition.is_approved:
            return redirect(form_of(edition.statement))
        return redirect("admin:statements_edition_change", edition.pk)

    @method_decorator(require_safe)
    def preview(self, request, pk):
        edition = get_object_or_404(self.get_queryset(request).with_details(), pk=pk)
        if not self.has_view_permission(request, edition):
            raise PermissionDenied
        edition = as_if_public(edition, request.mission, request.instant)
        request.LANGUAGE_CODE = edition.language
        with speaking(edition.language, request.mission):
            context = {"edition": edition, "translations": [], "preview": True}
            response = render(request, template_for(edition), context)
        response.headers["Cache-Control"] = "private, no-store"
        response.headers["X-Robots-Tag"] = "noindex"
        return response

    @method_decorator(require_safe)
    def picture(self, request, digest, width=None, format=""):
        if not self.has_view_permission(request):
            raise PermissionDenied
        found = get_object_or_404(Picture.objects.of(request.mission), digest=digest)
        return pictures.shown(request, found, pictures.size_of(found, width, format))

    @method_decorator(require_safe)
    def document(self, request, digest):
        if not self.has_view_permission(request):
            raise PermissionDenied
        found = get_object_or_404(Document.objects.of(request.mission), digest=digest)
        attachment = found.attachments.last()
        response = downloaded(request, found, attachment.filename if attachment else f"document.{found.kind}")
        response.headers["Cache-Control"] = "private, no-store"
        return response

    @admin.display(description=_("state"))
    def state(self, edition):
        return state_badge(edition, edition.seen_at)
