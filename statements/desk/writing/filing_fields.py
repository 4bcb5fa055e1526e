"""Puts kind, speaker and topics into the form of an edition, so that a statement is written on one page.

They are stored in the statement. Once one of its editions has been approved, only the statement's page changes them.
"""

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.forms import ModelChoiceField, ModelMultipleChoiceField
from django.utils.translation import gettext_lazy as _

from embassy.desk.widgets import ManyPicker, Picker
from statements.desk.edition_form import WritingForm
from statements.models import Edition, Kind, Speaker, Statement, Topic

SUBJECTS = ("kind", "speaker", "topics")


class FilingForm(WritingForm):
    kind = ModelChoiceField(Kind.objects.none())
    speaker = ModelChoiceField(Speaker.objects.none())
    topics = ModelMultipleChoiceField(Topic.objects.none())

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.statement_id:
            statement = self.instance.statement
            self.initial |= {
                "kind": statement.kind_id,
                "speaker": statement.speaker_id,
                "topics": list(statement.topics.all()),
            }

    @property
    def files_anew(self) -> bool:
        return bool(set(SUBJECTS) & set(self.changed_data))


class FilingFields(admin.ModelAdmin):
    """ModelAdmin mixin: kind, speaker and topics of the statement are fields of the edition's form."""

    filing_form: type[FilingForm]

    def is_filed_here(self, request, edition: Edition | None) -> bool:
        """Whether the form has these fields. New translations, pages that stay and approved statements have none."""
        if edition is None:
            return self.statement_asked(request) is None
        if edition.is_approved or edition.statement.is_page or not self.has_change_permission(request, edition):
            return False
        return not any(sibling.is_approved for sibling in edition.statement.editions_in_order())

    def statement_asked(self, request) -> str | None:
        """The key of the statement to which the new edition belongs; None if the statement is new, too."""
        return request.POST.get("statement") or request.GET.get("statement")

    def get_form(self, request, obj=None, change=False, **kwargs):
        if not self.is_filed_here(request, obj):
            return super().get_form(request, obj, change=change, **kwargs)
        form = super().get_form(request, obj, change=change, **{**kwargs, "form": self.filing_form})
        for name in SUBJECTS:
            form.base_fields[name] = self._subject_field(name, request)
        return form

    def _subject_field(self, name, request):
        field = Statement._meta.get_field(name)
        pickers = {"speaker": Picker, "topics": ManyPicker}
        widget = {"widget": pickers[name](field, self.admin_site)} if name in pickers else {}
        formfield = self.formfield_for_dbfield(field, request, **widget)
        # Here, users can add a speaker or topic, but not change one: a change would concern other statements, too.
        formfield.widget.can_change_related = formfield.widget.can_delete_related = False
        formfield.widget.can_view_related = False
        return formfield

    def save_filing(self, form, edition: Edition):
        """Store the kind, speaker and topics. Creates the statement if it is new."""
        statement = edition.statement if edition.statement_id else Statement(mission=edition.mission)
        statement.kind, statement.speaker = form.cleaned_data["kind"], form.cleaned_data["speaker"]
        statement.save()
        statement.topics.set(form.cleaned_data["topics"])
        edition.statement = statement


def check_filed_here(form):
    """Refuse kind, speaker and topics if they were sent but an edition has been approved meanwhile."""
    if any(form.add_prefix(name) in form.data and name not in form.fields for name in SUBJECTS):
        message = _(
            "An edition of this statement was approved while this page was open, so its kind, speaker and topics are "
            "changed on the statement’s page. Nothing has been saved. Save again to keep your other changes."
        )
        raise ValidationError(message, code="filed")
