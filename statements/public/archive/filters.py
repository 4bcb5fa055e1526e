"""The filters of the archive, shared by the page, the feeds and the API.

An invalid value is ignored and listed in `ignored`; the archive's page is shown without it. A kind, topic or speaker
without public statements is an unknown value, because its name could reveal what is planned.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import product
from math import prod

import django_filters
from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Exists, F, OuterRef, Q
from django.http import QueryDict
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from embassy.db.intervals import covers
from fulltext.query import LONGEST, Query
from statements.models import Edition, Filing, Kind, Speaker, Statement, Topic
from statements.models.lists.list_index import EVERYTHING
from statements.models.search.queries import understood

SUBJECTS = ("kind", "topic", "speaker")
DAYS = ("from", "to")
# A filter accepts at most this many values. Visitors do not tick more boxes than this.
MOST_VALUES = 8
# At most this many lists are merged for one page. If the filters have more combinations, one list
# is read and filtered instead.
MOST_STREAMS = 16


@dataclass(frozen=True)
class ActiveFilter:
    """One value of an active filter: the filter's name and label, the value in words, and the query without it."""

    name: str
    label: str
    words: str
    without: str


@dataclass(frozen=True)
class Ignored:
    """An ignored parameter, with the reason and, if there is one, a corrected query."""

    name: str
    label: str
    value: str
    why: str
    corrected: str = ""


class SlugsField(forms.Field):
    """Several slugs. Unknown slugs are errors, but `known` always has the subjects of the known slugs."""

    default_error_messages = {
        "unknown": _("Nothing is published under “%(value)s”."),
        "many": _("You can choose at most %(most)d at once."),
    }

    def __init__(self, *args, find, **kwargs):
        self.find = find
        super().__init__(*args, widget=forms.SelectMultiple, **kwargs)

    def clean(self, value):
        slugs = list(dict.fromkeys(slug for slug in value or [] if slug))
        asked = slugs[:MOST_VALUES]
        # PostgreSQL rejects NUL characters.
        possible = [slug for slug in asked if "\x00" not in slug]
        self.known = sorted(self.find(possible), key=lambda subject: asked.index(subject.slug)) if possible else []
        found = {subject.slug for subject in self.known}
        errors = [self._error("unknown", value=slug[:40]) for slug in asked if slug not in found]
        if len(slugs) > MOST_VALUES:
            errors.append(self._error("many", most=MOST_VALUES))
        if errors:
            raise ValidationError(errors)
        return self.known

    def _error(self, code, **params) -> ValidationError:
        return ValidationError(self.error_messages[code], code=code, params=params)


def visible(request, model):
    """The kinds, topics or speakers with at least one edition that the visitor can read.

    One query finds them, so a secret name takes as much time as a name that does not exist.
    """
    place = {"mission": request.mission.pk, "language": request.LANGUAGE_CODE, **EVERYTHING}
    place[str(model._meta.model_name)] = OuterRef("pk")
    live = Edition.objects.for_visitor(request)
    filed = covers(request.instant, "list_entries__filed_from", "list_entries__filed_until")
    listed = live.filter(filed, **{f"list_entries__{column}": value for column, value in place.items()})
    return model.objects.of(request.mission).filter(Exists(listed))


class SlugsFilter(django_filters.Filter):
    field_class = SlugsField

    def __init__(self, model, field_name, **kwargs):
        self.subject = model
        super().__init__(field_name=field_name, **kwargs)

    @property
    def field(self):
        self.extra["find"] = self._find
        return super().field

    def _find(self, slugs) -> list:
        """The subjects that have a live edition. Of two kinds with the same slug, the mission's own kind is taken."""
        found = visible(self.parent.request, self.subject).filter(slug__in=slugs)
        return list({subject.slug: subject for subject in found.order_by(F("mission").asc(nulls_first=True))}.values())

    @property
    def name(self) -> str:
        return self.subject._meta.model_name

    def filter(self, qs, value):
        """The rows with one of the values. Without another filter, this reads all rows until enough of them match."""
        at = self.parent.request.instant
        latest, lookup = Q(**{f"{self.field_name}__in": value}), self.field_name.removeprefix("statement__")
        if self.name == "topic":
            of_topic = Statement.topics.through.objects.filter(statement=OuterRef("statement"), topic__in=value)
            latest = Q(Exists(of_topic))
        since = Q(statement__filed_at=None) | Q(statement__filed_at__lte=at)
        earlier = Filing.objects.live(at=at).filter(**{f"{lookup}__in": value})
        return qs.filter((since & latest) | Q(statement__in=earlier.values("statement")))


class DayField(forms.DateField):
    """A day in ISO format: 2024-05-01."""

    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    input_formats = ["%Y-%m-%d"]
    default_error_messages = {"invalid": _("“%(value)s” is not a date. Write it as 2024-05-01.")}

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
    """Keeps statements first published on this day or later (`first`), or on this day or earlier (`last`)."""

    field_class = DayField

    def __init__(self, end, **kwargs):
        self.end = end
        super().__init__(**kwargs)

    def filter(self, qs, value):
        return qs.published_on(**{self.end: value[0]})


