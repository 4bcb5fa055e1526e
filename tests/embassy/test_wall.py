"""The wall between missions: staff at the desk of one mission can neither read nor change another mission."""

import pytest

from embassy.models import Mission
from statements.models import Kind
from tests.browsing import edition_page, filled_in, save, words
from tests.making import make_draft, make_member, make_mission, make_speaker, make_statement, make_topic, member, post

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


@pytest.mark.parametrize("posted", ["theirs", "all"])
def test_an_administrator_makes_kinds_for_the_own_mission_alone(browsers, mission, other, posted):
    browser, whose = browsers("Administrators"), {"theirs": str(other.pk), "all": ""}
    page = save(browser, "/admin/statements/kind/add/", name_en="Toast", slug="toast", mission=whose[posted])
    assert page.status_code == 302
    assert Kind.objects.get(slug="toast").mission == mission
    again = save(browser, "/admin/statements/kind/add/", name_en="Toast", slug="toast")
    assert "with this Mission and Identifier already exists" in words(again)


def test_a_kind_of_all_missions_is_the_ministry_s(browsers, desk, other):
    kind, browser = Kind.objects.get(slug="interview"), browsers("Administrators")
    page = f"/admin/statements/kind/{kind.pk}/"
    assert 'name="_save"' not in browser.get(f"{page}change/").content.decode()
    for address, fields in (("change", {"name_en": "Chat", "slug": "interview"}), ("delete", {"post": "yes"})):
        assert browser.post(f"{page}{address}/", fields).status_code == 403
    rows = {"form-TOTAL_FORMS": "1", "form-INITIAL_FORMS": "1", "form-0-id": kind.pk, "form-0-position": "1"}
    browser.post("/admin/statements/kind/", {**rows, "_save": "Save"})
    assert (kind.name, kind.position) == (Kind.objects.get(pk=kind.pk).name, Kind.objects.get(pk=kind.pk).position)
    assert save(desk, f"{page}change/", position="1").status_code == 302


@pytest.mark.parametrize("model", ["statement", "edition"])
def test_no_filter_of_a_list_names_what_another_mission_has(browsers, mission, other, model):
    for there in (mission, other):
        for name in ("Of the one", "Of the other"):
            slug = f"{there.slug}-{name.split()[-1]}"
            make_topic(there, slug, en=f"{name} {there.slug}")
            make_speaker(there, slug, f"{name} {there.slug}")
            Kind.objects.create(mission=there, slug=slug, name={"en": f"{name} {there.slug}"})
    page = words(browsers("Editors").get(f"/admin/statements/{model}/"))
    assert f"Of the one {mission.slug}" in page
    assert other.slug not in page


def test_no_list_tells_what_leads_to_its_rows_from_another_mission(browsers, mission, other):
    """Missions share kinds, accounts and roles. Filtered by a row of another mission, they would tell about it."""
    theirs = make_statement(other)
    both = make_member("Authors", "cosima", mission=other)
    post(both, "Authors", mission)
    browser = browsers("Administrators")
    for page in (
        f"statements/kind/?statement={theirs.pk}",
        f"statements/kind/?statement__id__exact={theirs.pk}",
        f"auth/user/?postings={both.postings.of(other).get().pk}",
        f"auth/group/?postings={both.postings.of(other).get().pk}",
    ):
        assert browser.get(f"/admin/{page}").status_code == 400, page
    assert browser.get("/admin/auth/user/?is_active__exact=1&username=cosima").status_code == 200


def test_the_desk_does_not_list_what_one_has_done_at_another(browsers, mission, other):
    """Somebody who has moved to another mission does not see titles from the old mission at the new desk."""
    browser, user = browsers("Editors"), member("Editors")
    edition = make_draft(make_statement(mission), title="The secret visit")
    save(browser, edition_page(edition), lead="Tomorrow.")
    assert "The secret visit" in words(browser.get("/admin/"))
    Mission.objects.filter(pk=mission.pk).update(host="brennick.example")
    Mission.objects.filter(pk=other.pk).update(host="testserver")
    post(user, "Editors", other)
    page = browser.get("/admin/")
    assert page.status_code == 200
    assert "The secret visit" not in words(page)
