"""The wall between missions: staff at the desk of one mission can neither read nor change another mission."""

import pytest

from embassy.models import Mission
from statements.models import Kind
from tests.browsing import filled_in, save, words
from tests.making import make_mission

MISSIONS = "/admin/embassy/mission/"

pytestmark = pytest.mark.usefixtures("noon")


@pytest.fixture
def other(mission):
    Mission.objects.filter(pk=mission.pk).update(host="testserver")
    return make_mission("lake-vell", name={"en": "Consulate General in Lake Vell"})


@pytest.mark.parametrize("role", ["Authors", "Editors", "Consular editors", "Administrators"])
def test_nobody_opens_or_changes_another_mission(browsers, other, role):
    browser = browsers(role)
    before = Mission.objects.filter(pk=other.pk).values().get()
    assert other.name["en"] not in words(browser.get(MISSIONS))
    for page in ("change", "history", "delete"):
        assert other.name["en"] not in words(browser.get(f"{MISSIONS}{other.pk}/{page}/", follow=True))
    browser.post(f"{MISSIONS}{other.pk}/change/", {"consular_phone": "+44 20 7946 0111", "consular_email": ""})
    assert Mission.objects.filter(pk=other.pk).values().get() == before


def test_a_consular_editor_does_not_change_the_line_of_another_mission(browsers, mission, other):
    browser = browsers("Consular editors")
    own = filled_in(browser.get(f"{MISSIONS}{mission.pk}/change/"))
    browser.post(f"{MISSIONS}{other.pk}/change/", {**own, "consular_phone": "+44 20 7946 0111"})
    other.refresh_from_db()
    assert other.consular_phone == "+442079460958"


def test_a_superuser_changes_every_mission(desk, other):
    assert save(desk, f"{MISSIONS}{other.pk}/change/", consular_phone="+44 20 7946 0111").status_code == 302
    other.refresh_from_db()
    assert other.consular_phone == "+442079460111"


def test_an_administrator_gives_no_kind_to_another_mission(browsers, mission, other):
    browser = browsers("Administrators")
    page = browser.get("/admin/statements/kind/add/")
    assert other.name["en"] not in words(page)
    save(browser, "/admin/statements/kind/add/", name_en="Notice", slug="foreign", mission=str(other.pk))
    assert not Kind.objects.filter(slug="foreign").exists()
    save(browser, "/admin/statements/kind/add/", name_en="Notice", slug="own", mission=str(mission.pk))
    assert Kind.objects.get(slug="own").mission == mission