class DaysInOrder(forms.Form):
    def clean(self):
        first, last = (self.cleaned_data.get(name) for name in DAYS)
        if first and last and first > last:
            later = _("The first day is later than the last day, %(last)s.")
            params = {"last": date_format(last, "DATE_FORMAT")}
            self.add_error(DAYS[0], ValidationError(later, code="later", params=params))


class EditionFilter(django_filters.FilterSet):
    """The archive's filters: `qs` is sorted, newest first; `active` lists valid values, `ignored` invalid ones."""

    q = django_filters.CharFilter(label=_("Words"), max_length=LONGEST)
    kind = SlugsFilter(Kind, "statement__kind", label=_("Kind"))
    topic = SlugsFilter(Topic, "statement__topics", label=_("Topic"))
    speaker = SlugsFilter(Speaker, "statement__speaker", label=_("Speaker"))

    class Meta:
        model = Edition
        form = DaysInOrder
        fields: list[str] = []

    def __init__(self, request):
        super().__init__(request.GET, queryset=Edition.objects.for_visitor(request), request=request)

    @classmethod
    def get_filters(cls):
        # "from" is a keyword, so it cannot be a class attribute.
        return {
            **super().get_filters(),
            "from": DayFilter("first", label=_("From")),
            "to": DayFilter("last", label=_("To")),
        }

    @property
    def words(self) -> str:
        return "".join(self.chosen("q"))

    @property
    def by_relevance(self) -> bool:
        return bool(self.words) and self.data.get("sort") == "relevance"

    @property
    def is_typed(self) -> bool:
        return "typing" in self.data

    def filter_queryset(self, queryset):
        if self.words:
            return self._among(self._matching(queryset), SUBJECTS).newest()
        single = {name: self.chosen(name)[0].pk for name in SUBJECTS if len(self.chosen(name)) == 1}
        several = [name for name in SUBJECTS if len(self.chosen(name)) > 1]
        return self._among(self._listed(queryset, **single), several).newest()

    @property
    def of_all_subjects(self):
        found = self._matching(self.queryset) if self.words else self._listed(self.queryset)
        return self._among(found, ()).newest()

    def _matching(self, queryset):
        return queryset.matching(self.understood, self.request.LANGUAGE_CODE)

    @cached_property
    def understood(self) -> Query:
        return understood(self.words, self.request.LANGUAGE_CODE, typing=self.is_typed)

    @property
    def streams(self) -> list:
        """The matches as querysets, which List merges. If possible, each of them is one range of the list index."""
        asked = {name: self.chosen(name) for name in SUBJECTS if self.chosen(name)}
        if self.words or prod(map(len, asked.values())) > MOST_STREAMS:
            return [self.qs]
        return [
            self._among(self._listed(self.queryset, **{n: s.pk for n, s in zip(asked, subjects, strict=True)}), ())
            for subjects in product(*asked.values())
        ]

    def _listed(self, queryset, **under):
        return queryset.listed_under(self.request.mission, self.request.LANGUAGE_CODE, **under)

    def _among(self, queryset, names):
        for name in (*names, *DAYS):
            if chosen := self.chosen(name):
                queryset = self.filters[name].filter(queryset, chosen)
        return queryset

    def chosen(self, name: str) -> list:
        """The valid values of a filter: its subjects, or one search text, or one day. The list may be empty."""
        field = self.form.fields[name]
        self.form.errors  # noqa: B018  (the property cleans the form)
        value = self.form.cleaned_data.get(name)
        if isinstance(field, SlugsField):
            return field.known
        return [value] if value else []

    @property
    def active(self) -> list[ActiveFilter]:
        return [
            ActiveFilter(name, str(filter_.label), self._in_words(value), self.query(leaving=(name, value)))
            for name, filter_ in self.filters.items()
            for value in self.chosen(name)
        ]

    @property
    def name(self) -> str:
        # Translators: the separator between the items of a list.
        return gettext(", ").join(active.words for active in self.active)

    @property
    def ignored(self) -> list[Ignored]:
        return [
            Ignored(
                name,
                str(self.filters[name].label),
                ", ".join(self.data.getlist(name))[:80],
                " ".join(map(str, messages)),
                self._corrected(name),
            )
            for name, messages in self.form.errors.items()
        ]

    def _corrected(self, name: str) -> str:
        if self.form.has_error(name, "later"):
            return self.query({"from": self.data["to"], "to": self.data["from"]})
        return ""

    def query(self, changed: Mapping[str, str | None] | None = None, *, leaving: tuple | None = None) -> str:
        """The query of the valid values, with “?”, or "". `leaving` drops a value, `changed` sets parameters."""
        query = QueryDict(mutable=True)
        for name in self.filters:
            values = [value for value in self.chosen(name) if (name, value) != leaving]
            query.setlist(name, [self._in_address(value) for value in values])
        if self.by_relevance and leaving != ("q", self.words):
            query["sort"] = "relevance"
        for name, value in (changed or {}).items():
            query.setlist(name, [value] if value else [])
        text = query.urlencode()
        return f"?{text}" if text else ""

    def _in_words(self, value) -> str:
        return date_format(value, "DATE_FORMAT") if isinstance(value, date) else str(value)

    def _in_address(self, value) -> str:
        if isinstance(value, date):
            return value.isoformat()
        return value if isinstance(value, str) else value.slug
