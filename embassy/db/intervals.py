"""A row is live, that is public, during the half-open interval [live_from, live_until).

Scheduling, embargo, replacement, expiry and withdrawal only set the two ends of such an interval. Queries select the
live rows with `.live(at=…)`. If `live_from` is None, the interval has no beginning; if `live_until` is None, no end.
"""

from datetime import datetime
from typing import Self

from django.apps import apps
from django.core.exceptions import FieldError, ValidationError
from django.db import DEFAULT_DB_ALIAS, models
from django.db.backends.ddl_references import Statement, Table
from django.db.models import F, Min, Q
from django.utils.translation import gettext_lazy as _

from embassy.db.content_version import content_tables
from embassy.instant import InstantField


class ContentQuerySet(models.QuerySet):
    """Rows with a foreign key `mission`."""

    def of(self, mission) -> Self:
        return self.filter(mission_id=mission.pk)


def covers(at: datetime, start: str = "live_from", end: str = "live_until") -> Q:
    return (Q(**{f"{start}__isnull": True}) | Q(**{f"{start}__lte": at})) & (
        Q(**{f"{end}__isnull": True}) | Q(**{f"{end}__gt": at})
    )


class LiveQuerySet(ContentQuerySet):
    def live(self, *, at: datetime) -> Self:
        return self.filter(covers(at))

    def begun(self, *, at: datetime) -> Self:
        return self.filter(Q(live_from__isnull=True) | Q(live_from__lte=at))

    def not_ended(self, *, at: datetime) -> Self:
        return self.filter(Q(live_until=None) | Q(live_until__gt=at))


class Live(models.Model):
    live_from = InstantField(_("live from"), null=True, blank=True)
    live_until = InstantField(_("live until"), null=True, blank=True)

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=Q(live_from__isnull=True) | Q(live_until__isnull=True) | Q(live_from__lt=F("live_until")),
                name="%(app_label)s_%(class)s_live_from_before_until",
                violation_error_message=_("“Live until” must be later than “live from”."),
            )
        ]

    def has_begun(self, *, at: datetime) -> bool:
        return self.live_from is None or self.live_from <= at

    def check_beginning(self, live_from: datetime | None, *, at: datetime):
        if live_from is not None and live_from > at and self.has_begun(at=at):
            raise ValidationError(
                _(
                    "Readers have seen this already, so it cannot begin later: links to its page would break. Leave "
                    "“live from” as it was. To take the page away, set “live until”."
                ),
                code="begun",
            )

    def has_ended(self, *, at: datetime) -> bool:
        return self.live_until is not None and self.live_until <= at

    def is_live(self, *, at: datetime) -> bool:
        return self.has_begun(at=at) and (self.live_until is None or at < self.live_until)


def next_end(*, after: datetime) -> datetime | None:
    """The earliest `live_until` after the instant `after`, of all rows that readers may see."""
    content = content_tables()
    ends = [
        model._base_manager.filter(live_until__gt=after).aggregate(first=Min("live_until"))["first"]
        for model in apps.get_models()
        if issubclass(model, Live) and model._meta.db_table in content
    ]
    return min((end for end in ends if end), default=None)


