"""The import of topics and speakers, from lines of their own or from names in statements."""

from django.db.models import F

from embassy.free_slug import first_free
from importing.statements.schema import SpeakerLine, TopicLine
from importing.upsert import settle
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
    return settle(row, line.given("name", "role"), KEYS)


class Subjects:
    """The mission's kinds, topics and speakers, read once a batch; unknown ones are created."""

    def __init__(self, run):
        self.run = run
        # The mission's own kind wins over a global kind with the same slug.
        kinds = Kind.objects.of(run.mission).order_by(F("mission").asc(nulls_first=True))
        self.kinds = {kind.slug: kind for kind in kinds}
        self._topics = self._speakers = None

    def kind(self, slug: str) -> Kind:
        if slug not in self.kinds:
            name = slug.replace("-", " ").replace("_", " ").capitalize()
            names = {self.run.mission.default_language: name}
            self.kinds[slug] = Kind.objects.create(mission=self.run.mission, slug=slug, name=names)
            self._made("kind", slug, name)
        return self.kinds[slug]

    def topic(self, value: str, language: str) -> Topic:
        if self._topics is None:
            self._topics = _Named(Topic, self.run.mission)
        return self._find_or_make(self._topics, value, language, "topic")

    def speaker(self, value: str, language: str) -> Speaker:
        if self._speakers is None:
            self._speakers = _Named(Speaker, self.run.mission)
        return self._find_or_make(self._speakers, value, language, "speaker")

    def _find_or_make(self, named: "_Named", value: str, language: str, what: str):
        row = named.find(value)
        if row is None:
            row = named.make(value, language)
            self._made(what, row.slug, value)
        return row

    def _made(self, what: str, slug: str, name: str):
        self.run.outcome.count("new", what)
        self.run.outcome.notes.append(f"A {what} was made for a statement: {slug} ({name}).")


class _Named:
    def __init__(self, model, mission):
        self.model, self.mission = model, mission
        self.slugs, self.names = {}, {}
        for row in model.objects.of(mission):
            self._add(row)

    def _add(self, row):
        self.slugs[row.slug] = row
        for name in row.name.values():
            self.names.setdefault(name.casefold(), row)

    def find(self, value: str):
        return self.slugs.get(value) or self.names.get(value.casefold())

    def make(self, value: str, language: str):
        slug = first_free(slug_of(value)[:SLUG_LENGTH].strip("-_"), self.slugs, SLUG_LENGTH)
        row = self.model.objects.create(mission=self.mission, slug=slug, name={language: value})
        row.refresh_from_db(fields=["name"])
        self._add(row)
        return row
