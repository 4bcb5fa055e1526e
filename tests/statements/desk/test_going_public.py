"""Before a move that readers will see, a page shows the text, its changes and its places, and asks to confirm."""

from datetime import timedelta

import pytest

from statements.models import Edition, Figure
from tests.browsing import edition_page, filled_in, save, words
from tests.making import (
    NOON,
    attach,
    feature,
    make_draft,
    make_release,
    make_speaker,
    make_statement,
    make_topic,
    member,
    publish,
    submit,
)
from tests.statements.public.test_file_response import TIMETABLE
from tests.statements.public.test_pictures import make_picture

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)

pytestmark = pytest.mark.usefixtures("noon")


@pytest.fixture
def submitted(mission, author):
    statement = make_statement(mission, topics=[make_topic(mission)], speaker=make_speaker(mission))
    return submit(make_draft(statement, body="<p>It sails at nine.</p>"), member("Authors"))


@pytest.fixture
def submitted_with(mission, author):
    def submitted_with(lead):
        draft = make_draft(make_statement(mission), lead=lead, body="<p>It sails at nine.</p>")
        return submit(draft, member("Authors"))

    return submitted_with


def test_an_empty_time_publishes_nothing_from_the_page_that_schedules(editor, submitted):
    page = save(editor, edition_page(submitted, "approve"))
    assert "Say at which minute. To have it public at once, choose “Publish now”." in words(page)
    submitted.refresh_from_db()
    assert submitted.is_in_review


def test_one_reads_the_whole_text_and_where_it_will_stand_before_it_is_public(editor, submitted):
    make_draft(submitted.statement, "fr", "Le bac reprend")
    for move, becomes in (("publish-now", "public now"), ("approve", "public at that minute")):
        told = words(editor.get(edition_page(submitted, move)))
        assert "It sails at nine." in told
        assert "It is new: it stands first in the lists" in told
        assert "Filed under: Press release · Ysolde Karamin · Lakes" in told
        assert f"English {becomes} French draft" in told
        assert "13:00 Port Brennick · 16 Jun 2025, 16:00 Tavelle" in told


def test_a_wrong_weekday_is_said_first_and_the_button_names_it(editor, submitted_with):
    submitted = submitted_with("It sails on Monday, 17 June 2025.")
    for move, button in (("publish-now", "Publish with 1 open finding"), ("approve", "Schedule with 1 open finding")):
        page = editor.get(edition_page(submitted, move))
        source, told = page.content.decode(), words(page)
        assert told.index("1 finding is open 17 June 2025 is a Tuesday.") < told.index("It sails at nine.")
        assert f'<input type="submit" class="despite" value="{button}">' in source
        assert source.index('<button name="shown_again" hidden>') < source.index(button)
        assert editor.post(edition_page(submitted, move), filled_in(page, shown_again="")).status_code == 200
    assert not Edition.objects.approved().exists(), "Enter has published it"
    assert save(editor, edition_page(submitted, "publish-now")).status_code == 302
    submitted.refresh_from_db()
    assert submitted.is_live(at=NOON)


def test_a_release_counts_the_gaps_of_all_its_texts(editor, submitted):
    # `make_draft` writes the title into the lead and the text, too.
    drafts = [("fr", "[À VENIR]"), ("ar", "31.06.2025")]
    others = [submit(make_draft(submitted.statement, code, title), member("Authors")) for code, title in drafts]
    release = make_release(submitted.mission, [submitted, *others])
    source = editor.get(f"/admin/statements/release/{release.pk}/publish-now/").content.decode()
    assert 'value="Publish with 6 open findings"' in source
    assert "Mend it in French" in source


def test_advice_that_is_not_grave_leaves_the_button_as_it_is(editor, submitted_with):
    submitted = submitted_with("It sails at at nine.")
    source = editor.get(edition_page(submitted, "publish-now")).content.decode()
    assert "The same word twice." in source
    assert '<input type="submit" class="default" value="Publish now">' in source


def test_one_sees_the_pictures_and_files_that_go_out_with_the_text(editor, submitted, mission):
    Figure.objects.create(edition=submitted, picture=make_picture(mission), alt="A ferry", caption="On the lake")
    attach(submitted, TIMETABLE, "The timetable")
    page = editor.get(edition_page(submitted, "publish-now"))
    assert 'alt="A ferry"' in page.content.decode()
    assert "On the lake" in words(page)
    assert "The timetable" in words(page)


