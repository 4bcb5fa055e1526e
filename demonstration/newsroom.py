"""Adds what an archive cannot contain: pages that stay, corrections, a withdrawal and unfinished work."""

from datetime import datetime

from django.contrib.auth.models import User

from embassy.models import Mission
from incidents.models import Incident
from richtext.body import from_typing
from statements.models import Edition, Kind, Page, Source, Speaker, Statement, Topic


def correct(mission: Mission, correction: dict):
    edition = _imported(mission, correction["statement"])
    if not edition.corrections.exists():
        _correct(edition, correction)


def _correct(edition: Edition, correction: dict):
    at = datetime.fromisoformat(correction["at"])
    draft = edition.new_edition(by=None, now=at)
    draft.change_note = correction["change_note"]
    draft.title = correction.get("title", draft.title)
    draft.lead = correction.get("lead", draft.lead)
    draft.body = correction.get("body_html", draft.body)
    draft.save()
    draft.approve(by=None, live_from=at, now=at)


def withdraw(mission: Mission, withdrawal: dict):
    edition = _imported(mission, withdrawal["statement"])
    if not edition.withdrawn_reason:
        edition.withdraw(by=None, reason=withdrawal["reason"], at=datetime.fromisoformat(withdrawal["at"]))


def publish_page(mission: Mission, written: dict):
    """Publish a page that stays, in all its languages and with its corrections. An existing page does not change."""
    if Page.everything.of(mission).filter(address=written["address"]).exists():
        return
    at = datetime.fromisoformat(written["at"])
    parent = Page.objects.of(mission).filter(address=written.get("parent", ""), parent=None).first()
    page = Page.objects.create(
        mission=mission, address=written["address"], parent=parent, position=written["position"]
    )
    page.settle(None, at)
    for language, text in written["editions"].items():
        edition = Edition.objects.create(
            statement=page,
            language=language,
            title=text["title"],
            lead=text["lead"],
            body=from_typing(text["body_html"]),
        )
        edition.approve(by=None, live_from=at, now=at)
    for correction in written.get("corrections", []):
        _correct(page.editions.filter(language=correction["language"]).latest("pk"), correction)


def gather(mission: Mission, slug: str, identifiers: list[str]):
    spoken = Statement.objects.of(mission).filter(sources__identifier__in=identifiers)
    Incident.objects.of(mission).get(slug=slug).statements.add(*spoken)


def draft(mission: Mission, draft: dict, at: datetime):
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


def work_at_draft(mission: Mission, draft: dict):
    edition = Edition.objects.of(mission).filter(statement__slug=draft["id"]).first()
    if edition is not None and not edition.events.exists():
        _work(edition, draft["work"])


def work_at_translation(mission: Mission, translation: dict):
    statement, language = _imported(mission, translation["statement"]).statement, translation["language"]
    if statement.editions.filter(language=language).exists():
        return
    edition = Edition.objects.create(
        statement=statement,
        language=language,
        title=translation["title"],
        lead=translation["lead"],
        body=from_typing(translation["body_html"]),
        place=translation["place"],
    )
    _work(edition, translation["work"])


def _work(edition, steps: list[dict]):
    for step in steps:
        by, at = User.objects.get(username=step["by"]), datetime.fromisoformat(step["at"])
        match step["act"]:
            case "write":
                edition.write(by, at)
            case "submit":
                edition.submit(by, at)
            case "return":
                edition.return_to_draft(by, step["note"], at)
            case "approve":
                edition.approve(by, datetime.fromisoformat(step["live_from"]), at)


def _imported(mission, identifier):
    return Source.objects.of(mission).select_related("edition").get(identifier=identifier).edition
