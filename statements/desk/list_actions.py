"""Actions on many statements at once. A page of confirmation asks first. Each statement is checked by itself."""

from itertools import chain
from operator import attrgetter

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.core.exceptions import ValidationError
from django.db import transaction
from django.template.response import TemplateResponse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from embassy.desk.widgets import possible
from statements.desk.workflow_views import MOVES, may, may_file
from statements.models import Edition, SearchEntry, Statement
from statements.models.lists.list_index import reindex

# The name of an input on the page of confirmation. It has the keys of the rows that the page names.
NAMED = "named"


def named_before(request) -> set[int] | None:
    """The keys of the rows named on the page of confirmation; None if the request comes from the list."""
    if NAMED not in request.POST:
        return None
    return {int(possible(key)) for key in request.POST[NAMED].split()}


def chosen(model_admin, request, queryset, rows="pk") -> list[Statement]:
    """Lock and return the statements that are ticked in the list or named on the page of confirmation.

    `rows` is the lookup from a statement to the rows that the page names.
    """
    named = named_before(request)
    if named is not None:
        # Do not use the rows of the list: a filter may leave some out, and the list may have changed meanwhile.
        queryset = model_admin.get_queryset(request).filter(**{f"{rows}__in": named})
    keys = set(queryset.order_by().values_list("pk", flat=True))
    locked = Statement.objects.filter(pk__in=keys).select_for_update(of=("self",)).order_by("pk")
    return list(locked.select_related("mission").prefetch_related("editions__statement"))


def question(model_admin, request, rows, form, called=str, **context) -> TemplateResponse:
    context |= {
        **model_admin.admin_site.each_context(request),
        "opts": model_admin.opts,
        "form": form,
        "media": model_admin.media + form.media if form else model_admin.media,
        "rows": [called(row) for row in rows],
        "checkbox": ACTION_CHECKBOX_NAME,
        "named": NAMED,
        "keys": " ".join(str(row.pk) for row in rows),
    }
    return TemplateResponse(request, "admin/statements/statement/list_action.html", context)


class FileAnewForm(forms.Form):
    def __init__(self, *args, model_admin, request, **kwargs):
        super().__init__(*args, **kwargs)
        kind, speaker, topics = map(Statement._meta.get_field, ("kind", "speaker", "topics"))
        one, many = model_admin.formfield_for_foreignkey, model_admin.formfield_for_manytomany
        self.fields["kind"] = one(kind, request, required=False)
        self.fields["speaker"] = one(speaker, request, required=False)
        self.fields["add"] = many(topics, request, required=False, label=_("add these topics"), help_text="")
        self.fields["remove"] = many(topics, request, required=False, label=_("remove these topics"), help_text="")

    def clean(self):
        cleaned = super().clean() or self.cleaned_data
        if not self.errors and not any(cleaned.values()):
            raise ValidationError(_("Choose what is to change: a kind, a speaker, or topics."), code="nothing")
        if set(cleaned.get("add", ())) & set(cleaned.get("remove", ())):
            self.add_error("remove", ValidationError(_("A topic cannot be added and removed at once."), code="both"))
        return cleaned

    def file(self, statement: Statement, by, now) -> bool:
        """File the statement anew. Returns False if nothing would change."""
        chosen, topics = self.cleaned_data, set(statement.topics.all())
        wanted = (topics | set(chosen["add"])) - set(chosen["remove"])
        kind, speaker = chosen["kind"] or statement.kind, chosen["speaker"] or statement.speaker
        if (kind, speaker, wanted) == (statement.kind, statement.speaker, topics):
            return False
        statement.refile(by, now, kind=kind, speaker=speaker, topics=wanted)
        return True


