"""What an archive cannot say: the demonstration's corrections, its withdrawal and its unfinished drafts."""

from datetime import datetime

from embassy.models import Mission
from incidents.models import Incident
from statements.body import from_typing
from statements.models import Edition, Kind, Source, Speaker, Statement, Topic


def correct(mission: Mission, correction: dict):
    """Publish a new edition of a statement, unless it has been corrected before."""
    edition = _imported(mission, correction["statement"])
    if edition.corrections.exists():
        return
    at = datetime.fromisoformat(correction["at"])
    draft = edition.new_edition(by=None, now=at)
    draft.change_note = correction["change_note"]
    draft.title = correction.get("title", draft.title)
    draft.lead = correction.get("lead", draft.lead)
    draft.body = correction.get("body_html", draft.body)
    draft.save()
    draft.approve(by=None, live_from=at, now=at)


def withdraw(mission: Mission, withdrawal: dict):
    """Withdraw a statement, unless it has been withdrawn before."""
    edition = _imported(mission, withdrawal["statement"])
    if not edition.withdrawn_reason:
        edition.withdraw(by=None, reason=withdrawal["reason"], at=datetime.fromisoformat(withdrawal["at"]))


def gather(mission: Mission, slug: str, identifiers: list[str]):
    """Put the statements under the counter that they speak of."""
    spoken = Statement.objects.of(mission).filter(sources__identifier__in=identifiers)
    Incident.objects.of(mission).get(slug=slug).statements.add(*spoken)


def draft(mission: Mission, draft: dict, at: datetime):
    """Leave an unfinished draft on the desk, unless it lies there already."""
    if Statement.objects.of(mission).filter(slug=draft["id"]).exists():
        return
    statement = Statement.objects.create(
        mission=mission,
        kind=Kind.objects.of(mission).get(slug=draft["kind"]),
        slug=draft["id"],
        speaker=Speaker.objects.of(mission).filter(slug=draft.get("speaker", "")).first(),
    )
    statement.topics.set(Topic.objects.of(mission).filter(slug__in=draft.get("topics", [])))
    Edition.objects.create(
        statement=statement,
        language=draft["language"],
        title=draft["title"],
        lead=draft.get("lead", ""),
        body=from_typing(draft.get("body_html", "")),
        place=draft.get("place", ""),
        changed_at=at,
    )


def _imported(mission, identifier):
    return Source.objects.of(mission).select_related("edition").get(identifier=identifier).edition
