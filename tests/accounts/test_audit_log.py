"""The audit log records what is done at the desk, with the values before and after. Only few users may read it."""

import json
from datetime import timedelta

import pytest
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.contrib.auth.models import Group, User
from django.db import Error, connection, transaction
from django.test import Client

from accounts.models import AuditEvent
from embassy.models import Mission
from statements.models import Invitation, Release
from tests.browsing import edition_page, save, words
from tests.making import (
    NOON,
    make_draft,
    make_incident,
    make_member,
    make_mission,
    make_notice,
    make_statement,
    publish,
)

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
    assert (event.get_action_display(), event.content_type.model) == ("changed", "mission")
    assert event.object_pk == str(mission.pk)
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


# Actions that do not save a form


def test_an_ended_session_is_kept(mission, client):
    make_member("Authors", "mara.voss")
    mara = User.objects.get(username="mara.voss")
    mara.set_password("a quiet lighthouse")
    mara.save()
    signing_in = {"login": "mara.voss", "password": "a quiet lighthouse"}
    Client(headers={"user-agent": "Netscape"}).post("/admin/login/", signing_in)
    client.post("/admin/login/", signing_in)
    other = UserSession.objects.get(user_agent="Netscape")
    client.post("/admin/account/sessions/")
    event = newest()
    assert (event.get_action_display(), event.object_repr, event.actor_name) == (
        "ended a session",
        "mara.voss",
        "mara.voss",
    )
    assert event.changes == {"session": ["127.0.0.1 (Netscape)", ""]}
    assert not UserSession.objects.filter(pk=other.pk).exists()


def test_a_link_with_the_identity_provider_is_kept(mission):
    mara = make_member("Authors", "mara.voss")
    linked = SocialAccount.objects.create(user=mara, provider="ministry", uid="17")
    assert (newest().get_action_display(), newest().object_repr) == ("linked with the identity provider", "mara.voss")
    linked.delete()
    assert newest().get_action_display() == "no longer linked with the identity provider"


def test_what_somebody_did_with_a_text_is_found_by_the_name(mission, editor, administrator_here):
    draft = make_draft(make_statement(mission), title="The ferry sails again")
    draft.submit(None, NOON)
    save(editor, edition_page(draft, "return"), note="Which ferry?")
    found = words(administrator_here.get(LOG, {"q": "editors"}))
    assert "added history entry editors gave it back: The ferry sails again (en) 127.0.0.1" in found
    event = AuditEvent.objects.filter(content_type__model="editionevent")[0]
    assert (event.actor_name, event.mission) == ("editors", mission)
    assert event.changes == {"act": ["None", "returned"], "note": ["None", "Which ferry?"]}


def test_a_preview_link_that_is_taken_back_is_kept(mission, editor):
    edition = make_draft(make_statement(mission))
    invitation = Invitation.make(edition, None, "Ms Orrin", NOON + timedelta(hours=1), NOON)
    editor.post(edition_page(edition, f"revoke/{invitation.pk}"))
    event = AuditEvent.objects.filter(action=AuditEvent.Action.UPDATE)[0]
    assert (event.content_type.model, event.object_repr, event.mission) == ("invitation", "Ms Orrin", mission)
    assert list(event.changes) == ["revoked_at"]


def test_the_editions_of_a_joint_release_are_kept(mission, browsers):
    ferry, tram = (make_draft(make_statement(mission), title=f"The {what} runs") for what in ("ferry", "tram"))
    editor = browsers("Editors")
    save(editor, "/admin/statements/release/add/", name="Transport", editions=[str(ferry.pk)])
    release = Release.objects.get()
    save(editor, f"/admin/statements/release/{release.pk}/change/", editions=[str(tram.pk)])
    events = AuditEvent.objects.filter(content_type__model="release", action=AuditEvent.Action.UPDATE, mission=mission)
    told = [(event.changes["editions"]["operation"], event.changes["editions"]["objects"]) for event in events]
    assert told == [("add", ["The tram runs"]), ("delete", ["The ferry runs"]), ("add", ["The ferry runs"])]
    page = browsers("Administrators").get(f"{LOG}{events[1].pk}/change/")
    assert "before after editions The ferry runs —" in words(page)


def test_a_changed_address_of_a_statement_is_kept(mission, editor):
    statement = make_statement(mission, slug="ferry")
    save(editor, f"/admin/statements/statement/{statement.pk}/change/", slug="boat")
    event = AuditEvent.objects.filter(content_type__model="statement")[0]
    assert (event.changes, event.mission) == ({"slug": ["ferry", "boat"]}, mission)


def test_a_draft_deleted_for_good_is_named(mission, author):
    draft = make_draft(make_statement(mission), title="The ferry sails again")
    draft.write(User.objects.get(username="authors"), NOON)
    author.post(edition_page(draft, "delete"), {"post": "yes"})
    event = AuditEvent.objects.filter(action=AuditEvent.Action.DELETE)[0]
    assert (event.object_repr, event.actor_name, event.mission) == ("The ferry sails again", "authors", mission)
    assert event.changes == {
        "title": ["The ferry sails again", "None"],
        "language": ["en", "None"],
        "status": ["draft", "None"],
    }


# How entries are written


def test_a_row_is_named_and_not_only_numbered(mission, administrator_here):
    mara = make_member("Authors", "mara.voss")
    event = AuditEvent.objects.filter(content_type__model="posting")[0]
    role = Group.objects.get(name="Authors")
    assert event.changes["role"] == ["None", f"Authors ({role.pk})"]
    assert event.changes["user"] == ["None", f"mara.voss ({mara.pk})"]


def test_only_a_row_s_own_fields_are_written(mission):
    User.objects.create_user("mara.voss")
    assert {"username", "is_active"} <= set(newest().changes) <= {field.name for field in User._meta.fields}


@pytest.mark.database
def test_words_with_accents_are_found(mission, administrator_here):
    notice = make_notice(mission, "Le bac est arrêté.")
    notice.text = {"en": "Le bac est reparti, naturellement à l’heure."}
    notice.save()
    assert "l’heure" in words(administrator_here.get(LOG, {"q": "l’heure"}))
    assert [event.pk for event in administrator_here.get(LOG, {"q": "arrêté"}).context["cl"].result_list] == [
        event.pk for event in AuditEvent.objects.filter(content_type__model="notice")
    ]


def test_what_a_counter_lists_is_in_the_log_of_its_mission(mission, administrator_here):
    incident, statement = make_incident(mission), publish(mission).statement
    incident.statements.add(statement)
    assert newest().mission == mission
