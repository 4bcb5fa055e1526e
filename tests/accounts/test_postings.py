"""Postings: who may do what at which mission, from which minute, until which minute."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Group, Permission, User
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from embassy.models import Mission
from embassy.roles import bind
from tests.browsing import edition_page, save, words
from tests.making import NOON, make_administrator, make_draft, make_member, make_mission, make_statement, post, publish

HOUR = timedelta(hours=1)
ELSEWHERE = {"host": "vell.example"}

pytestmark = pytest.mark.usefixtures("noon")


@pytest.fixture
def other(mission, settings):
    """A second mission, at ELSEWHERE."""
    settings.ALLOWED_HOSTS = ["*"]
    Mission.objects.filter(pk=mission.pk).update(host="testserver")
    return make_mission("vell", name={"en": "Consulate General in Lake Vell"})


def enters(client, **where) -> bool:
    return client.get("/admin/", **where).status_code == 200


def test_a_posting_opens_the_desk_of_its_mission_alone(client, other):
    client.force_login(make_member("Editors"))
    assert enters(client)
    assert not enters(client, headers=ELSEWHERE)


def test_a_posting_to_the_ministry_opens_every_desk(client, other):
    client.force_login(make_member("Editors", mission=None))
    assert enters(client) and enters(client, headers=ELSEWHERE)


def test_a_draft_of_another_mission_is_read_by_nobody_from_here(client, other):
    draft = make_draft(make_statement(other), title="The secret visit")
    client.force_login(make_member("Authors"))
    for page in ("change", "preview", "history"):
        answer = client.get(edition_page(draft, page), headers=ELSEWHERE)
        assert answer.url.startswith("/admin/login/")


def test_nobody_travels_in_time_at_another_mission(client, other):
    publish(other, "The secret visit", at=NOON + HOUR)
    tomorrow = {"at": "2025-06-17T12:00Z"}
    client.force_login(make_member("Editors"))
    assert "The secret visit" not in words(client.get("/", tomorrow, headers=ELSEWHERE))
    client.force_login(make_member("Editors", "theirs", mission=other))
    assert "The secret visit" in words(client.get("/", tomorrow, headers=ELSEWHERE))


def test_a_password_opens_no_desk_at_which_one_has_no_posting(client, other):
    user = make_member("Editors")
    user.set_password("a long enough one")
    user.save()
    signs = {"login": user.username, "password": "a long enough one"}
    client.post("/admin/login/", signs, headers=ELSEWHERE)
    told = words(client.get("/admin/", headers=ELSEWHERE, follow=True))
    assert "You are signed in as editors, who has no access to this page." in told
    client.post("/admin/login/", signs)
    assert enters(client)


def test_a_posting_begins_and_ends_by_itself(client, mission, time_machine):
    client.force_login(make_member("Editors", live_from=NOON + HOUR, live_until=NOON + 2 * HOUR))
    open_at = {}
    for minutes in (59, 60, 119, 120):
        time_machine.move_to(NOON + timedelta(minutes=minutes), tick=False)
        open_at[minutes] = enters(client)
    assert open_at == {59: False, 60: True, 119: True, 120: False}


@pytest.mark.parametrize(
    ("interval", "reason"),
    [
        ({"live_until": NOON - HOUR}, "Your posting here has ended: 16 Jun 2025, 12:00 Port Brennick"),
        ({"live_from": NOON + HOUR}, "Your posting here begins 16 Jun 2025, 14:00 Port Brennick"),
        ({"mission": None, "live_until": NOON}, "Your posting here has ended"),
    ],
)
def test_who_is_not_posted_now_is_told_why_and_can_sign_out(client, mission, interval, reason):
    client.force_login(make_member("Editors", **interval))
    page = client.get("/admin/", follow=True)
    assert reason in words(page)
    assert 'action="/admin/account/sign-out/"' in page.content.decode()
    assert "You are signed in" not in words(client.post("/admin/account/sign-out/", follow=True))


def test_nothing_is_told_of_postings_elsewhere(client, other):
    client.force_login(make_member("Editors", mission=other, live_until=NOON))
    assert "Your posting here" not in words(client.get("/admin/", follow=True))


def test_time_travel_changes_nobody_s_permissions(client, mission, time_machine):
    publish(mission, "The secret visit", at=NOON + 3 * HOUR)
    client.force_login(make_member("Editors", live_until=NOON + HOUR))
    page = client.get("/", {"at": "2025-06-17T12:00Z"})
    assert "The secret visit" in words(page)
    time_machine.move_to(NOON + HOUR, tick=False)
    assert "The secret visit" not in words(client.get("/", {"at": "2025-06-16T11:00Z"}))
    assert "You are seeing" not in words(client.get("/", {"at": "2025-06-16T12:30Z"}))


def test_two_postings_at_a_time_make_a_handover(client, mission):
    user = make_member("Authors", live_until=NOON + HOUR)
    post(user, "Consular editors", mission, live_from=NOON - HOUR)
    client.force_login(user)
    assert client.get("/admin/statements/statement/add/").status_code == 200
    assert client.get("/admin/consular/office/add/").status_code == 200


def test_django_s_own_groups_and_permissions_open_nothing(client, mission):
    user = User.objects.create_user("outsider", is_staff=True)
    user.groups.set(Group.objects.all())
    user.user_permissions.set(Permission.objects.all())
    client.force_login(user)
    assert not enters(client)


def test_who_is_no_longer_active_does_not_enter(client, mission):
    user = make_member("Editors")
    client.force_login(user)
    User.objects.filter(pk=user.pk).update(is_active=False)
    assert not enters(client)


def test_in_a_shell_one_has_what_the_ministry_has_given(mission):
    local, central = make_member("Editors"), make_member("Editors", "central", mission=None)
    assert not local.has_perm("statements.approve_edition")
    assert central.has_perm("statements.approve_edition")
    assert bind(User.objects.get(pk=local.pk), mission, NOON).has_perm("statements.approve_edition")


def test_what_concerns_all_missions_needs_a_posting_to_the_ministry(client, other):
    client.force_login(make_member("Administrators"))
    assert client.get("/admin/embassy/mission/add/").status_code == 403
    client.force_login(make_member("Administrators", "central", mission=None))
    assert client.get("/admin/embassy/mission/add/").status_code == 200
    assert save(client, f"/admin/embassy/mission/{other.pk}/change/", slug="lake").status_code == 302


@pytest.mark.database
def test_a_posting_ends_after_it_begins(mission):
    user = User.objects.create_user("rosalba")
    with pytest.raises(IntegrityError), transaction.atomic():
        post(user, "Authors", mission, live_from=NOON, live_until=NOON)


def queries_for_permissions(client, address) -> int:
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200
    return sum("auth_permission" in query["sql"] for query in queries)


def test_permissions_cost_a_page_of_the_desk_one_query(client, mission):
    client.force_login(make_member("Editors"))
    assert queries_for_permissions(client, "/admin/") == 1


def test_who_is_signed_in_costs_a_public_page_nothing(client, mission):
    publish(mission)
    with CaptureQueriesContext(connection) as strangers:
        client.get("/")
    client.force_login(make_administrator())
    with CaptureQueriesContext(connection) as members:
        assert "Cookie" not in client.get("/").headers.get("Vary", "")
    assert len(members) == len(strangers)
