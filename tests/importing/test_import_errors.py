"""Each error in a line is reported with the line's number, the key and the remedy. Nothing of the line is imported."""

import json

import pytest
from PIL import Image

from importing import jsonlines
from statements.models import Edition, Source, Statement, Topic
from tests.archives import MISSION_LINE, import_file, import_lines, make_line, write_archive
from tests.making import make_mission

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon")]

BAD_STATEMENTS = {
    "published_at": {
        "2025-02-30T09:00:00+00:00": "names the day 30, which that month does not have. Write it as 2022-01-23T12:00",
        "yesterday": "“yesterday” is not a date that is understood here. Write it as 2022-01-23T12:00:00+00:00.",
        "0001-01-01T00:00:00+00:00": "is not in the years 1800 to 2199. Check the year and its calendar.",
        "9999-12-31T23:59:59-14:00": "is not in the years 1800 to 2199.",
        "": "is not a date that is understood here.",
        1654160400: "must be an instant in quotation marks.",
    },
    "title": {
        "": "is empty. Write something here.",
        " \n ": "is empty. Write something here.",
        "x" * 1001: "has 1001 characters; at most 1000 are allowed. Shorten it.",
        "nul \x00": "holds the character U+0000, which no page can show. Take it out.",
        "half \ud800": "holds the character U+D800, which no page can show.",
        7: "must be a text in quotation marks.",
    },
    "id": {"": "is empty.", "x" * 201: "has 201 characters; at most 200", 12: "must be a text in quotation marks."},
    "lead": {"x" * 10001: "has 10001 characters; at most 10000"},
    "place": {"x" * 101: "has 101 characters; at most 100"},
    "change_note": {"x" * 1001: "has 1001 characters; at most 1000"},
    "language": {"de": "“de” is not a language of the mission. It publishes in en, fr, ar, ru.", "": "is empty."},
    "kind": {
        "Press release!": "“Press release!” is not a kind of statement. Write one of these: press-release, statement,",
        "x" * 51: "is not a kind of statement.",
        "": "is empty.",
    },
    "featured": {"yes": "must be true or false, without quotation marks.", 1: "must be true or false"},
    "topics": {"Lakes": "must be a list in square brackets."},
    "speaker": {"": "is empty.", "x" * 201: "has 201 characters"},
    "legacy_url": {
        "fnapr/7042": "is not an address of a page. Write a path such as /news/7042",
        "javascript:alert(1)": "is not an address of a page.",
        "//": "is not an address of a page.",
        "https://old.example": "is an address that this site answers itself",
        "/": "“/” is an address that this site answers itself, so nobody would be led on from it. Leave it out, ",
        "/consular/": "“/consular/” is an address that this site answers itself",
        "/consular": "is an address that this site answers itself",
        "/fr/": "“/fr/” is an address that this site answers itself",
        "/topics/": "“/topics/” is an address that this site answers itself",
        "/sitemap.xml": "“/sitemap.xml” is an address that this site answers itself",
        "/ru/robots.txt": "is an address that this site answers itself",
        "/healthz": "is an address that this site answers itself",
        "/api/v1/statements?id=7": "is an address that this site answers itself",
        "/admin/?p=12": "is an address that this site answers itself",
        "/statements/?topic=lakes&page=2": "is an address that this site answers itself",
        "http://[old.example/7": "is not an address of a page.",
        "/" + "x" * 500: "has 501 characters",
        "/admin/login/": "is an address that this site answers itself",
        "https://old.example/statements/": "is an address that this site answers itself",
        "/statements/2022/": "is an address that this site answers itself",
        "/fr/statements/": "is an address that this site answers itself",
        "https://old.example/ru/statements/2022/": "is an address that this site answers itself",
    },
    "updated_at": {"2025-06": "is not a date that is understood here."},
    "translation_of": {"ferry": "names the line itself.", "": "is empty."},
    "body_html": {"<p>hidden \b bell</p>": "holds the character U+0008, which", 3: "must be a text"},
}


@pytest.mark.parametrize(
    ("key", "value", "reason"),
    [(key, value, reason) for key, cases in BAD_STATEMENTS.items() for value, reason in cases.items()],
)
def test_a_bad_value_is_named(tmp_path, key, value, reason):
    make_mission()
    report = import_lines(tmp_path, make_line("good"), make_line(**{key: value}), make_line("better"))
    assert len(report.defects) == 1
    assert report.defects[0].startswith(f"line 2: {key}: ")
    assert reason in report.defects[0]
    assert report.verdict.startswith("1 of 3 lines is bad")
    assert sorted(Source.objects.values_list("identifier", flat=True)) == ["better", "good"]


def test_a_character_that_no_page_can_show_is_taken_out_where_markup_spells_it(tmp_path):
    make_mission()
    assert import_lines(tmp_path, make_line(body_html="<p>hidden&#8; bell</p>")).verdict is None
    assert Edition.objects.get().body == "<p>hidden bell</p>"


