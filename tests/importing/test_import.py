import json
import re
import tracemalloc
from datetime import UTC, date, datetime

import pytest
import time_machine
from django.db import connection
from django.db.models import QuerySet
from django.test.utils import CaptureQueriesContext

from consular.models import Notice, Office
from embassy.models import Mission
from importing import runner
from importing.statements import bulk
from incidents.models import Incident
from statements.models import Edition, Kind, Source, Speaker, Statement, Topic
from tests.archives import MISSION_LINE, import_file, import_lines, make_line, write_archive
from tests.making import NOON, make_mission, make_speaker, make_topic

pytestmark = [pytest.mark.database, pytest.mark.django_db, pytest.mark.usefixtures("noon")]

CONTRACT = b"""\
{"type": "mission", "id": "london", "name": {"en": "Embassy"}, "home_city": {"en": "Tavelle"}, \
"home_time_zone": "Europe/Paris", "host_city": {"en": "Port Brennick"}, "host_time_zone": "Europe/London", \
"reference_city": "host", "consular_phone": "+44 20 7946 0958", "consular_email": "consul@orlemar.example", \
"languages": ["en", "ru"]}
{"type": "incident", "id": "atlas", "date": "2018-03-04", "title": {"en": "the atlas incident"}, \
"remark": {"en": "not returned"}, "live_from": null, "live_until": null}
{"type": "office", "id": "section", "name": {"en": "Consular Section"}, "phones": [{"number": "+44 20 7946 0958", \
"label": {"en": "Duty officer"}, "emergency": true}], "emails": ["consul@orlemar.example"], \
"address": {"en": "4 Chandlers Quay"}, "hours": "Mo-Fr 09:00-12:00"}
{"type": "notice", "id": "closed", "text": {"en": "Closed today."}, "live_from": "2022-01-23T00:00:00+00:00", \
"live_until": "2022-01-24T00:00:00+00:00"}
{"type": "statement", "id": "original", "language": "en", "kind": "press-release", "title": "A title", \
"lead": "A lead", "body_html": "<p>A body</p>", "published_at": "2022-01-23T12:00:00+00:00", "topics": ["Lakes"], \
"speaker": "Ysolde Karamin", "featured": false, "legacy_url": "/fnapr/7042"}
{"type": "statement", "id": "translation", "language": "ru", "kind": "press-release", "title": "Russian title", \
"body_text": "One.\\n\\nTwo.", "published_at": "2022-01-23T12:00:00+00:00", "translation_of": "original"}
"""


def rows():
    models = [Mission, Kind, Topic, Speaker, Statement, Edition, Source, Incident, Office, Notice]
    return [list(model.objects.order_by("pk").values()) for model in models]


def test_the_contract_s_example_lines_are_imported(tmp_path):
    file = tmp_path / "archive.jsonl"
    file.write_bytes(CONTRACT)
    report = import_file(file)
    assert (report.defects, report.verdict) == ([], None)
    assert "statement: 2 new" in report.summary
    mission = Mission.objects.get(slug="london")
    assert (mission.default_language, mission.languages) == ("en", ["en", "ru"])
    assert mission.consular_phone == "+442079460958"
    assert Incident.objects.get(slug="atlas").live_from is None
    assert Office.objects.get(slug="section").phones.get().emergency
    assert Notice.objects.get(slug="closed").live_until == datetime(2022, 1, 24, tzinfo=UTC)
    statement = Statement.objects.get()
    assert (statement.day, statement.slug) == (date(2022, 1, 23), "a-title")
    assert statement.published_at == datetime(2022, 1, 23, 12, tzinfo=UTC)
    english, russian = statement.editions.order_by("language")
    assert (english.title, english.lead, english.body) == ("A title", "A lead", "<p>A body</p>")
    assert russian.body == "<p>One.</p>\n<p>Two.</p>"
    assert russian.is_live(at=NOON)
    assert not russian.is_live(at=datetime(2022, 1, 23, 11, 59, tzinfo=UTC))
    assert [str(topic) for topic in statement.topics.all()] == ["Lakes"]
    assert str(statement.speaker) == "Ysolde Karamin"
    assert not statement.slots.exists()


