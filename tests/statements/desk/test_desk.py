"""The first page of the desk, for each role in the newsroom."""

from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext

from statements.models import Edition
from statements.templatetags.desk import time_left
from tests.browsing import WITHIN_A_LINE, save, words
from tests.furnished import furnished
from tests.making import (
    NOON,
    make_closure,
    make_draft,
    make_member,
    make_mission,
    make_notice,
    make_office,
    make_release,
    make_statement,
    publish,
    submit,
)

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
EDITIONS = "/admin/statements/edition/"

pytestmark = pytest.mark.usefixtures("noon")


class Sections(HTMLParser):
    """Parses a page. Collects in `found` the text of each section, by the section's heading."""

    def __init__(self):
        super().__init__()
        self.found, self.heading, self.within = {}, None, False

    def handle_starttag(self, tag, attrs):
        if tag == "section":
            self.heading = ""
        self.within = tag == "h2" and self.heading == ""
        self.break_line(tag)

    def break_line(self, tag):
        if self.heading and tag not in WITHIN_A_LINE:
            self.found[self.heading] = self.found.get(self.heading, "") + " "

    def handle_data(self, data):
        if self.within:
            self.heading = data
            self.within = False
        elif self.heading:
            self.found[self.heading] = self.found.get(self.heading, "") + data

    def handle_endtag(self, tag):
        if tag == "section":
            self.heading = None
        self.break_line(tag)


def queues(browser, path="/admin/") -> dict[str, str]:
    """The text of each queue on the user's desk, by the queue's heading."""
    reader = Sections()
    reader.feed(browser.get(path).content.decode())
    return {heading: " ".join(text.split()) for heading, text in reader.found.items()}


@pytest.fixture
def people(author, editor):
    """The users who are signed in with the browsers `author` and `editor`."""
    return User.objects.get(username="authors"), User.objects.get(username="editors")


def submitted(mission, by, title="The ferry sails again", at=NOON - HOUR, **fields):
    """An edition that this user has written and submitted for review."""
    return submit(make_draft(make_statement(mission), title=title, **fields), by, at)


def schedule(mission, title, at):
    draft = make_draft(make_statement(mission), title=title)
    draft.approve(None, at, NOON)
    return draft


# Review


def test_what_others_have_submitted_waits_for_my_review(editor, people, mission):
    writer, approver = people
    submitted(mission, writer, "By an author")
    submitted(mission, approver, "By the editor alone")
    make_draft(make_statement(mission), title="Only a draft")
    queue = queues(editor)["Waiting for my review"]
    assert (
        queue
        == "By an author English handed in by authors, 16 Jun, 12:00 Port Brennick Read and publish: By an author "
        "Read and schedule: By an author"
    )


def test_who_waits_longest_stands_first(editor, people, mission):
    submitted(mission, people[0], "The later one", NOON - HOUR)
    submitted(mission, people[0], "The earlier one", NOON - 2 * HOUR)
    queue = queues(editor)["Waiting for my review"]
    assert queue.index("The earlier one") < queue.index("The later one")


def test_what_was_given_back_lies_with_its_author_and_says_why(author, editor, people, mission):
    draft = submitted(mission, people[0])
    draft.return_to_draft(people[1], "Which ferry?", NOON)
    assert queues(author)["Given back to me"] == (
        "The ferry sails again English given back by editors, 16 Jun, 13:00 Port Brennick Which ferry?"
    )
    assert "The ferry" not in queues(author)["My drafts"]
    assert "Nothing has come back to you" in queues(editor)["Given back to me"]


def test_what_was_given_back_to_somebody_who_has_left_lies_with_the_editors(author, editor, people, mission):
    draft = submitted(mission, people[0])
    draft.return_to_draft(people[1], "Which ferry?", NOON)
    people[0].postings.update(live_until=NOON)
    queue = queues(editor)["Given back to me"]
    assert "The ferry sails again English given back by editors, 16 Jun, 13:00 Port Brennick" in queue
    assert "who wrote it no longer works here Which ferry?" in queue
    assert "The ferry sails again" in words(editor.get(f"{EDITIONS}?queue=returned"))
    people[0].postings.update(live_until=None)
    assert "Nothing has come back to you" in queues(editor)["Given back to me"]


