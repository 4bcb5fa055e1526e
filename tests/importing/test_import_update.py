"""Lines that are imported again with changes: a changed text becomes a correction, other changes are made in place."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from PIL import Image

from statements.models import Edition, EditionEvent, Figure, Filing, OldAddress, Picture, Slot, Source, Statement
from tests.archives import MISSION_LINE, import_file, import_lines, make_line, write_archive
from tests.making import NOON, make_mission, publish

pytestmark = [pytest.mark.database, pytest.mark.django_db, pytest.mark.usefixtures("noon", "mission")]

ADDRESS = "/statements/2025/06/02/the-ferry-sails-again/"
HOUR = timedelta(hours=1)
LATER = datetime(2025, 6, 17, 9, tzinfo=UTC)
FUTURE = "2025-06-20T09:00:00+00:00"


@pytest.fixture
def mission(db):
    return make_mission()


@pytest.fixture
def imported(tmp_path, mission):
    """A statement from an earlier import."""
    import_lines(tmp_path, make_line())
    return Statement.objects.get()


def test_a_differing_text_is_a_correction_from_the_import_s_instant(client, tmp_path, imported):
    report = import_lines(tmp_path, make_line(body_html="<p>It does not sail.</p>"))
    assert "statement: 0 new, 1 corrected, 0 updated, 0 unchanged, 0 bad" in report.summary
    first, second = Edition.objects.order_by("live_from")
    assert (first.live_until, first.body) == (NOON, "<p>It sails.</p>")
    assert (second.live_from, second.live_until, second.corrects) == (NOON, None, first)
    assert second.published_at == first.published_at
    assert "It does not sail." in client.get(ADDRESS).content.decode()


def test_a_correction_takes_over_at_its_updated_at_with_its_change_note(tmp_path, imported):
    import_lines(
        tmp_path, make_line(title="The ferry rests", updated_at="2025-06-05T10:00:30Z", change_note="The title.")
    )
    first, second = Edition.objects.order_by("live_from")
    assert first.live_until == second.live_from == datetime(2025, 6, 5, 10, tzinfo=UTC)
    assert second.change_note == "The title."
    imported.refresh_from_db()
    assert imported.slug == "the-ferry-sails-again"


def test_a_correction_that_comes_again_makes_no_other(tmp_path, imported):
    for _time in range(2):
        report = import_lines(tmp_path, make_line(lead="Corrected."))
    assert "1 unchanged" in report.summary
    assert Edition.objects.count() == 2


@pytest.mark.parametrize("updated_at", ["2025-06-02T09:00:00+00:00", "2025-06-01T00:00:00+00:00"])
def test_an_updated_at_that_is_not_later_is_named(tmp_path, imported, updated_at):
    report = import_lines(tmp_path, make_line(lead="Corrected.", updated_at=updated_at))
    assert report.defects == [
        "line 1: updated_at: the text differs from the one that is live from 2025-06-02T09:00+00:00. "
        "Write a later updated_at, at which the correction takes over."
    ]
    assert Edition.objects.count() == 1


def test_an_address_once_public_does_not_move(tmp_path, imported):
    report = import_lines(tmp_path, make_line(published_at="2025-06-03T09:00:00+00:00"))
    assert report.defects[0].startswith("line 1: published_at: was 2025-06-02T09:00+00:00 when it was published.")
    assert "An address once public does not move" in report.defects[0]
    imported.refresh_from_db()
    assert imported.published_at == datetime(2025, 6, 2, 9, tzinfo=UTC)


def test_kind_topics_speaker_and_front_page_are_updated_without_a_correction(tmp_path, imported):
    report = import_lines(
        tmp_path,
        make_line(kind="comment", topics=["Ferries"], speaker="Ada Crowe", featured=True, legacy_url="/old/1"),
    )
    assert "1 updated" in report.summary
    assert Edition.objects.count() == 1
    imported.refresh_from_db()
    assert (imported.kind.slug, str(imported.speaker)) == ("comment", "Ada Crowe")
    assert [(slot.live_from, slot.live_until) for slot in imported.slots.all()] == [(NOON, None)]
    assert [topic.slug for topic in imported.topics.all()] == ["ferries"]
    assert OldAddress.objects.get().address == "/old/1"
    with time_machine.travel(NOON + HOUR, tick=False):
        import_lines(tmp_path, make_line(topics=["Fog"], featured=False))
    imported.refresh_from_db()
    assert [(slot.live_from, slot.live_until) for slot in imported.slots.all()] == [(NOON, NOON + HOUR)]
    assert [topic.slug for topic in imported.topics.all()] == ["fog"]
    assert str(imported.speaker) == "Ada Crowe"


def test_a_line_takes_no_topic_away_that_a_translation_has_brought(tmp_path):
    french = make_line("fr", language="fr", topics=["Bacs"], translation_of="en")
    import_lines(tmp_path, make_line("en", topics=["Ferries"]), french)
    import_lines(tmp_path, make_line("en", topics=["Fog"]), french)
    assert {str(topic) for topic in Statement.objects.get().topics.all()} == {"Bacs", "Ferries", "Fog"}


def test_a_line_alone_takes_no_topic_away_that_a_new_translation_brings(tmp_path):
    french = make_line("fr", language="fr", topics=["Bacs"], translation_of="en")
    import_lines(tmp_path, make_line("en", topics=["Ferries"]))
    import_lines(tmp_path, french, make_line("en", topics=["Fog"]))
    assert {str(topic) for topic in Statement.objects.get().topics.all()} == {"Bacs", "Fog"}


def test_a_correction_takes_a_planned_withdrawal_over(tmp_path, imported):
    imported.editions.get().withdraw(by=None, reason="It was never true.", at=LATER, now=NOON)
    assert "1 corrected" in import_lines(tmp_path, make_line(lead="Corrected.")).summary
    first, second = imported.editions.order_by("live_from")
    assert (first.live_until, first.withdrawn_reason) == (NOON, "")
    assert (second.live_until, second.withdrawn_reason) == (LATER, "It was never true.")


def test_what_is_approved_for_later_corrects_the_import_s_correction(tmp_path, imported):
    draft = imported.editions.get().new_edition(by=None, now=NOON)
    draft.approve(by=None, live_from=LATER, now=NOON)
    import_lines(tmp_path, make_line(lead="Corrected."))
    first, second, third = imported.editions.order_by("live_from")
    assert (second.corrects, second.live_until) == (first, LATER)
    assert third.corrects == second


def test_a_withdrawn_statement_is_not_brought_back(client, tmp_path, imported):
    imported.editions.get().withdraw(by=None, reason="It was never true.", at=NOON)
    report = import_lines(tmp_path, make_line(title="The ferry again"))
    assert report.defects[0].startswith("line 1: id: the statement has been withdrawn or has ended")
    report = import_lines(tmp_path, make_line(), make_line("fr", language="fr", translation_of="ferry"))
    assert report.defects[0].startswith("line 2: translation_of: the statement has been withdrawn")
    assert client.get(ADDRESS).status_code == 410


def test_a_correction_by_staff_stays_while_the_line_stays(tmp_path, imported):
    draft = imported.editions.get().new_edition(by=None, now=NOON)
    draft.title = "Staff know better"
    draft.save()
    draft.approve(by=None, live_from=datetime(2025, 6, 10, 9, tzinfo=UTC), now=NOON)
    import_lines(tmp_path, make_line(topics=["Ferries"]))
    assert imported.editions.get(live_until=None).title == "Staff know better"
    import_lines(tmp_path, make_line(lead="The sender corrects too."))
    newest = imported.editions.get(live_until=None)
    assert (newest.lead, newest.corrects) == ("The sender corrects too.", draft)


def test_a_text_that_staff_have_put_right_already_makes_no_edition(tmp_path, imported):
    draft = imported.editions.get().new_edition(by=None, now=NOON)
    draft.lead = "Put right."
    draft.save()
    draft.approve(by=None, live_from=datetime(2025, 6, 10, 9, tzinfo=UTC), now=NOON)
    assert "1 updated" in import_lines(tmp_path, make_line(lead="Put right.")).summary
    assert imported.editions.count() == 2
    assert Source.objects.get().edition == draft


def test_a_scheduled_statement_is_revised_and_moved_without_a_trace(client, tmp_path, mission):
    import_lines(tmp_path, make_line(published_at=FUTURE, featured=True))
    report = import_lines(
        tmp_path, make_line(published_at="2025-06-21T09:00:00+00:00", body_html="<p>Revised.</p>", featured=True)
    )
    assert report.verdict is None
    edition = Edition.objects.select_related("statement").get()
    assert (edition.body, edition.live_from) == ("<p>Revised.</p>", datetime(2025, 6, 21, 9, tzinfo=UTC))
    assert edition.statement.day.isoformat() == "2025-06-21"
    assert [(slot.live_from, slot.live_until) for slot in edition.statement.slots.all()] == [(edition.live_from, None)]
    with time_machine.travel(datetime(2025, 6, 22, tzinfo=UTC), tick=False):
        assert "Revised." in client.get("/statements/2025/06/21/the-ferry-sails-again/").content.decode()


def test_a_public_statement_is_filed_anew_from_the_import_s_instant(client, tmp_path, imported):
    speaker, topics = {"speaker": "Ada Crowe"}, {"topics": ["Ferries"]}
    import_lines(tmp_path, make_line(kind="comment", **speaker, **topics))
    with time_machine.travel(NOON + HOUR, tick=False):
        import_lines(tmp_path, make_line(kind="comment", **speaker, topics=["Fog"]))
        import_lines(tmp_path, make_line(kind="comment", **speaker, topics=["Fog"], legacy_url="/old/1"))
    filings = Filing.objects.order_by("live_until")
    assert [(each.kind.slug, each.live_from, each.live_until) for each in filings] == [
        ("press-release", None, NOON),
        ("comment", NOON, NOON + HOUR),
    ]
    assert [[topic.slug for topic in each.topics.all()] for each in filings] == [[], ["ferries"]]
    events = EditionEvent.objects.filter(act="filed").values_list("by", "at", "note")
    assert list(events) == [
        (None, NOON, "Comment · Ada Crowe · Ferries"),
        (None, NOON + HOUR, "Comment · Ada Crowe · Fog"),
    ]


def test_a_new_translation_files_a_public_statement_anew_if_it_adds_a_topic(tmp_path, imported):
    french = {"language": "fr", "translation_of": "ferry"}
    with time_machine.travel(NOON + HOUR, tick=False):
        import_lines(tmp_path, make_line("fr", **french))
    assert not Filing.objects.exists()
    with time_machine.travel(NOON + 2 * HOUR, tick=False):
        import_lines(tmp_path, make_line("fr", topics=["Bacs"], **french))
    assert Filing.objects.get().live_until == NOON + 2 * HOUR


def test_what_an_import_publishes_in_the_past_was_filed_so_from_its_beginning(tmp_path, mission):
    import_lines(tmp_path, make_line("en"), make_line("fr", language="fr", topics=["Bacs"], translation_of="en"))
    assert not Filing.objects.exists()
    assert Statement.objects.get().filed_at is None


def test_the_history_says_what_an_import_features_and_takes_off_the_front_page(tmp_path, mission):
    for featured, hours in ((True, 0), (True, 1), (False, 2)):
        with time_machine.travel(NOON + hours * HOUR, tick=False):
            import_lines(tmp_path, make_line(published_at=FUTURE, featured=featured, lead=f"Lead {hours}."))
    begin = datetime(2025, 6, 20, 9, tzinfo=UTC)
    events = EditionEvent.objects.filter(act__in=("featured", "unfeatured"))
    assert [(event.act, event.by, event.at, event.live_from) for event in events] == [
        ("featured", None, NOON, begin),
        ("unfeatured", None, NOON + 2 * HOUR, begin),
    ]
    assert not Slot.objects.exists()


def test_an_import_does_not_feature_again_what_staff_have_taken_off_the_front_page(tmp_path, mission):
    import_lines(tmp_path, make_line(featured=True))
    with time_machine.travel(NOON + HOUR, tick=False):
        Slot.objects.get().give_up(None, NOON + HOUR)
        import_lines(tmp_path, make_line(featured=True, lead="Corrected."))
    assert [(slot.live_from, slot.live_until) for slot in Slot.objects.all()] == [
        (Statement.objects.get().published_at, NOON + HOUR)
    ]


@pytest.mark.parametrize("status", [Edition.Status.DRAFT, Edition.Status.REVIEW])
def test_what_staff_have_taken_back_is_not_published_by_an_import(tmp_path, mission, status):
    import_lines(tmp_path, make_line(published_at=FUTURE))
    Edition.objects.get().cancel(by=None, now=NOON)
    Edition.objects.update(status=status)
    report = import_lines(tmp_path, make_line(published_at=FUTURE, title="Published after all"))
    assert report.defects[0].startswith("line 1: id: staff have taken this wording back, and")
    assert Edition.objects.get().status == status


def test_what_staff_have_deleted_is_not_published_by_an_import_while_it_is_in_the_bin(tmp_path, mission):
    import_lines(tmp_path, make_line(published_at=FUTURE))
    Edition.objects.get().cancel(by=None, now=NOON)
    Statement.objects.get().discard(None, NOON)
    again = make_line(published_at=FUTURE, title="Published after all")
    french = make_line(id="fr", language="fr", translation_of=again["id"], published_at=FUTURE)
    report = import_lines(tmp_path, again, french)
    assert [defect.partition(":")[2] for defect in report.defects] == [
        " id: staff have taken this wording back, and an import does not publish it against them. Publish the draft "
        "at the desk. If it is in the bin, bring it back first.",
        " translation_of: the statement has been deleted. Bring it back from the bin at the desk.",
    ]
    import_lines(tmp_path, make_line(id="another"))
    assert Statement.objects.count() == 1


def test_a_wording_keeps_its_language_and_its_statement(tmp_path, imported):
    import_lines(tmp_path, make_line("other", title="Another"))
    report = import_lines(tmp_path, make_line(language="fr"), make_line("other", title="X", translation_of="ferry"))
    assert report.defects[0].startswith("line 1: language: was en in an earlier import")
    assert report.defects[1].startswith("line 2: translation_of: is not the original that an earlier import had.")


def test_a_refused_line_is_refused_again_until_it_is_mended(tmp_path, imported):
    bad = make_line(lead="Corrected.", updated_at="2025-06-01T00:00:00+00:00")
    assert import_lines(tmp_path, bad).defects == import_lines(tmp_path, bad).defects != []
    assert import_lines(tmp_path, {**bad, "updated_at": "2025-06-03T00:00:00+00:00"}).verdict is None
    assert Edition.objects.count() == 2


def test_many_corrections_and_a_statement_of_staff_s_own_go_well_together(tmp_path, mission):
    publish(mission, "The ferry sails again", at=datetime(2025, 6, 2, 9, tzinfo=UTC))
    lines = [make_line(str(number)) for number in range(120)]
    import_lines(tmp_path, *lines)
    report = import_lines(tmp_path, *[{**line, "lead": "Corrected."} for line in lines])
    assert "120 corrected" in report.summary
    assert Edition.objects.live(at=NOON).filter(lead="Corrected.").count() == 120


def make_picture(folder, name="quay.png", colour="navy"):
    Image.new("RGB", (40, 30), colour).save(folder / name)


def test_images_are_stored_once_and_kept_by_a_correction(tmp_path, mission):
    make_picture(tmp_path)
    image = {"path": "quay.png", "alt": "The quay", "credit": "Embassy"}
    import_lines(tmp_path, make_line("1", images=[image]), make_line("2", title="Two", images=[image]))
    assert Picture.objects.get().width == 40
    assert Figure.objects.count() == 2
    import_lines(tmp_path, make_line("1", lead="Corrected."))
    corrected = Edition.objects.get(lead="Corrected.")
    assert (corrected.figures.get().alt, corrected.figures.get().picture) == ("The quay", Picture.objects.get())


def test_another_image_is_a_correction_and_the_same_is_none(tmp_path, mission):
    make_picture(tmp_path)
    make_picture(tmp_path, "other.png", "maroon")
    image = {"path": "quay.png", "alt": "The quay"}
    import_lines(tmp_path, make_line(images=[image]))
    assert "1 updated" in import_lines(tmp_path, make_line(images=[image], topics=["Quays"])).summary
    assert "1 corrected" in import_lines(tmp_path, make_line(images=[{**image, "path": "other.png"}])).summary
    assert Picture.objects.count() == 2


def test_a_dry_run_leaves_no_picture_behind(tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path / "media"
    make_picture(tmp_path)
    import_lines(tmp_path, make_line(images=[{"path": "quay.png"}]), dry_run=True)
    assert not (tmp_path / "media").exists()
    assert not Picture.objects.exists()


def test_a_mission_line_that_differs_brings_the_mission_up_to_date(tmp_path, mission):
    line = {**MISSION_LINE, "consular_email": "new@orlemar.example"}
    assert "mission: 0 new, 0 corrected, 1 updated" in import_file(write_archive(tmp_path, line)).summary
    mission.refresh_from_db()
    assert mission.consular_email == "new@orlemar.example"
    assert mission.consular_phone == "+442079460958"