@pytest.mark.parametrize(
    ("names", "said"),
    [
        ("Lakes", "topic_names: must be an object of languages and texts"),
        ({"Lakes": {"xx": "Lacs"}}, "topic_names.Lakes: is in “xx”. The languages of the site are: en, fr, ar, ru"),
        ({"Lakes": {}}, "topic_names.Lakes: is empty. Write it in at least one language."),
        ({"Lakes": {"fr": "x" * 201}}, "topic_names.Lakes: has 201 characters in fr; at most 200 are allowed."),
    ],
)
def test_bad_names_of_a_topic_are_named(tmp_path, mission, names, said):
    report = import_lines(tmp_path, make_line("1", topics=["Lakes"], topic_names=names))
    assert said in report.defects[0]
    assert not Topic.objects.exists()


@pytest.mark.parametrize("key", ["id", "language", "kind", "title", "published_at"])
def test_a_required_key_that_is_missing_or_null_is_reported(tmp_path, key):
    make_mission()
    null = {**make_line(), key: None}
    report = import_lines(tmp_path, make_line(**{key: None}), null)
    assert report.defects[0] == f"line 1: {key}: is missing. Every line of this type needs it."
    assert report.defects[1].startswith(f"line 2: {key}: ")
    assert len(report.defects) == 2
    assert not Statement.objects.exists()


def test_every_bad_key_of_a_line_is_named(tmp_path):
    make_mission()
    report = import_lines(
        tmp_path,
        make_line(title="", published_at="x", language="xx", kind="?!", topics=[""], body_text="too", lead=5),
    )
    keys = [defect.split(": ")[1] for defect in report.defects]
    assert keys == ["body_text", "kind", "language", "lead", "published_at", "title", "topics[0]"]


def test_an_unknown_key_is_named_with_the_one_that_was_meant(tmp_path):
    make_mission()
    report = import_lines(tmp_path, make_line(publishd_at="x", colour="red"))
    assert report.defects[0].startswith("line 1: colour: is not a key of this type. The keys are: type, id, language,")
    assert "line 1: publishd_at: is not a key of this type. Did you mean “published_at”?" in report.defects[1]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"oops", "line 2: is not valid JSON: Expecting value, at character 1."),
        (b'{"type": "statement"', "line 2: is not valid JSON: "),
        (b"[]", "line 2: is not an object. Each line must be one object in braces."),
        (b"null", "line 2: is not an object."),
        (b'{"type": "statement", "title": "caf\xe9"}', "line 2: is not UTF-8: its byte 36 is 0xe9."),
        (b'{"type": "statement", "position": NaN}', "line 2: holds “NaN”, which is not JSON."),
        (b'{"type": "statement", "position": -Infinity}', "line 2: holds “-Infinity”, which is not JSON."),
        (b'{"type": "statement", "position": ' + b"9" * 5000 + b"}", "line 2: holds a number with too many digits."),
        (b'{"type": "statement", "id": "a", "id": "b"}', "line 2: id: stands in the line more than once."),
        (b"[" * 100_000, "line 2: is not readable: its brackets are nested too deeply."),
        (b'{"title": "x"}', "line 2: type: is missing. The types are: closure, incident, mission, notice, office,"),
        (b'{"type": "Statement"}', "line 2: type: “Statement” is not known. The types are: closure, incident,"),
        (b'{"type": ["statement"]}', "line 2: type: “['statement']” is not known."),
        (b'{"type": "x\\u001b[31m"}', "line 2: type: “x\\x1b[31m” is not known."),
        (b'{"type": "statement", "\\ud800": 1}', "line 2: holds half of a character"),
    ],
)
def test_a_line_that_cannot_be_read_does_not_stop_the_rest(tmp_path, line, reason):
    make_mission()
    report = import_lines(tmp_path, make_line("before"), line, make_line("after"))
    assert any(defect.startswith(reason) for defect in report.defects)
    assert all(defect.startswith("line 2: ") for defect in report.defects)
    assert report.verdict.startswith("1 of 3 lines is bad")
    assert Source.objects.count() == 2


def test_a_huge_line_is_refused_and_the_next_one_keeps_its_number(tmp_path, monkeypatch):
    make_mission()
    monkeypatch.setattr(jsonlines, "LONGEST", 2_000)
    monkeypatch.setattr(jsonlines, "SKIPPED_AT_ONCE", 100)
    report = import_lines(
        tmp_path, make_line("before"), make_line("huge", body_html="x" * 9_000), make_line("after"), b"oops"
    )
    assert report.defects[0].startswith("line 2: is longer than ")
    assert report.defects[1].startswith("line 4: is not valid JSON")
    assert Source.objects.count() == 2


def test_an_identifier_that_comes_twice_is_named_with_the_earlier_line(tmp_path):
    lines = [MISSION_LINE, make_line(), make_line("other"), make_line(title="Another text")]
    for _time in ("first import", "the same again"):
        report = import_lines(tmp_path, *lines)
        assert report.defects == ["line 4: id: “ferry” stands on line 2 already. Keep one of the two."]
    assert Edition.objects.count() == 2