def test_what_was_given_back_stays_there_through_savings_until_it_is_submitted_again(author, people, mission):
    draft = submitted(mission, people[0])
    draft.return_to_draft(people[1], "Which ferry?", NOON)
    save(author, f"{EDITIONS}{draft.pk}/change/", lead="The morning ferry.")
    save(author, f"{EDITIONS}{draft.pk}/change/", lead="The evening ferry.")
    assert "Which ferry?" in queues(author)["Given back to me"]
    assert "You have no draft" in queues(author)["My drafts"]
    author.post(f"{EDITIONS}{draft.pk}/submit/")
    assert "Nothing has come back to you" in queues(author)["Given back to me"]


def test_the_drafts_of_others_are_not_mine(author, people, mission):
    make_draft(make_statement(mission), title="Nobody’s").write(None, NOON)
    make_draft(make_statement(mission), title="The editor’s").write(people[1], NOON)
    assert "You have no draft" in queues(author)["My drafts"]


# Going out next


def test_what_goes_out_next_stands_in_both_cities_times_with_its_zones_and_a_countdown(author, mission):
    schedule(mission, "Tomorrow", NOON + 26 * HOUR + 5 * MINUTE)
    schedule(mission, "Soon", NOON + 14 * MINUTE)
    queue = queues(author)["Going out next"]
    assert queue.startswith("Soon in 14 min English")
    assert "Port Brennick: 16 June 2025, 13:14 (Europe/Dublin, UTC+1)" in queue
    assert "Tavelle: 16 June 2025, 16:14 (Asia/Tbilisi, UTC+4)" in queue
    assert "Tomorrow in 1 d 2 h 5 min" in queue


def test_an_edition_leaves_the_countdown_at_its_minute(author, mission, time_machine):
    schedule(mission, "Soon", NOON + 14 * MINUTE)
    time_machine.move_to(NOON + 14 * MINUTE - timedelta(seconds=1), tick=False)
    assert "Soon in 1 min" in queues(author)["Going out next"]
    time_machine.move_to(NOON + 14 * MINUTE, tick=False)
    assert "Nothing is scheduled" in queues(author)["Going out next"]
    assert "Soon live English 16 Jun, 13:14 Port Brennick" in queues(author)["Published today"]


def test_all_languages_of_a_scheduled_statement_are_one_row(author, mission):
    statement = make_statement(mission)
    for language, title in (("en", "The ferry"), ("fr", "Le bac")):
        make_draft(statement, language=language, title=title).approve(None, NOON + HOUR, NOON)
    # Save the English edition last. If the queue's query had no order, PostgreSQL would return the French one first.
    Edition.objects.filter(title="The ferry").update(changed_at=NOON)
    schedule(mission, "Another", NOON + HOUR)
    queue = queues(author)["Going out next"]
    assert queue.startswith("The ferry in 1 h 0 min English, French")
    assert queue.count("in 1 h 0 min") == 2
    assert "Le bac" not in queue


def test_a_joint_release_is_one_line(author, people, mission):
    writer, approver = people
    statement = make_statement(mission)
    editions = [make_draft(statement, code, title) for code, title in (("en", "The ferry"), ("fr", "Le bac"))]
    release = make_release(mission, editions, "The joint text")
    for edition in editions:
        edition.submit(writer, NOON)
    release.approve(approver, NOON + HOUR, NOON)
    page = author.get("/admin/").content.decode()
    assert queues(author)["Going out next"].startswith(
        "The joint text in 1 h 0 min English, French The ferry · Le bac"
    )
    assert page.count('class="countdown"') == 1
    assert f"/admin/statements/release/{release.pk}/change/" in page


def test_a_countdown_is_told_to_no_screen_reader(author, mission):
    schedule(mission, "Soon", NOON + HOUR)
    page = author.get("/admin/").content.decode()
    assert "countdown" in page
    for announced in ("aria-live", 'role="timer"', 'role="status"', 'role="alert"'):
        assert announced not in page