@admin.action(description=_("File the chosen statements anew"), permissions=["file"])
@transaction.atomic
def file_anew(model_admin, request, queryset):
    statements = chosen(model_admin, request, queryset)
    if not statements:
        return None
    mine = [statement for statement in statements if may_file(request.user, statement)]
    posted = request.POST if NAMED in request.POST else None
    form = FileAnewForm(posted, model_admin=model_admin, request=request)
    if form.is_valid():
        filed = [statement for statement in mine if form.file(statement, request.user, request.instant)]
        editions = Edition.objects.filter(statement__in=filed)
        SearchEntry.objects.follow(editions)
        reindex(request.mission.pk, editions, request.instant)
        for statement in filed:
            # A form that is open elsewhere asks Django's log who changed the statement. A draft gets no event.
            model_admin.log_change(request, statement, " · ".join(statement.filing()))
        told = ngettext("%(number)d statement was filed anew.", "%(number)d statements were filed anew.", len(filed))
        model_admin.message_user(request, told % {"number": len(filed)}, messages.SUCCESS)
        return None
    return question(
        model_admin,
        request,
        mine,
        form,
        title=_("File the chosen statements anew"),
        action="file_anew",
        button=_("File anew"),
        explanation=_(
            "What you leave empty stays as it is. From this minute on readers find these statements so; as of any "
            "earlier minute they are shown as they were."
        ),
        why=_("You may not file these anew, because you have written in them:"),
        left_out=sorted(set(statements) - set(mine), key=attrgetter("pk")),
    )


@admin.action(description=_("Hand in the chosen statements"), permissions=["submit"])
def hand_in(model_admin, request, queryset):
    return move_many(model_admin, request, queryset, "submit", Edition.Status.DRAFT)


@admin.action(description=_("Give the chosen statements back"), permissions=["return"])
def give_back(model_admin, request, queryset):
    return move_many(model_admin, request, queryset, "return", Edition.Status.REVIEW)


@transaction.atomic
def move_many(model_admin, request, queryset, name: str, status: str):
    """Make the move with each edition of the chosen statements that has this status, in every language."""
    statements = chosen(model_admin, request, queryset, rows="editions")
    if not statements:
        return None
    editions = [each for statement in statements for each in statement.editions_in_order() if each.status == status]
    if (before := named_before(request)) is not None:
        editions = [edition for edition in editions if edition.pk in before]
    mine = [edition for edition in editions if may(request.user, name, edition)]
    posted = request.POST if NAMED in request.POST else None
    # A user who takes back their own work writes no note. Only the form for somebody else's edition asks for one.
    others = (edition for edition in mine if not edition.was_submitted_by(request.user))
    form = form_of(request, name, next(others, mine[0]), posted) if mine else None
    if form and form.is_valid():
        _make_each(model_admin, request, name, mine)
        return None
    return question(
        model_admin,
        request,
        mine,
        form,
        called=titled,
        title=MOVES[name].label,
        action=next(action for action, move in ACTIONS.items() if move == name),
        button=MOVES[name].label,
        explanation="" if mine else _("None of these has an edition with which you may do this now."),
        why=_("You may not do this with these:"),
        left_out=[titled(edition) for edition in sorted(set(editions) - set(mine), key=attrgetter("pk"))],
    )


ACTIONS = {"hand_in": "submit", "give_back": "return"}


def form_of(request, name, edition, posted):
    return MOVES[name].form(posted, edition=edition, by=request.user, now=request.instant)


def titled(edition) -> str:
    return f"{edition.title} ({edition.get_language_display()})"


def _make_each(model_admin, request, name, editions):
    made = 0
    for edition in editions:
        form = form_of(request, name, edition, request.POST)
        if form.is_valid() and form.make():
            made += 1
            model_admin.log_change(
                request, edition.statement, f"{MOVES[name].label}: {edition.get_language_display()}"
            )
        else:
            refusal = " ".join(chain.from_iterable(form.errors.values()))
            model_admin.message_user(request, f"{titled(edition)}: {refusal}", messages.ERROR)
    told = ngettext("%(move)s: %(number)d edition.", "%(move)s: %(number)d editions.", made)
    model_admin.message_user(request, told % {"move": MOVES[name].label, "number": made}, messages.SUCCESS)