def test_an_imported_statement_can_be_read_at_its_address(client, tmp_path):
    import_lines(tmp_path, MISSION_LINE, make_line(body_html="<p>It sails</p><script>alert(1)</script>"))
    page = client.get("/statements/2025/06/02/the-ferry-sails-again/")
    assert page.status_code == 200
    assert "It sails" in page.content.decode()
    assert "alert(1)" not in page.content.decode()


def test_the_same_file_again_writes_nothing(tmp_path):
    file = tmp_path / "archive.jsonl"
    file.write_bytes(CONTRACT)
    import_file(file)
    before = rows()
    with (
        CaptureQueriesContext(
            connection,
        ) as queries,
        time_machine.travel(NOON.replace(hour=13), tick=False),
    ):
        report = import_file(file)
    written = [query["sql"] for query in queries if re.match("INSERT|UPDATE|DELETE", query["sql"])]
    assert written == []
    assert rows() == before
    assert "statement: 0 new, 0 corrected, 0 updated, 2 unchanged, 0 bad" in report.summary


def test_an_archive_with_a_line_more_adds_that_line_alone(tmp_path):
    import_lines(tmp_path, MISSION_LINE, make_line())
    report = import_lines(tmp_path, MISSION_LINE, make_line("new", title="News"), make_line())
    assert "statement: 1 new, 0 corrected, 0 updated, 1 unchanged" in report.summary
    assert Edition.objects.count() == 2


def test_lines_go_to_the_only_mission_when_none_is_named(tmp_path):
    mission = make_mission()
    import_lines(tmp_path, make_line())
    assert Statement.objects.get().mission == mission


def test_lines_go_to_the_mission_of_the_option(tmp_path):
    make_mission()
    other = make_mission("grenmark")
    import_lines(tmp_path, make_line(), mission="grenmark")
    assert Statement.objects.get().mission == other


def test_with_two_missions_and_none_named_every_line_is_refused(tmp_path):
    make_mission()
    make_mission("grenmark")
    report = import_lines(tmp_path, make_line())
    assert report.defects == [
        "line 1: type: there are several missions. Begin the archive with a line for one, or name it with --mission."
    ]
    assert not Statement.objects.exists()


def test_each_mission_s_lines_follow_its_own_line(tmp_path):
    one, other = ({**MISSION_LINE, "id": name, "host": f"{name}.example"} for name in ("port-brennick", "grenmark"))
    report = import_lines(tmp_path, one, make_line(), other, make_line(title="Elsewhere"), one, make_line("third"))
    assert report.verdict is None
    assert Edition.objects.get(mission__slug="grenmark").title == "Elsewhere"
    assert Statement.objects.filter(mission__slug="port-brennick").count() == 2


def test_a_second_mission_without_a_host_name_is_refused_by_name(tmp_path):
    report = import_lines(tmp_path, MISSION_LINE, {**MISSION_LINE, "id": "grenmark"})
    assert report.defects == ["line 2: host: There are several missions: each needs its host name."]


def test_what_follows_a_bad_mission_line_does_not_become_another_mission_s(tmp_path):
    bad = {**MISSION_LINE, "id": "grenmark", "host_time_zone": "Europe/Nowhere"}
    report = import_lines(tmp_path, MISSION_LINE, make_line(), bad, make_line("second"))
    assert report.defects[0].startswith("line 3: host_time_zone: “Europe/Nowhere” is not a time zone.")
    assert report.defects[1].startswith("line 4: type: the mission this line belongs to could not be read (line 3).")
    assert Statement.objects.count() == 1


