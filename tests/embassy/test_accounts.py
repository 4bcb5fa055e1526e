"""General parts of the desk: links to public pages, hostile forms and query strings, crests, and read-only labels."""

from datetime import timedelta
from io import BytesIO
from itertools import product

import pytest
from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import ExifTags, Image
from PIL.PngImagePlugin import PngInfo

from consular.models import Office
from incidents.models import Incident
from statements.models import Edition, Statement, Topic
from tests.browsing import filled_in, save, words
from tests.making import (
    NOON,
    make_administrator,
    make_draft,
    make_incident,
    make_mission,
    make_newcomer,
    make_office,
    make_speaker,
    make_statement,
    make_topic,
    publish,
)

pytestmark = pytest.mark.usefixtures("noon")


# Links to public pages


def shortcut(row) -> str:
    return f"/admin/r/{ContentType.objects.get_for_model(row).pk}/{row.pk}/"


def test_the_shortcut_leads_to_what_is_public(desk, mission):
    topic = make_topic(mission)
    edition = publish(mission, topics=[topic])
    for row in (edition, edition.statement, make_office(mission), topic):
        answer = desk.get(shortcut(row))
        assert answer.status_code == 302
        assert desk.get(answer.url).status_code == 200


def test_the_shortcut_of_a_translation_leads_to_its_language(desk, mission):
    edition = publish(mission)
    french = make_draft(edition.statement, "fr", "Le bac")
    french.approve(None, NOON, NOON)
    assert desk.get(shortcut(french)).url.startswith("/fr/statements/")


def test_the_shortcut_answers_404_for_a_row_without_a_public_page(desk, mission):
    draft = make_draft(make_statement(mission))
    without_page = make_incident(mission, has_page=False)
    for row in (draft, draft.statement, without_page, mission, make_administrator("root")):
        assert desk.get(shortcut(row)).status_code == 404, row


def test_view_on_site_is_offered_where_there_is_something_to_see(desk, mission):
    scheduled = make_draft(make_statement(mission), title="Tomorrow")
    scheduled.approve(None, NOON + timedelta(days=1), NOON)
    only_french = publish(mission, "Le bac", language="fr")
    pages = [desk.get(f"/admin/statements/statement/{row.statement_id}/change/") for row in (scheduled, only_french)]
    assert "View on site" not in words(pages[0])
    address = pages[1].context["absolute_url"]
    assert address.startswith("/fr/statements/")
    assert desk.get(address).status_code == 200


def test_a_shortcut_to_nothing_answers_404(desk, mission):
    statement, much = ContentType.objects.get_for_model(Statement).pk, "9" * 30
    for row in (f"{much}/1", f"1/{much}", "999/1", "1/abc", "1/1/2", "1/%00", "abc/1", f"{statement}/{much}"):
        assert desk.get(f"/admin/r/{row}/").status_code == 404, row


def test_the_shortcut_tells_nobody_of_what_they_may_not_see(browsers, client, mission):
    scheduled = make_draft(make_statement(mission), title="The secret visit")
    scheduled.approve(None, NOON + timedelta(days=1), NOON)
    edition = publish(mission)
    for row in (scheduled, scheduled.statement, edition, edition.statement):
        assert browsers("Consular editors").get(shortcut(row)).status_code == 404
        assert client.get(shortcut(row)).url.startswith("/admin/login/")
    assert browsers("Authors").get(shortcut(edition)).status_code == 302


def test_the_shortcut_tells_nobody_of_another_mission(desk, mission):
    mission.host = "testserver"
    mission.save()
    theirs = publish(make_mission("elsewhere", host="elsewhere.example"))
    assert desk.get(shortcut(theirs)).status_code == 404
    in_other_digits = shortcut(theirs).translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩"))
    assert desk.get(in_other_digits).status_code == 404


# Hostile form data

HOSTILE = ["9" * 30, "-1", "abc", "1e5", "1.5", "\N{NULL}", "9223372036854775807", "9223372036854775808"]