@pytest.mark.parametrize(
    ("left", "said"),
    [
        (timedelta(), "0 min"),
        (MINUTE, "1 min"),
        (59 * MINUTE, "59 min"),
        (HOUR, "1 h 0 min"),
        (DAY - MINUTE, "23 h 59 min"),
        (DAY, "1 d 0 h 0 min"),
        (400 * DAY + HOUR, "400 d 1 h 0 min"),
    ],
)
def test_the_time_left_is_told_to_the_minute(left, said):
    assert time_left(NOON + left, NOON, ["d", "h", "min"]).replace("\N{NO-BREAK SPACE}", " ") == said


# Today


def test_today_is_the_day_of_the_reference_city(author, mission):
    # In Port Brennick, 16 June begins at 23:00 UTC on 15 June.
    midnight = datetime(2025, 6, 15, 23, 0, tzinfo=UTC)
    publish(mission, "On the stroke", at=midnight)
    publish(mission, "The day before", at=midnight - MINUTE)
    publish(mission, "Still to come", at=NOON + MINUTE)
    queue = queues(author)["Published today"]
    assert "On the stroke live English 16 Jun, 00:00 Port Brennick" in queue
    assert "The day before" not in queue
    assert "Still to come" not in queue


def test_a_correction_and_a_withdrawal_of_today_are_told(author, mission):
    old = publish(mission, "Long since", at=NOON - 9 * DAY)
    draft = old.new_edition(None, NOON - HOUR)
    draft.change_note = "The year was wrong."
    draft.save()
    draft.approve(None, NOON - HOUR, NOON - HOUR)
    publish(mission, "A mistake", at=NOON - 2 * HOUR).withdraw(None, "It was one.", NOON - HOUR)
    queue = queues(author)["Published today"]
    assert "Long since live English 16 Jun, 12:00 Port Brennick, a correction" in queue
    assert "A mistake withdrawn" in queue


def test_all_languages_of_a_statement_published_today_are_one_row(author, mission):
    english = publish(mission, "The ferry", at=NOON - 2 * HOUR)
    for language, title, at in (("fr", "Le bac", NOON - 2 * HOUR), ("ar", "العبّارة", NOON - 9 * DAY)):
        make_draft(english.statement, language, title).approve(None, at, at)
    assert queues(author)["Published today"] == "The ferry en live fr live 16 Jun, 11:00 Port Brennick"
    Edition.objects.get(language="fr").withdraw(None, "Une erreur.", NOON)
    assert queues(author)["Published today"].startswith("The ferry en live fr withdrawn")


# Languages


def test_what_lacks_a_language_stands_there_with_the_way_to_write_it(author, mission):
    mission.languages = ["en", "fr", "ar"]
    mission.save()
    edition = publish(mission, "The ferry")
    under_way = make_draft(edition.statement, "fr", "Le bac")
    assert queues(author)["Missing in a language"] == (
        "The ferry French (draft): The ferry Write it in Arabic: The ferry"
    )
    page = author.get("/admin/").content.decode()
    assert f"{EDITIONS}{under_way.pk}/change/" in page
    assert f"{EDITIONS}add/?statement={edition.statement_id}&amp;language=ar" in page


def test_only_what_is_live_and_new_can_lack_a_language(author, mission):
    mission.languages = ["en", "fr"]
    mission.save()
    publish(mission, "Thirty days old", at=NOON - 30 * DAY)
    publish(mission, "Withdrawn", at=NOON - DAY).withdraw(None, "A mistake.", NOON - HOUR)
    publish(mission, "Not yet", at=NOON + HOUR)
    make_draft(make_statement(mission), title="A draft")
    both = publish(mission, "In both", at=NOON - DAY)
    make_draft(both.statement, "fr", "Dans les deux").approve(None, NOON, NOON)
    publish(mission, "Nearly thirty days old", at=NOON - 30 * DAY + MINUTE)
    queue = queues(author)["Missing in a language"]
    assert queue == "Nearly thirty days old Write it in French: Nearly thirty days old"


# To be looked at again


