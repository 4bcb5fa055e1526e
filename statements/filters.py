"""What a visitor asks of the archive: the filters that the page, the feeds and the API have in common.

What cannot be read, or names nothing public, is left out and said; it never makes a page fail. A kind, a topic or a
speaker under which nothing is public yet is treated as one that does not exist: its name may tell.
"""

from dataclasses import dataclass
from datetime import date

import django_filters
from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from statements.models import Edition, Kind, Speaker, Topic

# More values than these of one filter nobody ticks by hand.
MOST_VALUES = 8


@dataclass(frozen=True)
class Said:
    """One thing that is asked for: the filter's name, its value as readers know it, and the query without it."""

    name: str
    label: str
    words: str
    without: str


@dataclass(frozen=True)
class Ignored:
    """A parameter that could not be followed, with what was wrong."""

    name: str
    value: str
    why: str


class SlugsField(forms.Field):
    """Subjects by their slugs, several at once. Unknown ones are named, the others kept in `known`."""

    widget = forms.SelectMultiple
    default_error_messages = {
        "unknown": _("Nothing is published under “%(value)s”."),
        "many": _("More than %(most)d were asked for at once."),
    }

    def __init__(self, *args, subjects=None, editions=None, lookup="", **kwargs):
        self.subjects, self.editions, self.lookup = subjects, editions, lookup
        super().__init__(*args, **kwargs)

    def clean(self, value):
        slugs = list(dict.fromkeys(slug for slug in value or [] if slug))
        self.known = self._public(slugs[:MOST_VALUES])
        found = {subject.slug for subject in self.known}
        errors = [
            ValidationError(self.error_messages["unknown"], code="unknown", params={"value": slug})
            for slug in slugs[:MOST_VALUES]
            if slug not in found
        ]
        if len(slugs) > MOST_VALUES:
            errors.append(ValidationError(self.error_messages["many"], code="many", params={"most": MOST_VALUES}))
        if errors:
            raise ValidationError(errors)
        return self.known

    def _public(self, slugs) -> list:
        if not slugs:
            return []
        named = [subject for subject in self.subjects.filter(slug__in=slugs) if self._is_public(subject)]
        return sorted(named, key=lambda subject: slugs.index(subject.slug))

    def _is_public(self, subject) -> bool:
        return self.editions.filter(**{self.lookup: subject}).exists()


class SlugsFilter(django_filters.Filter):
    """Editions under any of some kinds, topics or speakers."""

    field_class = SlugsField

    def __init__(self, model, field_name, **kwargs):
        self.subject = model
        super().__init__(field_name=field_name, **kwargs)

    @property
    def field(self):
        request = self.parent.request
        self.extra["subjects"] = self.subject.objects.of(request.mission)
        self.extra["editions"] = Edition.objects.for_visitor(request)
        self.extra["lookup"] = self.field_name
        return super().field

    def filter(self, qs, value):
        return qs.filter(**{f"{self.field_name}__in": value}).distinct()


class DayField(forms.DateField):
    """A day as addresses write it: 2024-05-01."""

    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    input_formats = ["%Y-%m-%d"]
    default_error_messages = {"invalid": _("“%(value)s” is no day. Write it as 2024-05-01.")}

    def to_python(self, value):
        try:
            day = super().to_python(value)
            if day and not 1000 <= day.year < 3000:
                raise ValidationError(self.error_messages["invalid"])
            return day
        except ValidationError as invalid:
            params = {"value": str(value)[:40]}
            raise ValidationError(self.error_messages["invalid"], code="invalid", params=params) from invalid


class DayFilter(django_filters.Filter):
    """Editions of statements first published on the day or later (`first`), or on the day or earlier (`last`)."""

    field_class = DayField

    def __init__(self, end, **kwargs):
        self.end = end
        super().__init__(**kwargs)

    def filter(self, qs, value):
        return qs.published_on(**{self.end: value[0]})


class EditionFilter(django_filters.FilterSet):
    """The visitor's choice among editions, the newest first.

    `EditionFilter(request.GET, queryset=Edition.objects.for_visitor(request), request=request)`: `qs` is in its order
    already, `said` tells what is asked for, `ignored` what could not be followed.
    """

    kind = SlugsFilter(Kind, "statement__kind", label=_("Kind"))
    topic = SlugsFilter(Topic, "statement__topics", label=_("Topic"))
    speaker = SlugsFilter(Speaker, "statement__speaker", label=_("Speaker"))

    class Meta:
        model = Edition
        fields: list[str] = []

    @classmethod
    def get_filters(cls):
        # "from" cannot be the name of a class attribute.
        return {
            **super().get_filters(),
            "from": DayFilter("first", label=_("From")),
            "to": DayFilter("last", label=_("To")),
        }

    def filter_queryset(self, queryset):
        for name, filter_ in self.filters.items():
            chosen = self.chosen(name)
            queryset = filter_.filter(queryset, chosen) if chosen else queryset
        return queryset.newest()

    def chosen(self, name: str) -> list:
        """The values of a filter that are followed: subjects, or one day, or nothing."""
        field = self.form.fields[name]
        self.form.errors  # noqa: B018  (reading them is what cleans the form)
        value = self.form.cleaned_data.get(name)
        if isinstance(field, SlugsField):
            return field.known
        return [value] if value else []

    @property
    def said(self) -> list[Said]:
        """What is asked for, in words, each with the query string that no longer asks for it."""
        return [
            Said(name, str(filter_.label), self._in_words(value), self.query(leaving=(name, value)))
            for name, filter_ in self.filters.items()
            for value in self.chosen(name)
        ]

    @property
    def ignored(self) -> list[Ignored]:
        """The parameters that could not be followed, each with the reason."""
        return [
            Ignored(name, ", ".join(self.data.getlist(name))[:80], " ".join(map(str, messages)))
            for name, messages in self.form.errors.items()
        ]

    def query(self, leaving: tuple | None = None, **added: str) -> str:
        """The query string of what is followed, "?" in front: without one value, with further parameters."""
        query = QueryDict(mutable=True)
        for name in self.filters:
            values = [value for value in self.chosen(name) if (name, value) != leaving]
            query.setlist(name, [self._in_address(value) for value in values])
        query.update(added)
        text = query.urlencode()
        return f"?{text}" if text else ""

    def _in_words(self, value) -> str:
        return date_format(value, "DATE_FORMAT") if isinstance(value, date) else str(value)

    def _in_address(self, value) -> str:
        return value.isoformat() if isinstance(value, date) else value.slug