def test_a_key_that_no_row_can_have_is_an_error_that_names_the_field(desk, mission):
    page = f"/admin/statements/statement/{make_statement(mission).pk}/change/"
    form = filled_in(desk.get(page))
    for key in HOSTILE:
        answer = desk.post(page, {**form, "topics": key, "speaker": key, "kind": key})
        assert answer.status_code == 200, key
        assert {"topics", "speaker", "kind"} <= answer.context["adminform"].form.errors.keys(), key


def test_the_statements_field_of_a_counter_refuses_any_invalid_key(desk, mission):
    page = f"/admin/incidents/incident/{make_incident(mission).pk}/change/"
    form = filled_in(desk.get(page))
    for key in HOSTILE:
        assert "Select a valid choice" in words(desk.post(page, {**form, "statements": [key]})), key


def test_right_keys_are_saved(desk, mission):
    statement, topic, speaker = make_statement(mission), make_topic(mission), make_speaker(mission)
    page = f"/admin/statements/statement/{statement.pk}/change/"
    assert save(desk, page, topics=[str(topic.pk)], speaker=str(speaker.pk)).status_code == 302
    statement.refresh_from_db()
    assert (list(statement.topics.all()), statement.speaker) == ([topic], speaker)
    save(desk, page, topics=[], speaker="")
    statement.refresh_from_db()
    assert (list(statement.topics.all()), statement.speaker) == ([], None)


def test_another_mission_s_topic_is_no_choice(desk, mission):
    mission.host = "testserver"
    mission.save()
    theirs = make_topic(make_mission("elsewhere", host="elsewhere.example"))
    statement = make_statement(mission)
    page = save(desk, f"/admin/statements/statement/{statement.pk}/change/", topics=[str(theirs.pk)])
    assert "Select a valid choice" in words(page)
    assert theirs.name["en"] not in words(page)


def test_the_list_of_missions_names_their_cities_in_words(desk, mission):
    listed = words(desk.get("/fr/admin/embassy/mission/"))
    assert "Tavelle Port-Brennick" in listed and "{" not in listed


def upload_crest(desk, mission, drawing, name="crest.png"):
    return save(
        desk, f"/admin/embassy/mission/{mission.pk}/change/", crest=SimpleUploadedFile(name, drawing, "image/png")
    )


def drawn(kind, **how):
    drawing = BytesIO()
    Image.new("RGBA" if kind == "PNG" else "RGB", (240, 200), "navy").save(drawing, kind, **how)
    return drawing.getvalue()


def test_a_crest_that_is_too_large_is_refused(desk, mission, monkeypatch):
    monkeypatch.setattr("uploads.pictures.normalise.LARGEST", 100)
    assert "The file is larger than 25 MB" in words(upload_crest(desk, mission, drawn("PNG")))


def test_a_crest_keeps_nothing_of_what_its_file_says_beside_the_picture(desk, mission, client):
    exif = Image.Exif()
    exif.get_ifd(ExifTags.IFD.GPSInfo)[ExifTags.GPS.GPSLatitudeRef] = "N 55"
    notes = PngInfo()
    notes.add_text("Comment", "drawn at N 55")
    for name, file in (("a.png", drawn("PNG", pnginfo=notes)), ("b.jpg", drawn("JPEG", exif=exif))):
        assert b"N 55" in file
        assert upload_crest(desk, mission, file, name).status_code == 302
        mission.refresh_from_db()
        served = b"".join(client.get(f"/crest/{mission.crest.name.removeprefix('crests/')}"))
        assert b"N 55" not in served and b"EXIF" not in served
        assert Image.open(BytesIO(served)).size == (230, 192)


