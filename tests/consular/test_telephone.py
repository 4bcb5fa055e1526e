import pytest
from django.core.exceptions import ValidationError

from embassy.fields.telephone import parse, readable
from tests.browsing import words
from tests.making import make_closure, make_office

pytestmark = pytest.mark.usefixtures("noon")


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("+44 20 7946 0958", "+442079460958"),
        ("+44 (0)20 7946 0958", "+442079460958"),
        ("+44-20-7946-0958", "+442079460958"),
        (" +442079460958 ", "+442079460958"),
        ("+٤٤ ٢٠ ٧٩٤٦ ٠٩٥٨", "+442079460958"),
        ("+44.20/7946.0958", "+442079460958"),
        ("+39 06 698 99999", "+390669899999"),
    ],
)
def test_a_number_is_kept_as_it_is_dialled_however_it_was_typed(typed, kept):
    assert parse(typed) == kept


@pytest.mark.parametrize("typed", ["020 7946 0958", "0044 20 7946 0958", "the desk", "+", "12", ""])
def test_a_number_without_its_country_is_refused_with_an_example(typed):
    with pytest.raises(ValidationError, match="Write it with “\\+” and the country code: \\+44 20 7946 0958"):
        parse(typed)


@pytest.mark.parametrize(
    ("typed", "stray"),
    [("+44 20 79AB CDEF", "A"), ("+44 20 7946 O958", "O"), ("tel:+442079460958", "t")],
)
def test_a_letter_in_a_number_is_refused_and_never_read_as_a_digit(typed, stray):
    with pytest.raises(ValidationError, match=f"contains “{stray}”. Write only digits, spaces and"):
        parse(typed)


@pytest.mark.parametrize("behind", [" ext 5", " ext. 5", " x5", "#5", ";ext=5", " доб. 5"])
def test_an_extension_is_not_dropped_but_sent_to_the_label(behind):
    with pytest.raises(ValidationError, match=r"has an extension.* Write “5” in the label"):
        parse(f"+44 20 7946 0958{behind}")


@pytest.mark.parametrize("typed", ["+44 20 7946", "+44 20 7946 0958 0958", "+44 00 0000 0000"])
def test_a_number_that_nobody_can_dial_is_refused(typed):
    with pytest.raises(ValidationError, match="Check the digits"):
        parse(typed)


def test_a_number_is_read_in_groups():
    assert readable("+442079460958") == "+44 20 7946 0958"


def test_a_link_dials_the_international_number_and_shows_it_in_groups(client, mission):
    make_office(mission).phones.create(number="+442079460959")
    page = client.get("/consular/consular-section/")
    assert b'href="tel:+442079460959"' in page.content
    assert "+44 20 7946 0959" in words(page)


def test_the_emergency_number_stands_first_and_is_marked(client, mission):
    office = make_office(mission)
    office.phones.create(number="+442079460111", position=1)
    office.phones.create(number="+442079460222", position=2, emergency=True)
    office.phones.create(number="+442079460000", position=0)
    page = words(client.get("/consular/consular-section/"))
    places = [page.index(f"+44 20 7946 0{number}") for number in ("222", "000", "111")]
    assert places == sorted(places)
    assert "In an emergency +44 20 7946 0222" in page


def test_the_mission_line_stands_on_every_page_with_its_link(client, mission):
    for path in ("/", "/consular/", "/incidents/"):
        page = client.get(path).content
        assert b'href="tel:+442079460958"' in page
        assert b'href="mailto:consul@orlemar.example"' in page


def test_the_emergency_number_stands_before_what_the_office_does_and_when_it_is_shut(client, mission):
    office = make_office(mission, summary={"en": "Passports and visas."})
    make_closure(office)
    office.phones.create(number="+442079460222", emergency=True)
    page = words(client.get("/consular/"))
    assert page.index("In an emergency") < page.index("Passports and visas") < page.index("Closures")
    assert page.count("In an emergency") == 1
