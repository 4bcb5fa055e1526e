"""Invisible characters are removed from every field. The bullets of Symbol and Wingdings become ordinary bullets."""

import pytest

from consular.models import Office
from richtext.characters import tidy
from statements.models import Edition
from tests.archives import import_lines, make_line

UNSEEN = {
    "object": "\ufffc",
    "private": "\ue123",
    "private of another plane": "\U000f1234",
    "embedding": "\u202a",
    "isolate": "\u2066",
    "end of an isolate": "\u2069",
    "zero width": "\u200b",
    "byte order mark": "\ufeff",
    "soft hyphen": "\xad",
    "invisible times": "\u2062",
    "Hangul filler": "\u3164",
    "Mongolian separator": "\u180e",
    "interlinear anchor": "\ufff9",
    "no character": "\ufdd0",
    "musical beam": "\U0001d173",
    "tags": "\U000e0001\U000e0065\U000e006e",
    "tags without a country": "\U000e0067\U000e007f",
}
ENGLAND = "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f"


@pytest.mark.parametrize("character", UNSEEN.values(), ids=UNSEEN)
def test_an_unseen_character_is_taken_out_of_a_line(character):
    assert tidy(f"{character}The{character} ferry{character}") == "The ferry"


@pytest.mark.parametrize(
    "character", ["\u200f", "\u200e", "👨\u200d👩", "می\u200cخواهم", "❤\ufe0f", "葛\U000e0100", ENGLAND]
)
def test_what_a_language_or_a_sign_needs_stays(character):
    assert tidy(character) == character


@pytest.mark.parametrize("bullet", ["\uf0b7", "\uf0a7", "\uf0d8", "\uf0fc", "\uf076"])
def test_a_private_bullet_becomes_a_bullet(bullet):
    assert tidy(f"{bullet} a pen") == "• a pen"


@pytest.mark.django_db
def test_every_field_of_an_import_is_rid_of_them(tmp_path, mission, noon):
    office = {"type": "office", "id": "visas", "name": {"en": "Vi\ufffcsas"}, "hours": "Mo-Fr \u206609:00-12:00\u2069"}
    phones = [{"number": "\u202a+44 20 7946 0958\u202c", "label": {"en": "Duty\u200b\U000e0041 officer"}}]
    filed = {"speaker": "Ada\u2066 Crowe", "topics": ["Fog\ufffc"]}
    line = make_line(title="Object\ufffc in a title", lead="\ue123Lead", **filed)
    report = import_lines(tmp_path, {**office, "phones": phones}, line)
    assert (report.defects, report.verdict) == ([], None)
    stored = Office.objects.get()
    assert (stored.name["en"], stored.phones.get().number) == ("Visas", "+442079460958")
    assert stored.phones.get().label["en"] == "Duty officer"
    edition = Edition.objects.get()
    assert (edition.title, edition.lead) == ("Object in a title", "Lead")
    assert (str(edition.statement.speaker), str(edition.statement.topics.get())) == ("Ada Crowe", "Fog")
