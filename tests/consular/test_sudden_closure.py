"""One form closes an office: it stores the closure and the notice in every language."""

from datetime import UTC, date, datetime, timedelta

import pytest

from consular.models import Closure, Notice
from tests.browsing import filled_in, save, words
from tests.furnished import furnished
from tests.making import NOON, make_closure, make_mission, make_office

SUDDEN = "/admin/consular/closure/sudden/"
REASON = {"reason_en": "a burst pipe", "reason_fr": "une fuite d’eau"}


@furnished
def office():
    office = make_office(make_mission(), hours="Mo-Fr 09:00-17:00")
    office.phones.create(number="+442079460958", emergency=True)
    return office


def test_a_sudden_closure_is_on_every_page_in_every_language_at_once(desk, client, office):
    asked = save(desk, SUDDEN, **REASON)
    assert not Closure.objects.exists()
    assert "Consular Section: closed on 16 June 2025 (a burst pipe). In an emergency: +44 20 7946 0958." in str(
        filled_in(asked)["text_en"]
    )
    assert "fuite d’eau" in str(filled_in(asked)["text_fr"])
    # In an Arabic text, a left-to-right mark keeps the groups of the number in their order.
    assert "\u200e+44 20 7946 0958." in filled_in(asked)["text_ar"][0]
    assert "The reason is missing in: العربيّة, Русский." in words(asked)
    assert "Consular Section: закрыто (16 июня 2025 г.). В экстренном случае: +44 20 7946 0958." in str(
        filled_in(asked)["text_ru"]
    )
    assert desk.post(SUDDEN, filled_in(asked, text_en="A pipe has burst.")).status_code == 302
    closure, notice = Closure.objects.get(), Notice.objects.get()
    assert (closure.first_day, closure.last_day) == (date(2025, 6, 16), date(2025, 6, 16))
    assert (notice.kind, notice.office, sorted(notice.text)) == ("closure", office, ["ar", "en", "fr", "ru"])
    # In summer, 23:00 UTC is midnight in Dublin, whose clocks Port Brennick has.
    assert (notice.live_from, notice.live_until) == (NOON, datetime(2025, 6, 16, 23, 0, tzinfo=UTC))
    page = words(client.get("/consular/consular-section/"))
    assert "A pipe has burst." in page
    assert "Closed today: a burst pipe · opens Tuesday 09:00" in page
    assert "fuite d’eau" in words(client.get("/fr/"))
    assert b"20250616" in client.get("/consular/closures.ics").content


def test_several_days_are_named_and_the_notice_ends_with_the_last(desk, office):
    asked = save(desk, SUDDEN, last_day="2025-06-18", **REASON)
    assert "16 June 2025 – 18 June 2025" in str(filled_in(asked)["text_en"])
    desk.post(SUDDEN, filled_in(asked))
    assert Notice.objects.get().live_until == NOON + timedelta(days=2, hours=11)


def test_an_answer_changed_beside_the_notice_is_read_before_it_is_public(desk, office):
    asked = save(desk, SUDDEN, **REASON)
    asked = desk.post(SUDDEN, filled_in(asked, reason_en="Strike.", text_fr="Fermé."))
    assert "You have changed an answer. Read the notice again." in words(asked)
    assert not Closure.objects.exists()
    typed = filled_in(asked)
    assert "closed on 16 June 2025 (Strike). In an emergency" in str(typed["text_en"])
    assert typed["text_fr"] == ["Fermé."]
    assert desk.post(SUDDEN, typed).status_code == 302
    assert Notice.objects.get().text["fr"] == "Fermé."


def test_of_several_offices_none_is_chosen_and_the_number_of_the_first_is_given(desk, office):
    other = make_office(office.mission, "ellin", "Consulate", hours="Mo-Fr 09:00-17:00")
    page = desk.get(SUDDEN)
    assert filled_in(page).get("office", [""]) == [""]
    asked = desk.post(SUDDEN, filled_in(page, office=str(other.pk), **REASON))
    assert "Consulate: closed on 16 June 2025 (a burst pipe). In an emergency: +44 20 7946 0958." in str(
        filled_in(asked)["text_en"]
    )


def test_without_texts_there_is_no_notice(desk, office):
    asked = save(desk, SUDDEN, **REASON)
    empty = {name: "" for name in filled_in(asked) if name.startswith("text_")}
    desk.post(SUDDEN, filled_in(asked, **empty))
    assert Closure.objects.exists()
    assert not Notice.objects.exists()


@pytest.mark.parametrize(
    ("typed", "error"),
    [
        ({"reason_en": "", "reason_fr": ""}, "Write this in at least one language."),
        ({"first_day": "today"}, "Write the day as year, month and day"),
        ({"first_day": ""}, "This field is required."),
        ({"last_day": "2025-06-15"}, "The last day must not be earlier than the first day."),
        ({"first_day": "2025-06-20", "last_day": "2025-06-22"}, "The office is already closed on some of these days"),
        ({"first_day": "2025-06-21"}, "The office already has a closure that begins on this day."),
        ({"first_day": "2025-06-15"}, "This day is over. Write today or a later day."),
        ({"last_day": "9999-12-31"}, "Choose a year between 1900 and 2199."),
    ],
)
def test_a_wrong_answer_is_named_and_nothing_is_saved(desk, office, typed, error):
    make_closure(office, date(2025, 6, 21))
    answer = save(desk, SUDDEN, **{**REASON, **typed})
    assert answer.status_code == 200
    assert error in words(answer)
    assert Closure.objects.count() == 1
