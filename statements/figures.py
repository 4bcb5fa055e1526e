"""The form by which a picture is added to a draft."""

import re

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from statements.models import Figure, Picture
from statements.pictures import normalise

UPLOAD = re.compile(r"(figures-\d{1,4})-upload")
# What can be changed of a figure, by the names of its inputs.
WORDS_OF_A_FIGURE = {
    "shows": _("picture"),
    **{
        field.name: field.verbose_name
        for field in Figure._meta.fields
        if field.name not in ("id", "edition", "picture")
    },
}


def keep_uploads(data, files, mission):
    """Store the pictures among the files at once, and let their rows show them.

    So they outlive a form that has to be shown again, in which a browser never fills in a file anew. What is no
    picture stays among the files: the form says why.
    """
    for name in list(files):
        if row := UPLOAD.fullmatch(name):
            try:
                picture = Picture.keep(mission, *normalise(files[name]))
            except ValidationError:
                continue
            del files[name]
            data[f"{row[1]}-shows"] = picture.digest


class FigureForm(forms.ModelForm):
    """One figure: a new picture, or new words for the one that is there."""

    # The digest of the picture that the row shows.
    shows = forms.CharField(required=False, widget=forms.HiddenInput)
    upload = forms.FileField(
        label=_("picture"),
        required=False,
        help_text=_("JPEG, PNG or WebP. It is stored without the camera’s notes and at most 2,400 pixels wide."),
    )

    class Meta:
        model = Figure
        fields = ["shows", "upload", "alt", "caption", "credit", "position"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.pk is None:
            return
        self.initial["shows"] = self.instance.picture.digest
        for name in WORDS_OF_A_FIGURE:
            # So that a stale form can tell what was changed in it.
            if name in self.fields:
                self.fields[name].show_hidden_initial = True

    def clean_upload(self):
        mission = self.instance.edition.mission
        if upload := self.cleaned_data["upload"]:
            self.instance.picture = Picture.keep(mission, *normalise(upload))
        elif picture := Picture.objects.of(mission).filter(digest=self.cleaned_data.get("shows")).first():
            self.instance.picture = picture
        elif self.instance.picture_id is None:
            raise ValidationError(_("Choose a picture."), code="required")
