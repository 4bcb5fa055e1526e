import re

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models.fields import BLANK_CHOICE_DASH
from django.forms.models import BaseInlineFormSet
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from richtext.characters import tidy
from statements.models import Attachment, Document
from uploads.documents.file_errors import RefusedFile
from uploads.documents.filenames import clean_name
from uploads.documents.inspect import examine

UPLOAD = re.compile(r"(attachments-\d{1,4})-upload")


def keep_files(data, files, mission):
    """Store uploads and put their digests into `data`, for a form shown again. Refused files stay in `files`."""
    for name in list(files):
        if row := UPLOAD.fullmatch(name):
            try:
                examined = examine(files[name], files[name].name)
            except RefusedFile:
                continue
            del files[name]
            data[f"{row[1]}-shows"] = Document.keep(mission, examined).digest
            data[f"{row[1]}-name"] = examined.name


class AttachmentFormSet(BaseInlineFormSet):
    """Passes the edition to its forms, because a new row starts with the edition's language."""

    def get_form_kwargs(self, index):
        return {**super().get_form_kwargs(index), "edition": self.instance}


class AttachmentForm(forms.ModelForm):
    # The digest of the document in this row.
    shows = forms.CharField(label=_("file"), required=False, widget=forms.HiddenInput)
    name = forms.CharField(required=False, widget=forms.HiddenInput)
    upload = forms.FileField(
        label=capfirst(_("file")),
        required=False,
        help_text=_(
            "PDF, DOCX, ODT, JPEG, PNG or WebP, at most 25 MB. A new version replaces the present one and keeps its "
            "address."
        ),
    )

    class Meta:
        model = Attachment
        fields = ["shows", "name", "upload", "title", "language", "position"]

    def __init__(self, *args, edition, **kwargs):
        super().__init__(*args, **kwargs)
        # A new edition is not stored yet, so `self.instance.edition` does not exist.
        self.edition = edition
        if "language" in self.fields:
            self.fields["language"].choices = _offered(edition)
        if self.instance.pk is None:
            self.initial.setdefault("language", edition.language)
        else:
            self.initial["shows"] = self.instance.document.digest

    def has_changed(self):
        """Ignore the language in a new row: it is preset, so a row with nothing else is empty."""
        return bool(set(self.changed_data) - (set() if self.instance.pk else {"language"}))

    def clean_title(self):
        return tidy(self.cleaned_data["title"])

    def clean_name(self):
        """The name of the first version stays, because the file's address is made from it and must not change."""
        return self.instance.name if self.instance.pk else clean_name(self.cleaned_data["name"])

    def clean_upload(self):
        mission = self.edition.mission
        if upload := self.cleaned_data["upload"]:
            self.instance.document = Document.keep(mission, examine(upload, upload.name))
        elif document := Document.objects.of(mission).filter(digest=self.cleaned_data.get("shows")).first():
            self.instance.document = document
        elif self.instance.document_id is None:
            raise ValidationError(_("Choose a file."), code="required")


def _offered(edition) -> list[tuple[str, str]]:
    site = dict(settings.LANGUAGES)
    spoken = edition.mission.languages if edition.mission_id else []
    first = [(code, site[code]) for code in spoken if code in site]
    return [*BLANK_CHOICE_DASH, *dict([*first, *site.items()]).items()]