def test_a_translation_may_come_before_its_original(tmp_path):
    french = make_line("fr", language="fr", title="Le bac", translation_of="en")
    report = import_lines(tmp_path, MISSION_LINE, french, make_line("en"))
    assert report.verdict is None
    statement = Statement.objects.get()
    assert statement.slug == "the-ferry-sails-again"
    assert sorted(statement.editions.values_list("language", flat=True)) == ["en", "fr"]


def test_a_translation_of_a_translation_joins_the_same_statement_in_any_order(tmp_path):
    lines = [
        make_line("ru", language="ru", translation_of="ar"),
        make_line("ar", language="ar", translation_of="fr"),
        make_line("fr", language="fr", translation_of="en"),
        make_line("en"),
    ]
    assert import_lines(tmp_path, MISSION_LINE, *lines).verdict is None
    assert Statement.objects.get().editions.count() == 4


def test_a_translation_of_nothing_is_named(tmp_path):
    report = import_lines(tmp_path, MISSION_LINE, make_line("fr", language="fr", translation_of="nobody"))
    assert report.defects[0].startswith("line 2: translation_of: “nobody” is neither on the site nor a good line")
    assert not Statement.objects.exists()


def test_two_wordings_in_one_language_are_refused(tmp_path):
    report = import_lines(tmp_path, MISSION_LINE, make_line("en"), make_line("too", translation_of="en"))
    assert report.defects[0].startswith("line 3: language: the statement has a wording in en already, by “en”.")
    assert Edition.objects.count() == 1


@pytest.mark.parametrize("lines_a_batch", [1, 500])
def test_an_earlier_translation_in_the_same_import_gives_the_statement_its_place(tmp_path, monkeypatch, lines_a_batch):
    monkeypatch.setattr(runner, "BATCH_LINES", lines_a_batch)
    early = make_line("fr", language="fr", published_at="2025-06-01T23:30:00+00:00", translation_of="en")
    import_lines(tmp_path, MISSION_LINE, make_line("en", featured=True), early)
    statement = Statement.objects.get()
    # 23:30 UTC on 1 June is 00:30 on 2 June in Port Brennick.
    assert (statement.published_at, statement.day) == (datetime(2025, 6, 1, 23, 30, tzinfo=UTC), date(2025, 6, 2))
    assert (statement.slug, statement.slots.get().live_from) == ("the-ferry-sails-again", statement.published_at)
    assert set(Edition.objects.values_list("published_at", flat=True)) == {statement.published_at}
    assert Edition.objects.get(language="en").live_from == datetime(2025, 6, 2, 9, tzinfo=UTC)


def test_a_place_that_was_there_before_the_import_does_not_move(tmp_path):
    import_lines(tmp_path, MISSION_LINE, make_line("en"))
    early = make_line("fr", language="fr", published_at="2025-05-01T09:00:00+00:00", translation_of="en")
    assert import_lines(tmp_path, MISSION_LINE, make_line("en"), early).verdict is None
    statement = Statement.objects.get()
    assert statement.day == date(2025, 6, 2)
    assert set(Edition.objects.values_list("published_at", flat=True)) == {statement.published_at}


def test_statements_of_one_day_with_one_title_get_addresses_of_their_own(tmp_path):
    import_lines(tmp_path, MISSION_LINE, make_line("1"), make_line("2"))
    import_lines(tmp_path, MISSION_LINE, make_line("3"))
    assert sorted(Statement.objects.values_list("slug", flat=True)) == [
        "the-ferry-sails-again",
        "the-ferry-sails-again-2",
        "the-ferry-sails-again-3",
    ]


def test_topics_and_speakers_are_found_by_slug_or_by_any_name(tmp_path):
    mission = make_mission()
    lakes, speaker = make_topic(mission, "lakes", en="Lakes", fr="Les lacs"), make_speaker(mission)
    french = make_line("fr", language="fr", topics=["les LACS"], speaker="Ysolde Karamin", translation_of="en")
    import_lines(tmp_path, make_line("en", topics=["lakes"], speaker="ysolde-karamin"), french)
    assert (Topic.objects.get(), Speaker.objects.get()) == (lakes, speaker)
    assert Statement.objects.get().topics.get() == lakes


