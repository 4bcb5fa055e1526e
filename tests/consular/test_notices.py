from datetime import date, timedelta

import pytest
import time_machine

from consular.models import Notice
from tests.archives import import_lines
from tests.browsing import save, words
from tests.making import NOON, make_closure, make_notice, make_office, make_topic, publish

NOTICE = "The ferry does not run today."


def read(client, at, path="/"):
    with time_machine.travel(at, tick=False):
        return words(client.get(path))


def test_a_notice_shows_from_its_first_minute_to_its_last(client, mission):
    make_notice(mission, NOTICE, live_from=NOON, live_until=NOON + timedelta(minutes=2))
    shown = [NOTICE in read(client, NOON + timedelta(minutes=minute)) for minute in (-1, 0, 1, 2)]
    assert shown == [False, True, True, False]


def test_a_notice_without_a_beginning_stands_last(client, mission):
    for text, begun in (("Always.", None), ("Since yesterday.", NOON - timedelta(days=1)), ("Since noon.", NOON)):
        make_notice(mission, text, live_from=begun)
    assert "Since noon. Since yesterday. Always." in read(client, NOON)


def test_a_notice_without_ends_always_shows(client, mission):
    make_notice(mission, NOTICE)
    assert NOTICE in read(client, NOON - timedelta(days=9000))
    assert NOTICE in read(client, NOON + timedelta(days=9000))


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/statements/",
        "/statements/2025/",
        "/statements/2025/06/16/the-ferry-sails-again/",
        "/topics/lakes/",
        "/incidents/",
        "/consular/",
        "/consular/consular-section/",
    ],
)
def test_a_notice_stands_on_every_page(client, mission, path):
    publish(mission, topics=[make_topic(mission, "lakes")])
    make_office(mission)
    make_notice(mission, NOTICE)
    assert NOTICE in read(client, NOON, path)


def test_a_notice_speaks_the_language_of_the_page(client, mission):
    make_notice(mission, NOTICE)
    Notice.objects.update(text={"en": NOTICE, "fr": "Le bac ne circule pas."})
    assert "Le bac ne circule pas." in read(client, NOON, "/fr/")
    assert NOTICE not in read(client, NOON, "/fr/")


def test_a_notice_cannot_bring_markup_along(client, mission):
    make_notice(mission, "<b>shut</b>")
    assert "<b>shut</b>" in read(client, NOON)
    with time_machine.travel(NOON, tick=False):
        assert b"<b>shut" not in client.get("/").content


@pytest.mark.parametrize("path", ["/", "/consular/", "/fr/", "/nowhere/"])
def test_an_emergency_stands_above_everything_else(client, mission, path):
    make_notice(mission, "All is well.", live_from=NOON)
    make_notice(mission, "Leave the coast now.", live_from=NOON - timedelta(days=1), kind="emergency")
    page = read(client, NOON, path)
    assert page.index("Leave the coast now.") < page.index(
        "Embassy of the Republic" if path != "/fr/" else "Ambassade de"
    )


def test_readers_and_programs_are_told_the_kind(client, mission, noon):
    make_notice(mission, "Avoid the coast.", kind="travel-advice")
    assert "Travel advice Avoid the coast." in read(client, NOON)
    assert client.get("/api/notices/").json() == [{"text": "Avoid the coast.", "kind": "travel-advice"}]


def test_a_language_that_is_missing_is_said_before_saving(desk, mission, noon):
    answer = save(desk, NOTICES_ADD, text_en="No ferry.", text_fr="Pas de bac.")
    assert answer.status_code == 200
    assert "It is missing in: العربيّة, Русский." in words(answer)
    assert not Notice.objects.exists()
    assert save(desk, NOTICES_ADD, text_en="No ferry.", text_fr="Pas de bac.", in_these_alone="on").status_code == 302
    mission.languages = ["en", "fr"]
    mission.save()
    assert save(desk, NOTICES_ADD, text_en="No tram.", text_fr="Pas de tram.").status_code == 302


NOTICES_ADD = "/admin/consular/notice/add/"


@pytest.mark.parametrize(
    ("texts", "said"),
    [
        ({"en": "Closed on 18 June."}, None),
        ({"en": "Closed on 18 June, open again on 20 June."}, None),
        ({"en": "Closed today."}, None),
        ({"en": "Closed on 17 June."}, "The text says 17 June"),
        ({"en": "Closed on June 17th.", "fr": "Fermé le 18 juin."}, "The text says 17 June"),
        ({"en": "Closed on 18 June.", "fr": "Fermé le 19 juin."}, "The languages name different days."),
        ({"en": "Closed on 18 June.", "ru": "Закрыто 21 июня."}, "The text says 21 June"),
        ({"en": "Closed on 18 June.", "ar": "مغلق يوم ٢١ يونيو."}, "The text says 21 June"),
    ],
)
def test_a_notice_and_a_closure_that_name_different_days_are_pointed_out(desk, mission, noon, texts, said):
    office = make_office(mission)
    make_closure(office, date(2025, 6, 18), date(2025, 6, 19))
    typed = {f"text_{code}": text for code, text in texts.items()}
    save(desk, NOTICES_ADD, kind="closure", office=office.pk, in_these_alone="on", **typed)
    page = words(desk.get("/admin/"))
    assert said is None or said in page
    assert ("The text says" in page) == (said is not None and said.startswith("The text"))


def test_a_second_notice_of_a_closure_is_pointed_out(desk, mission, noon):
    office = make_office(mission)
    make_closure(office)
    for text in ("Closed on Wednesday.", "Shut on Wednesday."):
        save(desk, NOTICES_ADD, kind="closure", office=office.pk, text_en=text, in_these_alone="on")
    said = words(desk.get("/admin/"))
    assert "Another notice speaks of a closure of this office, too: “Closed on Wednesday.”" in said


def test_a_notice_that_stays_when_the_closure_is_taken_back_is_pointed_out(desk, mission, noon):
    closure = make_closure(make_office(mission))
    make_notice(mission, "Closed on 18 June.", kind="closure", office=closure.office)
    desk.post(f"/admin/consular/closure/{closure.pk}/delete/", {"post": "yes"})
    assert "“Closed on 18 June.”: No closure of Consular Section is entered" in words(desk.get("/admin/"))


def test_an_archive_says_the_kind_and_the_office(mission, noon, tmp_path):
    office = make_office(mission)
    line = {"type": "notice", "id": "shut", "text": {"en": "Shut."}, "kind": "closure", "office": office.slug}
    import_lines(tmp_path, line)
    notice = Notice.objects.get()
    assert (notice.kind, notice.office) == ("closure", office)
    assert "is not an office of the mission" in import_lines(tmp_path, {**line, "office": "elsewhere"}).defects[0]
    assert "kind: " in import_lines(tmp_path, {**line, "kind": "panic"}).defects[0]