class NoOverlap(models.BaseConstraint):
    """Two rows that have equal `fields` and both meet `where` (field: value) are never live at the same instant.

    PostgreSQL uses an exclusion constraint (with the extension btree_gist), SQLite two triggers.
    """

    default_violation_error_message = _("Something else is live for part of that time.")

    def __init__(self, *, fields, where=(), name, violation_error_code=None, violation_error_message=None):
        super().__init__(
            name=name,
            violation_error_code=violation_error_code,
            violation_error_message=violation_error_message,
        )
        self.fields = tuple(fields)
        self.where = dict(where)

    def constraint_sql(self, model, schema_editor):
        if schema_editor.connection.vendor == "postgresql":
            return self._exclusion_sql(model, schema_editor)
        # Triggers cannot be part of CREATE TABLE, and they are lost when SQLite's table is rebuilt. Django calls this
        # method when it creates or rebuilds a table, so this is the place to add the triggers to the deferred SQL.
        schema_editor.deferred_sql.extend(self._trigger_statements(model, schema_editor))
        return None

    def create_sql(self, model, schema_editor):
        table = schema_editor.quote_name(model._meta.db_table)
        return f"ALTER TABLE {table} ADD {self._exclusion_sql(model, schema_editor)}"

    def remove_sql(self, model, schema_editor):
        table = schema_editor.quote_name(model._meta.db_table)
        return f"ALTER TABLE {table} DROP CONSTRAINT {schema_editor.quote_name(self.name)}"

    def validate(self, model, instance, exclude=None, using=DEFAULT_DB_ALIAS):
        exclude = exclude or set()
        if {*self.fields, *self.where, "live_from", "live_until"} & set(exclude):
            return
        if any(getattr(instance, field) != value for field, value in self.where.items()):
            return
        same = {field: getattr(instance, field) for field in self.fields}
        others = model._default_manager.using(using).filter(**same, **self.where).exclude(pk=instance.pk)
        if instance.live_from is not None:
            others = others.filter(Q(live_until__isnull=True) | Q(live_until__gt=instance.live_from))
        if instance.live_until is not None:
            others = others.filter(Q(live_from__isnull=True) | Q(live_from__lt=instance.live_until))
        if others.exists():
            raise ValidationError(self.get_violation_error_message(), code=self.violation_error_code)

    def deconstruct(self):
        path, args, kwargs = super().deconstruct()
        return path, args, {**kwargs, "fields": self.fields, "where": self.where}

    def __eq__(self, other):
        if not isinstance(other, NoOverlap):
            return NotImplemented
        return self.deconstruct() == other.deconstruct()

    def _columns(self, model, names):
        if missing := [name for name in names if name not in {f.name for f in model._meta.fields}]:
            raise FieldError(f"{self.name}: {model.__name__} has no field {', '.join(missing)}.")
        return [model._meta.get_field(name).column for name in names]

    def _exclusion_sql(self, model, schema_editor):
        quote, literal = schema_editor.quote_name, schema_editor.quote_value
        equal = ", ".join(f"{quote(column)} WITH =" for column in self._columns(model, self.fields))
        condition = " AND ".join(
            f"{quote(column)} = {literal(value)}"
            for column, value in zip(self._columns(model, self.where), self.where.values(), strict=True)
        )
        return (
            f"CONSTRAINT {quote(self.name)} EXCLUDE USING gist "
            f"({equal}, tstzrange(live_from, live_until) WITH &&)" + (f" WHERE ({condition})" if condition else "")
        )

    def _trigger_statements(self, model, schema_editor):
        quote, literal = schema_editor.quote_name, schema_editor.quote_value
        where = list(zip(self._columns(model, self.where), self.where.values(), strict=True))
        new = " AND ".join(f"NEW.{quote(column)} = {literal(value)}" for column, value in where)
        same = " AND ".join(
            [f"{quote(column)} = NEW.{quote(column)}" for column in self._columns(model, self.fields)]
            + [f"{quote(column)} = {literal(value)}" for column, value in where]
        )
        # SQLite stores instants as text, in UTC and with equal width, so the texts sort like the instants.
        overlap = (
            "COALESCE(live_from, '') < COALESCE(NEW.live_until, '9999') "
            "AND COALESCE(NEW.live_from, '') < COALESCE(live_until, '9999')"
        )
        for event in ("INSERT", "UPDATE"):
            yield Statement(
                f"CREATE TRIGGER %(name)s BEFORE %(event)s ON %(table)s {'WHEN %(new)s ' if new else ''}BEGIN "
                "SELECT RAISE(ABORT, %(message)s) WHERE EXISTS (SELECT 1 FROM %(table)s "
                "WHERE %(same)s AND id IS NOT NEW.id AND %(overlap)s); END",
                name=quote(f"{self.name}_{event.lower()}"),
                event=event,
                table=Table(model._meta.db_table, quote),
                new=new,
                same=same,
                overlap=overlap,
                message=literal(f"no overlap constraint failed: {self.name}"),
            )
