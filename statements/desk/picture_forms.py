"""The form for the pictures of a draft. Users upload one picture or many at once, or use pictures again."""

import re

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Case, When
from django.forms.models import BaseInlineFormSet
from django.utils.functional import cached_property
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from richtext.characters import tidy
from statements.models import Figure, Picture
from uploads.pictures.normalise import normalise

UPLOAD = re.compile(r"(figures-\d{1,4})-upload")
POSITION = re.compile(r"figures-\d{1,4}-position")
TOTAL = "figures-TOTAL_FORMS"
# Inputs outside the rows: uploaded files, and digests of pictures that the mission already has.
UPLOADS, REUSED = "figures-uploads", "figures-again"
# Making the renditions takes a second or two for each picture, and the user waits for all pictures.
MOST_AT_ONCE = 10
MOST_REUSABLE = 12
DECORATIVE = [
    ("False", _("It shows something, and the alternative text says what")),
    ("True", _("It is decorative: nothing is lost without it")),
]
# These values are copied when a picture is used again in the same language.
REUSED_TEXTS = ("alt", "decorative", "caption", "credit", "focus_x", "focus_y")
# A translation copies these values of the original's pictures, because they are right in every language.
TRANSLATED_AS_IT_IS = ("decorative", "credit", "focus_x", "focus_y", "position")


def keep(mission, file) -> Picture:
    picture = Picture.keep(mission, *normalise(file))
    picture.make_sizes()
    return picture


def keep_uploads(data, files, edition):
    """Store uploads and put their digests into `data`, for a form shown again. Refused files stay in `files`."""
    for name in list(files):
        if row := UPLOAD.fullmatch(name):
            try:
                picture = keep(edition.mission, files[name])
            except ValidationError:
                continue
            del files[name]
            data[f"{row[1]}-shows"] = picture.digest
    if data.get(TOTAL, "").isdecimal():
        _add_reused(data, edition)
        _add_many(data, files, edition)


def _add_reused(data, edition):
    for digest in data.pop(REUSED, []):
        if picture := Picture.objects.of(edition.mission).filter(digest=digest).first():
            said = picture.figures.filter(edition__language=edition.language).last()
            _add_row(data, picture, {name: getattr(said, name) for name in REUSED_TEXTS} if said else {})


def _add_many(data, files, edition):
    refused = []
    for number, file in enumerate(files.pop(UPLOADS, [])):
        try:
            if number >= MOST_AT_ONCE:
                raise _too_many()
            _add_row(data, keep(edition.mission, file), {})
        except ValidationError:
            refused.append(file)
    if refused:
        files.setlist(UPLOADS, refused)


def _add_row(data, picture: Picture, said: dict):
    number = int(data[TOTAL])
    given = [data[name] for name in data if POSITION.fullmatch(name)]
    # When the rows are saved, each row without a position gets the next free position. The new row comes after them.
    place = max((int(each) for each in given if each.isdecimal()), default=0) + given.count("") + 1
    row = {"id": "", "shows": picture.digest, "position": place, **said}
    for name, value in row.items():
        data[f"figures-{number}-{name}"] = str(value)
    data[TOTAL] = str(number + 1)


def _in_the_original(figure, words):
    return format_html(
        _("In the original: {words}"),
        words=format_html('<q lang="{}" dir="auto">{}</q>', figure.edition.language, words),
    )


def _too_many() -> ValidationError:
    return ValidationError(
        _("You can add at most %(number)d pictures at once. Save, then choose the others."),
        params={"number": MOST_AT_ONCE},
    )