def test_a_crest_weighs_no_more_than_a_page_needs(desk, mission, client):
    large = Image.new("RGBA", (900, 600))
    for place in range(0, 600, 20):
        large.paste((200, place % 256, 40, 255), (place, place, place + 200, place + 15))
    file = BytesIO()
    large.save(file, "PNG")
    assert upload_crest(desk, mission, file.getvalue()).status_code == 302
    mission.refresh_from_db()
    served = b"".join(client.get(mission.get_crest_url()))
    shown = Image.open(BytesIO(served))
    # The front page shows the crest 96 pixels high. It is stored twice as high, for screens of double density.
    assert (shown.format, shown.height, shown.width) == ("WEBP", 192, 288)
    assert len(served) < 8_000
    assert shown.getpixel((0, 191))[3] == 0


def test_a_crest_stays_when_something_else_is_changed_and_goes_when_it_is_cleared(desk, mission):
    upload_crest(desk, mission, drawn("PNG"))
    mission.refresh_from_db()
    before = mission.crest.name
    save(desk, f"/admin/embassy/mission/{mission.pk}/change/", consular_email="new@orlemar.example")
    mission.refresh_from_db()
    assert (mission.crest.name, mission.consular_email) == (before, "new@orlemar.example")
    save(desk, f"/admin/embassy/mission/{mission.pk}/change/", **{"crest-clear": "on"})
    mission.refresh_from_db()
    assert not mission.crest


@pytest.mark.parametrize("model", [Edition, Statement, Topic, Incident, Office], ids=lambda model: model.__name__)
def test_a_page_of_a_row_that_is_not_there_leads_back_to_the_desk(desk, mission, model):
    for key, page in product(["9" * 30, "abc", "-1", "0"], ["change", "delete", "history"]):
        for ask in (desk.get, desk.post):
            answer = ask(f"/admin/{model._meta.app_label}/{model._meta.model_name}/{key}/{page}/")
            assert answer.status_code in (302, 404), (key, page)


QUERIES = [
    f"topics__id__exact={'9' * 30}",
    f"speaker__id__exact={'9' * 30}",
    "topics__id__exact=abc",
    f"id__in={'9' * 30}",
    "p=99999999999999999999",
    "o=99.99",
    "state=unheard",
    "queue=unheard",
    "day__year=99999",
    "day__year=2025&day__month=13",
    "q=%00",
    f"q={'a ' * 500}",
]


@pytest.mark.parametrize("model", ["statement", "edition"])
def test_a_list_in_the_admin_fails_at_no_query_string(desk, mission, model):
    for query in QUERIES:
        assert desk.get(f"/admin/statements/{model}/?{query}").status_code in (200, 302, 400), query


# Read-only labels


@pytest.fixture
def office(mission):
    office = make_office(mission, name="Consular Section")
    office.name["fr"] = "Section consulaire"
    office.save()
    office.phones.create(number="+442079460958", label={"en": "Day and night"})
    return office


def test_who_may_only_read_a_label_reads_its_wordings(browsers, office):
    page = browsers("Editors").get(f"/admin/consular/office/{office.pk}/change/")
    assert "English Consular Section français Section consulaire" in words(page)
    assert "{&quot;en&quot;" not in page.content.decode()


def test_an_inline_s_labels_are_shown_in_words_too(client, office):
    client.force_login(make_newcomer("view_office", "view_phone"))
    assert "English Day and night" in words(client.get(f"/admin/consular/office/{office.pk}/change/"))


@pytest.mark.parametrize(("role", "model"), [("Authors", "topic"), ("Authors", "speaker"), ("Editors", "kind")])
def test_no_label_is_shown_as_it_is_kept(browsers, mission, role, model):
    make_topic(mission), make_speaker(mission)
    row = apps.get_model("statements", model).objects.first()
    page = browsers(role).get(f"/admin/statements/{model}/{row.pk}/change/").content.decode()
    assert f'<bdi lang="en">{row.name["en"]}</bdi>' in page
    assert "{&quot;" not in page


def test_who_may_write_a_label_is_still_asked_for_it(browsers, office):
    page = browsers("Consular editors").get(f"/admin/consular/office/{office.pk}/change/").content.decode()
    assert 'name="name_fr" value="Section consulaire"' in page
