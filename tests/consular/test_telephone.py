import re
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError

from embassy.fields.telephone import parse, readable
from tests.browsing import words
from tests.making import NOON, make_closure, make_notice, make_office, publish

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
        # As web pages and typesetters write telephone numbers, and as people copy them
        ("+44 20 7946–0958", "+442079460958"),
        ("+44\u201120\u20117946\u20110958", "+442079460958"),
        ("+44\u202f20\u00a07946\u20090958", "+442079460958"),
        ("+44\t20 7946\n0958", "+442079460958"),
        ("＋４４ ２０ ７９４６ ０９５８", "+442079460958"),
        ("+۴۴ ۲۰ ۷۹۴۶ ۰۹۵۸", "+442079460958"),
        ("\u202a+44 20 7946 0958\u202c,", "+442079460958"),
        ("+44 (020) 7946 0958.", "+442079460958"),
        # As various countries write telephone numbers
        ("+33 (0)1 42 34 56 78", "+33142345678"),
        ("+7 (495) 606-96-02", "+74956069602"),
        ("+1 (202) 456-1111", "+12024561111"),
        ("+81 (0)3-3580-3311", "+81335803311"),
        ("+54 9 11 4345 6789", "+5491143456789"),
        ("+378 0549 882312", "+3780549882312"),
        ("+800 1234 5678", "+80012345678"),
    ],
)
def test_a_number_is_kept_as_it_is_dialled_however_it_was_typed(typed, kept):
    assert parse(typed) == kept


@pytest.mark.parametrize(
    ("country", "numbers"),
    [
        ("AU", "000 112"),
        ("BR", "190 192 193"),
        ("CH", "117 144 1414"),
        ("ES", "091 062 016 112"),
        ("FR", "15 17 18 115 3919"),
        ("GB", "101 105 111 999 112"),
        ("JP", "110 118 119"),
        ("RU", "101 102 103 112"),
        ("TH", "191 1155"),
        ("US", "211 911 988"),
        ("ZA", "10111 10177"),
        (None, "112 999"),
    ],
)
def test_the_short_numbers_of_a_country_are_kept_as_they_are_dialled(country, numbers):
    assert [parse(number, country) for number in numbers.split()] == numbers.split()


@pytest.mark.parametrize(("country", "number"), [("GB", "000"), ("GB", "911"), ("JP", "911"), (None, "000")])
def test_the_short_number_of_another_country_is_refused(country, number):
    with pytest.raises(ValidationError):
        parse(number, country)


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
    # The number is at the top of every page, and beside the office.
    assert page.count("In an emergency") == 2


EMERGENCY = "In an emergency +44 20 7946 0222"


@pytest.fixture
def office(mission, noon):
    office = make_office(mission)
    office.phones.create(number="+442079460111")
    office.phones.create(number="+442079460222", emergency=True)
    return office


@pytest.mark.parametrize(
    "path", ["/", "/statements/", "/consular/consular-section/", "/no-such-page/", "/consular/over/"]
)
def test_the_emergency_number_stands_before_the_consular_line_on_every_page(client, mission, office, path):
    make_office(mission, "over", live_until=NOON)
    page = client.get(path)
    assert f"{EMERGENCY} Consular queries" in words(page)
    assert b'href="tel:+442079460222"' in page.content


def test_an_emergency_number_is_there_as_long_as_it_is_valid(client, office):
    office.phones.filter(emergency=True).update(live_until=NOON)
    assert "In an emergency" not in words(client.get("/"))
    office.phones.filter(emergency=True).update(live_until=None)
    office.live_from = NOON + timedelta(minutes=1)
    office.save()
    assert "In an emergency" not in words(client.get("/"))


def test_pages_that_are_not_there_say_whose_they_are_and_offer_a_search(client, mission, office):
    make_office(mission, "over", live_until=NOON)
    for path in ("/no-such-page/", "/consular/over/", "/fr/no-such-page/"):
        page = client.get(path)
        assert b'name="q"' in page.content
        assert "+44 20 7946 0958" in words(page)
        assert ("Ambassade" if path.startswith("/fr") else "Embassy of the Republic of Orlemar") in words(page)


def test_numbers_in_texts_can_be_pressed(client, mission, noon):
    make_notice(mission, "Call +44 (0)20 7946 0222 or 112. Not +44 20 7946.")
    body = '<p>Ask +44 20 7946 0111 or <a href="tel:+442079460112">+44 20 7946 0112</a>.</p>'
    path = publish(mission, body=body).statement.get_absolute_url()
    page = client.get(path).content.decode()
    for number in ("0222", "0111", "0112"):
        assert page.count(f'href="tel:+44207946{number}"') == 1
    assert '<bdi dir="ltr">+44 20 7946 0112</bdi>' in page
    assert 'tel:+44207946"' not in page


def test_a_number_is_a_link_however_it_is_written(client, mission, noon):
    mission.host_time_zone = "Europe/London"
    mission.save()
    written = ["020 7946 0301", "0044 20 7946 0302", "(020) 7946-0303", "02079460304", "+44 (0)20 7946 0305"]
    written += ["020/7946 0306", "+44.20.7946.0307"]
    others = "On 02.06.2025 12:00 under 2025-06-02-0301, for 079 460 308 crowns or 7946 0309."
    body = f"<p>{others}</p>" + "".join(f"<p>Call {number} (9-12) &amp; ask.</p>" for number in written)
    page = client.get(publish(mission, body=body).statement.get_absolute_url()).content.decode()
    for place, number in enumerate(written, start=1):
        assert f'<a href="tel:+44207946030{place}"><bdi dir="ltr">{number}</bdi></a> (9-12) &amp; ask.' in page
    assert f"<p>{others}</p>" in page


def test_the_emergency_number_has_a_code_to_scan_that_the_policy_lets_through(client, office):
    page = client.get("/consular/consular-section/").content.decode()
    (code,) = re.findall('<figure class="dial-code">.*?</figure>', page, re.DOTALL)
    assert "<path" in code
    assert "style" not in code
    assert "+44 20 7946 0222" in code
