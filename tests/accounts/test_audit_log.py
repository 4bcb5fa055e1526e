"""The audit log: what is done at the desk is kept, with the values before and after, and is read by few."""

import json
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.db import Error, connection, transaction

from accounts.models import AuditEvent
from embassy.models import Mission
from tests.browsing import save, words
from tests.making import NOON, make_member, make_mission, make_notice

LOG = "/admin/accounts/auditevent/"

pytestmark = pytest.mark.usefixtures("noon")


@pytest.fixture
def administrator_here(browsers, mission):
    return browsers("Administrators")


def newest() -> AuditEvent:
    return AuditEvent.objects.select_related("content_type")[0]


def test_a_changed_number_is_kept_with_who_where_and_the_number_before(browsers, mission):
    consular = browsers("Consular editors")
    save(consular, f"/admin/embassy/mission/{mission.pk}/change/", consular_phone="+442079460000")
    event = newest()
    assert (event.actor_name, event.remote_addr, event.mission) == ("consular-editors", "127.0.0.1", mission)
    assert (event.get_action_display(), event.content_type.model, event.object_pk) == ("changed", "mission", "1")
    assert event.changes == {"consular_phone": ["+442079460958", "+442079460000"]}


def test_what_is_deleted_stays_in_the_log(browsers, mission):
    notice = make_notice(mission, live_from=NOON + timedelta(days=1))
    browsers("Consular editors").post(f"/admin/consular/notice/{notice.pk}/delete/", {"post": "yes"})
    event = newest()
    assert event.get_action_display() == "deleted"
    assert "The ferry does not run today." in str(event.changes)


def test_a_password_is_never_in_the_log(administrator_here, mission):
    user = User.objects.get(username="administrators")
    user.set_password("a quiet lighthouse")
    user.save()
    assert newest().changes == {"password": ["•••", "•••"]}
    user.set_password("another lighthouse")
    user.save()
    logged = str(list(AuditEvent.objects.values("changes", "object_repr", "serialized_data")))
    assert "md5" not in logged and "lighthouse" not in logged


def test_signing_in_and_out_and_a_wrong_password_are_kept(client, mission):
    user = make_member("Authors", "mara.voss")
    user.set_password("a quiet lighthouse")
    user.save()
    for name, password in (
        ("mara.voss", "wrong"),
        ("my secret password", "wrong"),
        ("mara.voss", "a quiet lighthouse"),
    ):
        client.post("/admin/login/", {"login": name, "password": password})
    client.post("/admin/logout/")
    events = AuditEvent.objects.filter(action__gte=10).order_by("pk")
    assert [(event.get_action_display(), event.object_repr, event.remote_addr) for event in events] == [
        ("failed to sign in", "mara.voss", "127.0.0.1"),
        ("signed in", "mara.voss", "127.0.0.1"),
        ("signed out", "mara.voss", "127.0.0.1"),
    ]


def test_what_the_desk_refuses_is_kept(author, mission):
    assert author.get("/admin/auth/user/").status_code == 403
    event = newest()
    assert (event.get_action_display(), event.object_repr, event.actor_name) == (
        "was refused",
        "/admin/auth/user/",
        "authors",
    )


@pytest.mark.database
def test_the_database_changes_and_deletes_no_entry(mission):
    event = newest()
    for wrong in (
        lambda: AuditEvent.objects.update(actor_name="nobody"),
        lambda: AuditEvent.objects.all()._raw_delete(connection.alias),
        lambda: AuditEvent.objects.get().delete(),
    ):
        with pytest.raises(Error, match="never changes"), transaction.atomic():
            wrong()
    assert newest() == event


@pytest.mark.database
def test_the_log_outlives_the_account_and_the_mission(mission):
    user = User.objects.create_user("mara.voss")
    user.delete()
    mission.delete()
    assert [event.get_action_display() for event in AuditEvent.objects.order_by("pk")][-2:] == ["deleted", "deleted"]


def test_administrators_read_search_filter_and_export_the_log_of_their_mission(browsers, mission, client, settings):
    settings.ALLOWED_HOSTS = ["*"]
    Mission.objects.filter(pk=mission.pk).update(host="testserver")
    other = make_mission("vell")
    theirs = make_member("Administrators", "theirs", mission=other)
    ours = browsers("Administrators")
    notice = make_notice(mission)
    save(ours, f"/admin/consular/notice/{notice.pk}/change/", text_en="The tram runs.")
    changed = newest()
    client.force_login(theirs)
    assert "The tram runs." in words(ours.get(LOG, {"q": "tram"}))
    assert "The tram runs." not in words(client.get(LOG, headers={"host": other.host}))
    assert client.get(f"{LOG}{changed.pk}/change/", headers={"host": other.host}).status_code == 302
    told = words(ours.get(f"{LOG}{changed.pk}/change/"))
    assert "before after text English The ferry does not run today. English The tram runs." in told
    lines = b"".join(ours.post(f"{LOG}export/?q=tram").streaming_content).decode().splitlines()
    assert [json.loads(line)["action"] for line in lines] == ["changed"]
    assert newest().get_action_display() == "exported the audit log"


@pytest.mark.parametrize("role", ["Authors", "Editors", "Consular editors"])
def test_others_do_not_read_the_log(browsers, mission, role):
    assert browsers(role).get(LOG).status_code == 403
    assert browsers(role).post(f"{LOG}export/").status_code == 403


@pytest.mark.parametrize("asked", ["?type=abc", "?type=99999999999999999999999", "?action__exact=abc", "?mission=abc"])
def test_whatever_is_asked_of_the_log_is_no_error(browsers, mission, asked):
    browser = browsers("Administrators")
    assert browser.get(f"{LOG}{asked}").status_code < 500
    assert browser.post(f"{LOG}export/{asked}").status_code < 500


def test_what_the_ministry_does_about_a_mission_is_in_the_log_of_that_mission(mission, client, settings):
    settings.ALLOWED_HOSTS = ["*"]
    Mission.objects.filter(pk=mission.pk).update(host="testserver")
    other = make_mission("vell")
    lena = make_member("Authors", "lena", mission=other)
    client.force_login(make_member("Administrators", "central", mission=None))
    save(client, f"/admin/auth/user/{lena.pk}/change/", email="lena@orlemar.example")
    save(
        client,
        "/admin/accounts/posting/add/",
        account="lena",
        role=str(lena.postings.get().role_id),
        mission=str(other.pk),
    )
    for name, here, host, seen in (("ours", mission, "testserver", False), ("theirs", other, other.host, True)):
        client.force_login(make_member("Administrators", name, mission=here))
        lines = b"".join(client.post(f"{LOG}export/", headers={"host": host}).streaming_content).decode()
        assert "lena@orlemar.example" not in lines
        assert ('"type": "accounts.posting"' in lines and "lena" in lines) == seen