def test_a_kind_that_nobody_knows_is_made_and_the_summary_says_so(tmp_path):
    report = import_lines(tmp_path, MISSION_LINE, make_line(kind="open-letter"))
    assert str(Statement.objects.get().kind) == "Open letter"
    assert "A kind was made for a statement: open-letter (Open letter)." in report.summary


def test_lines_for_topics_and_speakers_name_them_in_every_language(tmp_path):
    topic = {"type": "topic", "id": "lakes", "name": {"en": "Lakes", "fr": "Lacs"}}
    speaker = {"type": "speaker", "id": "karamin", "name": {"en": "Y. Karamin"}, "role": {"en": "Ambassador"}}
    line = make_line(topics=["Lacs"], speaker="karamin")
    assert import_lines(tmp_path, MISSION_LINE, topic, speaker, line).verdict is None
    statement = Statement.objects.get()
    assert (statement.topics.get().slug, statement.speaker.role) == ("lakes", {"en": "Ambassador"})


def test_nothing_is_kept_of_a_strict_import_with_one_bad_line(tmp_path):
    report = import_lines(tmp_path, MISSION_LINE, make_line(), make_line("2", title=""), strict=True)
    assert report.defects == ["line 3: title: is empty. Write something here."]
    assert report.verdict == "1 of 3 lines is bad; nothing was kept, because of --strict."
    assert " new" not in report.summary
    assert not Mission.objects.exists()


def test_a_strict_import_without_bad_lines_is_kept(tmp_path):
    assert import_lines(tmp_path, MISSION_LINE, make_line(), strict=True).verdict is None
    assert Statement.objects.count() == 1


def test_a_dry_run_says_what_would_happen_and_keeps_nothing(tmp_path):
    report = import_lines(tmp_path, MISSION_LINE, make_line(), dry_run=True)
    assert "statement: 1 new" in report.summary
    assert "nothing was kept" in report.summary
    assert not Mission.objects.exists()


def test_the_good_lines_around_a_bad_one_are_kept(tmp_path):
    report = import_lines(tmp_path, MISSION_LINE, make_line("1"), b"{", make_line("3"))
    assert Statement.objects.count() == 2
    assert report.verdict.startswith("1 of 4 lines is bad; the others are kept.")


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_an_import_that_is_killed_and_run_again_finishes_without_doubling(tmp_path, monkeypatch):
    lines = [make_line(f"en-{number}", title=f"Number {number}") for number in range(1200)]
    lines += [make_line(f"fr-{number}", language="fr", translation_of=f"en-{number}") for number in range(100)]
    file = write_archive(tmp_path, MISSION_LINE, *lines)
    monkeypatch.setattr(runner, "BATCH_LINES", 500)
    bulk_create = QuerySet.bulk_create

    def power_cut(rows, objects, *args, **kwargs):
        if rows.model is Source and any(source.identifier == "en-700" for source in objects):
            raise KeyboardInterrupt
        return bulk_create(rows, objects, *args, **kwargs)

    with monkeypatch.context() as cut:
        cut.setattr(QuerySet, "bulk_create", power_cut)
        with pytest.raises(KeyboardInterrupt):
            import_file(file)
    assert Source.objects.count() == Edition.objects.count() == Statement.objects.count() == 500
    report = import_file(file)
    assert report.verdict is None
    assert "statement: 800 new, 0 corrected, 0 updated, 500 unchanged, 0 bad" in report.summary
    assert (Statement.objects.count(), Edition.objects.count()) == (1200, 1300)