def test_what_its_own_author_approved_waits_for_a_second_person(editor, desk, people, mission):
    alone = User.objects.get(username="admin")
    submitted(mission, alone).approve(alone, NOON, NOON, override="It is midnight.")
    assert queues(editor)["To be looked at again"] == "The ferry sails again live English It is midnight."
    assert "Nothing waits for a second look" in queues(desk)["To be looked at again"]
    Edition.objects.get().look_again(people[1], NOON)
    assert "Nothing waits for a second look" in queues(editor)["To be looked at again"]


# Roles


NEWSROOM = {
    "Going out next",
    "Published today",
    "On the front page",
    "Missing in a language",
    "Given back to me",
    "My drafts",
}
APPROVAL = {"Waiting for my review", "To be looked at again"}
CONSULAR = {"The line for consular queries", "Notices live now", "Closures ahead"}


@pytest.mark.parametrize(
    ("role", "seen"),
    [
        ("Authors", NEWSROOM),
        ("Editors", NEWSROOM | APPROVAL),
        ("Consular editors", CONSULAR),
        ("Administrators", NEWSROOM | APPROVAL | CONSULAR | {"The founding of the mission"}),
    ],
)
def test_each_role_sees_the_queues_that_concern_it(browsers, mission, role, seen):
    assert set(queues(browsers(role))) == seen


def test_an_empty_desk_says_what_to_do(desk, mission):
    shown = queues(desk)
    assert {"Waiting for my review", "Going out next", "Published today"} <= shown.keys()
    for heading, text in shown.items():
        assert text.count(".") >= 1 or heading == "The line for consular queries", heading


def test_before_a_mission_is_founded_the_desk_says_so(desk):
    page = words(desk.get("/admin/"))
    assert "There is no mission yet" in page
    assert "Add the mission" in page
    assert "Write a statement" not in desk.get("/admin/").content.decode().replace("“Write a statement”", "")


def test_another_mission_s_work_is_not_on_the_desk(desk, people, mission):
    mission.host = "testserver"
    mission.save()
    elsewhere = make_mission("elsewhere", host="elsewhere.example")
    submitted(elsewhere, people[0], "Theirs")
    schedule(elsewhere, "Theirs, soon", NOON + HOUR)
    publish(elsewhere, "Theirs, today")
    make_notice(elsewhere, "Their notice")
    make_closure(make_office(elsewhere), reason="Their closure")
    page = words(desk.get("/admin/"))
    assert "Their" not in page


def test_the_consular_desk_shows_the_line_the_notices_and_the_closures(browsers, mission):
    make_notice(mission, "The ferry does not run today.", live_until=NOON + HOUR)
    make_notice(mission, "Over", live_until=NOON)
    make_notice(mission, "To come", live_from=NOON + HOUR)
    office = make_office(mission, name="Visa Section")
    make_closure(office, reason="Day of the Lakes")
    make_closure(office, first=NOON.date() - DAY, reason="Yesterday")
    seen = queues(browsers("Consular editors"))
    assert seen["The line for consular queries"] == "+44 20 7946 0958 consul@orlemar.example Change the line"
    assert seen["Notices live now"] == (
        "The ferry does not run today. until 16 Jun 2025, 14:00 Port Brennick · 16 Jun 2025, 17:00 Tavelle "
        "Write a notice"
    )
    assert seen["Closures ahead"] == (
        "18 Jun 2025 Visa Section Day of the Lakes Confirm the public holidays of 2025 Close an office Enter a closure"
    )
    page = browsers("Consular editors").get("/admin/").content.decode()
    assert f"/admin/embassy/mission/{mission.pk}/change/" in page


def test_a_mission_without_a_line_is_told_to_write_it_down(browsers, mission):
    mission.consular_phone = mission.consular_email = ""
    mission.save()
    queue = queues(browsers("Consular editors"))["The line for consular queries"]
    assert queue.startswith("Visitors see no telephone number and no e-mail address now.")


# Many rows


