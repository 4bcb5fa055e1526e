"""The import of topics and speakers from their own lines, and of those that statement lines name."""

from django.db.models import F

from embassy.free_slug import first_free
from importing.statements.schema import SpeakerLine, TopicLine
from importing.upsert import upsert
from statements.models import Kind, Speaker, Topic
from statements.models.statement import slug_of

SLUG_LENGTH = 50
KEYS = {"slug": "id"}


def store_topic(line: TopicLine, run) -> str:
    return _store(Topic, line, run)


def store_speaker(line: SpeakerLine, run) -> str:
    return _store(Speaker, line, run)


def _store(model, line, run) -> str:
    row = model.objects.of(run.mission).filter(slug=line.id).first() or model(mission=run.mission, slug=line.id)
    return upsert(row, line.given("name", "role"), KEYS)


class Subjects:
    """The mission's kinds, topics and speakers, read once for each batch. If a line names others, they are created."""

    def __init__(self, run):
        self.run, self.mission = run, run.mission
        # Global kinds come first, so that the mission's own kind replaces a global kind with the same slug.
        kinds = Kind.objects.of(self.mission).order_by(F("mission").asc(nulls_first=True))
        self.kinds = {kind.slug: kind for kind in kinds}
        # Topics and speakers by (model, slug), and by (model, name).
        self.slugs, self.names = {}, {}
        for row in [*Topic.objects.of(self.mission), *Speaker.objects.of(self.mission)]:
            self._add(row)

    def kind(self, slug: str) -> Kind:
        if slug not in self.kinds:
            name = slug.replace("-", " ").replace("_", " ").capitalize()
            names = {self.mission.default_language: name}
            self.kinds[slug] = Kind.objects.create(mission=self.mission, slug=slug, name=names)
            self._report("kind", slug, name)
        return self.kinds[slug]

    def topic(self, value: str, language: str, names: dict[str, str]) -> Topic:
        """The topic with this identifier or name. It gets those of its names that it lacks (`names`, by language)."""
        found = (self._find(Topic, name) for name in (value, *names.values()))
        row = next(filter(None, found), None) or self._make(Topic, value, language)
        if missing := {code: name for code, name in names.items() if code not in row.name}:
            row.name = {**row.name, **missing}
            row.save()
            self._add(row)
        return row

    def speaker(self, value: str, language: str) -> Speaker:
        return self._find(Speaker, value) or self._make(Speaker, value, language)

    def _find(self, model, value: str):
        return self.slugs.get((model, value)) or self.names.get((model, value.casefold()))

    def _make(self, model, value: str, language: str):
        taken = {slug for of, slug in self.slugs if of is model}
        slug = first_free(slug_of(value)[:SLUG_LENGTH].strip("-_"), taken, SLUG_LENGTH)
        row = model.objects.create(mission=self.mission, slug=slug, name={language: value})
        row.refresh_from_db(fields=["name"])
        self._add(row)
        self._report(model._meta.model_name, slug, value)
        return row

    def _add(self, row: Topic | Speaker):
        self.slugs[type(row), row.slug] = row
        for name in row.name.values():
            self.names.setdefault((type(row), name.casefold()), row)

    def _report(self, what: str, slug: str, name: str):
        self.run.outcome.count("new", what)
        self.run.outcome.notes.append(f"A {what} was made for a statement: {slug} ({name}).")