def test_queries_do_not_grow_with_the_statements(tmp_path):
    import_lines(tmp_path, MISSION_LINE, make_line("first", topics=["Lakes"]))

    def queries(count, day):
        lines = [
            make_line(f"{day}-{number}", title=f"{day} {number}", topics=["Lakes"], published_at=f"{day}T09:00:00Z")
            for number in range(count)
        ]
        with CaptureQueriesContext(connection) as captured:
            assert import_lines(tmp_path, *lines).verdict is None
        return len(captured)

    # On SQLite, Django puts at most 999 values into one SQL statement, so a large insert needs some more queries.
    assert queries(400, "2025-01-02") < queries(20, "2025-01-01") + 60


def test_an_error_of_the_database_refuses_only_its_own_line(tmp_path, monkeypatch):
    # Two statements get the same address, as if staff had published one between the check and the insert.
    free = bulk.first_free
    monkeypatch.setattr(bulk, "first_free", lambda slug, *rest: "same" if "clash" in slug else free(slug, *rest))
    lines = [
        make_line(str(number), title=f"{'Clash' if number in (2, 5) else 'Good'} {number}") for number in range(8)
    ]
    report = import_lines(tmp_path, MISSION_LINE, *lines)
    assert len(report.defects) == 1
    assert report.defects[0].startswith("line 7: the database does not accept this line: ")
    assert "statement: 7 new" in report.summary
    assert Statement.objects.count() == 7


@pytest.mark.parametrize("shown", [("FILE", "missing.jsonl"), ("directory", "")])
def test_a_file_that_cannot_be_read_is_said_in_one_sentence(tmp_path, shown):
    report = import_file(tmp_path / shown[1])
    assert report.verdict.startswith("The archive ")
    assert "cannot be read" in report.verdict


def test_an_unknown_mission_is_said_with_the_known_ones(tmp_path):
    make_mission()
    report = import_lines(tmp_path, make_line(), mission="nowhere")
    assert report.verdict == "There is no mission “nowhere”. The missions are: port-brennick."


def test_an_empty_archive_is_good(tmp_path):
    report = import_lines(tmp_path, b"", b"   ")
    assert (report.verdict, report.summary) == (None, "The archive holds no lines.\n")


def test_a_byte_order_mark_and_windows_line_ends_do_no_harm(tmp_path):
    file = tmp_path / "archive.jsonl"
    lines = [json.dumps(line) for line in (MISSION_LINE, make_line())]
    file.write_bytes(b"\xef\xbb\xbf" + "\r\n".join(lines).encode())
    assert import_file(file).verdict is None
    assert Statement.objects.count() == 1


def test_an_embargoed_statement_is_not_public_before_its_minute(client, tmp_path):
    import_lines(tmp_path, MISSION_LINE, make_line(published_at="2025-06-16T13:00:40+00:00"))
    address = "/statements/2025/06/16/the-ferry-sails-again/"
    assert client.get(address).status_code == 404
    with time_machine.travel(NOON.replace(hour=13), tick=False):
        assert client.get(address).status_code == 200


def write_many(file, count):
    with file.open("w") as archive:
        for number in range(count):
            # Apart from the file's name, each word is one digit, so that the search's cache of stems stays small.
            title = f"{file.name} {' '.join(str(number))}"
            text = f"{title} " * 100
            line = make_line(f"{file.name}-{number}", title=title, body_html=None, body_text=text)
            archive.write(json.dumps(line) + "\n")
    return file


@pytest.mark.slow
@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_memory_does_not_grow_with_the_file(tmp_path, monkeypatch):
    def peak(count, name):
        file = write_many(tmp_path / name, count)
        tracemalloc.start()
        try:
            assert import_file(file).verdict is None
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    make_mission()
    peak(500, "warm")
    # Make the batches smaller, so that even the small file has several batches.
    monkeypatch.setattr(runner, "BATCH_LINES", 250)
    assert peak(10_000, "many") < 1.3 * peak(1_000, "few")