def fill(mission, writer, approver, numbers):
    """For each number, add an edition for each queue of editions, a notice, a closure and a joint release."""
    mission.languages = ["en", "fr"]
    mission.save()
    office = make_office(mission, slug=f"office-{numbers[0]}")
    for number in numbers:
        submitted(mission, writer, f"Review {number}")
        submitted(mission, writer, f"Returned {number}").return_to_draft(approver, "Why?", NOON)
        make_draft(make_statement(mission), title=f"Draft {number}").write(writer, NOON)
        schedule(mission, f"Scheduled {number}", NOON + HOUR)
        publish(mission, f"Published {number}")
        submitted(mission, writer, f"Again {number}").approve(writer, NOON, NOON, override="Alone.")
        make_notice(mission, f"Notice {number}")
        make_closure(office, first=NOON.date() + number * DAY)
        pair = [make_draft(make_statement(mission), title=f"Joint {number} {half}", status="review") for half in "ab"]
        make_release(mission, pair).approve(approver, NOON + (1 if number % 2 else 2) * 30 * MINUTE, NOON)


@furnished
def full():
    """A mission whose queues of editions, notices and closures have at least eleven rows each."""
    fill(make_mission(), make_member("Authors"), make_member("Editors"), range(11))


def test_each_list_shows_ten_and_the_way_to_the_rest(full, browsers):
    page = browsers("Administrators").get("/admin/").content.decode()
    for queue in ("review", "next", "today", "again"):
        assert f"{EDITIONS}?queue={queue}" in page
    assert "/admin/statements/statement/?missing=fr" in page
    assert "/admin/consular/notice/?state=live" in page
    assert "/admin/consular/closure/?when=ahead" in page
    assert page.count(">Review ") == 10
    assert page.count('class="countdown"') == 10


def test_the_rest_of_a_queue_is_a_list(full, author):
    # The two editions of a joint release count as one row of the queue.
    counts = {"review": 0, "returned": 11, "drafts": 11, "next": 22, "today": 22, "again": 0}
    found = {queue: author.get(EDITIONS, {"queue": queue}).context["cl"].result_count for queue in counts}
    assert found == counts


def test_a_full_desk_takes_as_many_queries_as_one_with_little(mission, browsers, people):
    fill(mission, *people, range(1))
    browser = browsers("Administrators")
    browser.get("/admin/")
    with CaptureQueriesContext(connection) as little:
        browser.get("/admin/")
    fill(mission, *people, range(1, 3))
    with CaptureQueriesContext(connection) as much:
        browser.get("/admin/")
    assert len(much) == len(little) <= 28


def test_the_newsroom_comes_first_in_the_list_of_apps(desk, mission):
    apps = [app["app_label"] for app in desk.get("/admin/").context["app_list"]]
    assert apps == ["statements", "incidents", "consular", "embassy", "accounts", "outbox"]
    newsroom = desk.get("/admin/").context["app_list"][0]["models"]
    assert [model["object_name"] for model in newsroom][:3] == ["Statement", "Edition", "Page"]


def test_the_desk_speaks_arabic_from_right_to_left(desk, mission):
    page = desk.get("/ar/admin/").content.decode()
    assert 'dir="rtl"' in page
    assert "/ar/admin/statements/statement/add/" in page


def test_a_title_s_html_is_text_on_the_desk(author, people, mission):
    schedule(mission, "<b onclick=x>Bold</b>", NOON + HOUR)
    submitted(mission, people[0], "<i>Slanted</i>").return_to_draft(
        make_member("Editors", "second"), "<u>Why</u>", NOON
    )
    page = author.get("/admin/").content.decode()
    for raw in ("<b onclick", "<i>Slanted", "<u>Why"):
        assert raw not in page


def test_what_waits_for_work_stands_first_in_the_lists(editor, people, mission):
    publish(mission, "Long public", at=NOON - HOUR)
    make_draft(make_statement(mission), title="Still a draft")
    submitted(mission, people[0], "Handed in")
    publish(mission, "Just public", at=NOON)
    page = words(editor.get("/admin/statements/statement/"))
    assert page.index("Still a draft") < page.index("Just public") < page.index("Long public")
    page = words(editor.get(EDITIONS))
    assert page.index("Handed in") < page.index("Still a draft") < page.index("Long public")