def test_a_correction_shows_what_changes_in_the_text_that_readers_see_now(editor, author, mission):
    edition = publish(mission, at=NOON - 25 * HOUR, body="<p>It sails at nine.</p><p>Bring a coat.</p>")
    correction = edition.new_edition(None, NOON)
    correction.body = "<p>It sails at ten.</p><p>Bring a coat.</p>"
    correction.change_note = "The hour was wrong."
    submit(correction, member("Authors"))
    page = editor.get(edition_page(correction, "publish-now"))
    told = words(page)
    assert "Change note for the readers: The hour was wrong." in told
    assert "What changes in the text that readers see now" in told
    assert "[taken away: nine] [added: ten]" in told
    assert "Its address is /statements/2025/06/15/the-ferry-sails-again/." in told
    assert "since 15 Jun 2025, 12:00 Port Brennick · 15 Jun 2025, 15:00 Tavelle" in told


def test_one_is_told_that_what_goes_out_is_featured(editor, submitted):
    sentence = "It is featured: the front page shows it in full."
    assert sentence not in words(editor.get(edition_page(submitted, "publish-now")))
    feature(submitted.statement, NOON)
    assert sentence in words(editor.get(edition_page(submitted, "publish-now")))


def test_a_joint_release_shows_each_of_its_texts(editor, submitted):
    french = make_draft(submitted.statement, "fr", "Le bac reprend", body="<p>À neuf heures.</p>")
    release = make_release(submitted.mission, [submitted, submit(french, member("Authors"))])
    told = words(editor.get(f"/admin/statements/release/{release.pk}/publish-now/"))
    assert "It sails at nine." in told
    assert "À neuf heures." in told
    assert "English public now French public now" in told


def test_a_withdrawal_shows_what_goes_in_which_languages_and_from_where(editor, mission):
    english = publish(mission, at=NOON - HOUR, body="<p>It sails at nine.</p>")
    make_draft(english.statement, "fr", "Le bac reprend").approve(None, NOON - HOUR, NOON - HOUR)
    page = editor.get(edition_page(english, "withdraw"))
    told = words(page)
    assert "It sails at nine." in told
    assert "Le bac reprend" in told
    assert "English withdrawn French withdrawn" in told
    assert "In each language in which you withdraw it, nobody can read the statement any more" in told
    assert "Its address is /statements/2025/06/16/the-ferry-sails-again/." in told


def test_what_became_public_after_the_page_was_read_is_not_withdrawn_unnamed(editor, mission):
    english = publish(mission, at=NOON - HOUR)
    french, arabic = (make_draft(english.statement, language, "…") for language in ("fr", "ar"))
    french.approve(None, NOON - HOUR, NOON - HOUR)
    page = editor.get(edition_page(english, "withdraw"))
    arabic.approve(None, NOON, NOON)
    answer = editor.post(edition_page(english, "withdraw"), filled_in(page, reason="It sank."))
    assert "What is public in the other languages has changed since you opened this page." in words(answer)
    assert Edition.objects.live(at=NOON).count() == 3
    assert "Withdraw it in French, Arabic too" in words(answer)
    reasons = {"reason_fr": "Il a coulé.", "reason_ar": "غرقت."}
    editor.post(edition_page(english, "withdraw"), filled_in(answer, **reasons))
    assert Edition.objects.live(at=NOON + MINUTE).count() == 0


def test_nothing_is_withdrawn_in_several_languages_before_each_has_its_reason(editor, mission):
    english = publish(mission, at=NOON - HOUR)
    make_draft(english.statement, "ar", "…").approve(None, NOON - HOUR, NOON - HOUR)
    page = editor.get(edition_page(english, "withdraw"))
    assert '<textarea name="reason_ar" cols="40" rows="3" lang="ar" dir="rtl"' in page.content.decode()
    answer = editor.post(edition_page(english, "withdraw"), filled_in(page, reason="It sank.", reason_ar="  "))
    assert "Say it in this language, too, or withdraw the statement in one language alone." in words(answer)
    assert Edition.objects.live(at=NOON).count() == 2


def test_the_desk_leads_from_what_waits_for_review_to_the_page_that_asks(editor, submitted):
    page = editor.get("/admin/").content.decode()
    assert edition_page(submitted, "publish-now") in page
    assert save(editor, edition_page(submitted, "publish-now")).status_code == 302
    submitted.refresh_from_db()
    assert submitted.is_live(at=NOON)