def test_an_identifier_that_comes_twice_in_different_batches_is_named(tmp_path):
    make_mission()
    lines = [make_line(str(number), title=f"Number {number}") for number in range(600)]
    report = import_lines(tmp_path, *lines, make_line("7"))
    assert report.defects == ["line 601: id: “7” stands on line 8 already. Keep one of the two."]


def test_an_old_address_belongs_to_one_statement(tmp_path):
    make_mission()
    first = make_line("1", legacy_url="https://old.example/fnapr?id=1#top")
    report = import_lines(tmp_path, first, make_line("2", legacy_url="/fnapr?id=1"))
    assert report.defects == ["line 2: legacy_url: “/fnapr?id=1” is the old address of “1” already."]


def test_a_translation_of_a_refused_original_is_refused(tmp_path):
    make_mission()
    french = make_line("fr", language="fr", translation_of="en")
    report = import_lines(tmp_path, french, make_line("en", title=""))
    assert report.defects[0].startswith("line 1: translation_of: “en” is neither on the site nor a good line")
    assert report.defects[1].startswith("line 2: title: ")


def test_lines_that_wait_for_one_another_are_refused(tmp_path):
    make_mission()
    report = import_lines(
        tmp_path, make_line("fr", language="fr", translation_of="en"), make_line("en", translation_of="fr")
    )
    assert [defect[:25] for defect in report.defects] == ["line 1: translation_of: “", "line 2: translation_of: “"]


@pytest.mark.parametrize(
    ("key", "value", "reason"),
    [
        ("host_time_zone", "Mars/Olympus", "“Mars/Olympus” is not a time zone."),
        ("home_time_zone", "", "is empty."),
        ("languages", [], "Choose from: ar, en, fr, ru."),
        ("languages", ["en", "xx"], "Choose from: ar, en, fr, ru."),
        ("languages", "en", "must be a list in square brackets."),
        ("name", {}, "is empty. Write it in at least one language."),
        ("name", {"xx": "Embassy"}, "is in “xx”. The languages of the site are: en, fr, ar, ru."),
        ("name", {"en": ""}, "is empty in “en”."),
        ("name", "Embassy", 'must be an object of languages and texts, such as {"en": "…"}.'),
        ("name", {"en": "x" * 201}, "at most 200 characters."),
        ("reference_city", "capital", "must be 'host' or 'home'."),
        ("consular_phone", "9999", "is not a telephone number."),
        ("consular_phone", "+44999", "cannot be dialled"),
        ("consular_email", "nobody", "Enter a valid email address."),
        ("host", "https://embassy.example", "Write the host name alone"),
    ],
)
def test_a_bad_mission_is_named(tmp_path, key, value, reason):
    report = import_lines(tmp_path, {**MISSION_LINE, key: value})
    assert len(report.defects) == 1
    assert report.defects[0].startswith(f"line 1: {key}: ")
    assert reason in report.defects[0]


def test_a_mission_keeps_its_languages(tmp_path):
    import_lines(tmp_path, MISSION_LINE)
    report = import_lines(tmp_path, {**MISSION_LINE, "languages": ["fr", "en"]})
    assert report.defects[0].startswith("line 1: languages: would break public addresses:")


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("../secret.png", "leads out of the archive’s folder"),
        ("/etc/passwd", "leads out of the archive’s folder"),
        ("a/../../secret.png", "leads out of the archive’s folder"),
        ("a\\..\\secret.png", "leads out of the archive’s folder"),
        ("link.png", "It leads out of the archive’s folder."),
        ("missing.png", "There is no such file beside the archive."),
        ("folder", "There is no such file beside the archive."),
        ("text.png", "not a picture that can be used"),
        ("", "is empty."),
    ],
)
def test_a_bad_image_is_named(tmp_path, path, reason):
    make_mission()
    folder = tmp_path / "archive"
    (folder / "folder").mkdir(parents=True)
    Image.new("RGB", (4, 4)).save(tmp_path / "secret.png")
    (folder / "link.png").symlink_to(tmp_path / "secret.png")
    (folder / "text.png").write_text("no picture")
    report = import_file(write_archive(folder, make_line(images=[{"path": path, "alt": "x"}])))
    assert len(report.defects) == 1
    assert report.defects[0].startswith("line 1: images[0].path: ")
    assert reason in report.defects[0]
    assert not Statement.objects.exists()


def test_thousands_of_bad_lines_are_each_named(tmp_path):
    make_mission()
    file = tmp_path / "archive.jsonl"
    file.write_text("".join(json.dumps(make_line(str(number), title="")) + "\n" for number in range(1_300)))
    report = import_file(file)
    assert len(report.defects) == 1_300
    assert report.defects[-1].startswith("line 1300: title: ")