class FigureFormSet(BaseInlineFormSet):
    """The rows of pictures. Reports each upload that could not become a row, and lists pictures to use again.

    A new translation begins with the pictures of the original, without alternative texts and captions.
    """

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.original and not self.is_bound:
            self.initial_extra = [
                {"shows": figure.picture.digest, **{name: getattr(figure, name) for name in TRANSLATED_AS_IT_IS}}
                for figure in self.originals
            ]
            self.extra = len(self.initial_extra)

    @cached_property
    def original(self):
        new = self.instance.pk is None and self.instance.statement_id
        return self.instance.statement.original_for(self.instance.language) if new else None

    @cached_property
    def originals(self) -> list[Figure]:
        return list(self.original.figures.all()) if self.original else []

    def get_form_kwargs(self, index):
        kwargs = {**super().get_form_kwargs(index), "edition": self.instance}
        if index is not None and index < len(self.originals):
            kwargs["original"] = self.originals[index]
        return kwargs

    def clean(self):
        super().clean()
        problems = []
        for file in self.files.getlist(UPLOADS) if self.files else []:
            try:
                normalise(file)
                problems.append(_too_many())
            except ValidationError as problem:
                saying = gettext("%(file)s: %(problem)s") % {"file": file.name, "problem": " ".join(problem.messages)}
                problems.append(ValidationError(saying))
        if problems:
            raise ValidationError(list(dict.fromkeys(problems)))

    @property
    def most_at_once(self) -> int:
        return MOST_AT_ONCE

    def reusable(self) -> list[Figure]:
        """One figure for each picture that could be used again: first those of this statement, then the newest."""
        edition = self.instance
        own_first = Case(When(edition__statement=edition.statement_id, then=0), default=1)
        figures = Figure.objects.filter(edition__mission=edition.mission_id).select_related("edition")
        shown = edition.figures.values("picture") if edition.pk else [each.picture_id for each in self.originals]
        others = figures.exclude(picture__in=shown).order_by(own_first, "-pk")
        by_picture: dict[int, Figure] = {}
        for figure in others[: MOST_REUSABLE * 4]:
            by_picture.setdefault(figure.picture_id, figure)
        return list(by_picture.values())[:MOST_REUSABLE]


class FigureForm(forms.ModelForm):
    # The digest of the picture in this row.
    shows = forms.CharField(label=_("picture"), required=False, widget=forms.HiddenInput)
    upload = forms.FileField(
        label=capfirst(_("picture")),
        required=False,
        help_text=_(
            "JPEG, PNG, WebP or GIF. It is stored without the camera’s metadata and at most 2,400 pixels wide."
        ),
    )
    # This is a choice and not a checkbox, because browsers send nothing for an unticked checkbox.
    decorative = forms.TypedChoiceField(
        label=_("Purpose of the picture"),
        required=False,
        choices=DECORATIVE,
        coerce=lambda answer: answer == "True",
        empty_value=False,  # type: ignore[arg-type]
    )

    class Meta:
        model = Figure
        fields = ["shows", "upload", "alt", "decorative", "caption", "credit", "focus_x", "focus_y", "position"]

    def __init__(self, *args, edition, original: Figure | None = None, **kwargs):
        super().__init__(*args, **kwargs)
        # A new edition is not stored yet, so `self.instance.edition` does not exist.
        self.edition = edition
        for name in ("focus_x", "focus_y"):
            if name in self.fields:
                self.fields[name].required = False
        if self.instance.pk is not None:
            self.initial["shows"] = self.instance.picture.digest
        elif original is not None:
            self.instance.picture = original.picture
            for name in ("alt", "caption"):
                if words := getattr(original, name):
                    self.fields[name].help_text = _in_the_original(original, words)

    def clean_upload(self):
        mission = self.edition.mission
        if upload := self.cleaned_data["upload"]:
            self.instance.picture = keep(mission, upload)
        elif picture := Picture.objects.of(mission).filter(digest=self.cleaned_data.get("shows")).first():
            self.instance.picture = picture
        elif self.instance.picture_id is None:
            raise ValidationError(_("Choose a picture."), code="required")

    def clean_alt(self):
        return tidy(self.cleaned_data["alt"])

    def clean_focus_x(self):
        return self._middle_if_empty("focus_x")

    def clean_focus_y(self):
        return self._middle_if_empty("focus_y")

    def _middle_if_empty(self, name: str) -> int:
        given = self.cleaned_data[name]
        return 50 if given is None else given

    def clean(self):
        answers = super().clean()
        if "alt" in self.errors:
            return answers
        described, decorative = bool(answers["alt"]), bool(answers.get("decorative"))
        if described and decorative:
            problem = _("A decorative picture is not described. Take this out, or say that it shows something.")
            self.add_error("alt", problem)
        elif not described and not decorative:
            problem = _("Say what the picture shows, for those who cannot see it, or that it is decorative.")
            self.add_error("alt", problem)
        return answers
