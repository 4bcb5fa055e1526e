"""Signing in at the desk: its limits, and how long a session lasts."""

import re
from concurrent.futures import ThreadPoolExecutor
from copy import copy
from datetime import timedelta
from threading import Barrier

import pytest
import time_machine
from django.contrib.admin import site
from django.contrib.auth.hashers import MD5PasswordHasher
from django.contrib.auth.models import User
from django.db import connection
from django.http import Http404
from django.test import Client
from django.urls import resolve

from embassy.models import SignInAttempt, SignInAttempts
from tests.browsing import words
from tests.making import NOON

pytestmark = pytest.mark.usefixtures("noon")


def test_what_is_longer_than_a_name_is_not_sent_back(client, db):
    answer = client.post("/admin/login/", {"login": "n" * 1_000_000, "password": "wrong"})
    assert answer.status_code == 200
    assert "nnn" not in answer.content.decode()
    assert "This field is required" in words(answer)


def test_what_is_longer_than_a_password_is_not_hashed(client, administrator, monkeypatch):
    hashed = []
    monkeypatch.setattr("django.contrib.auth.hashers.MD5PasswordHasher.encode", lambda *told: hashed.append(told))
    answer = client.post("/admin/login/", {"login": administrator.username, "password": "p" * 1_000_000})
    assert "Ensure this value has at most 1024 characters" in words(answer)
    assert hashed == []


def test_a_name_and_a_password_of_usual_length_sign_in(client, db):
    User.objects.create_user("rosalba", password="a long enough one" * 50, is_staff=True)
    answer = client.post("/admin/login/", {"login": "rosalba", "password": "a long enough one" * 50})
    assert answer.status_code == 302


@pytest.fixture
def hashed(monkeypatch):
    """The passwords that have been hashed since the list was cleared, or since the test began."""
    hashed, encode = [], MD5PasswordHasher.encode
    monkeypatch.setattr(
        MD5PasswordHasher, "encode", lambda self, word, salt: hashed.append(word) or encode(self, word, salt)
    )
    return hashed


def sign_in(client, name, password="wrong", address="192.0.2.1"):
    return client.post("/admin/login/", {"login": name, "password": password}, REMOTE_ADDR=address)


@pytest.mark.parametrize("name", ["rosalba", "nobody"])
def test_after_five_wrong_passwords_nothing_is_hashed_for_a_while(client, db, hashed, name):
    User.objects.create_user("rosalba", password="a long enough one", is_staff=True)
    for _attempt in range(5):
        assert "no active account with this name" in words(sign_in(client, name))
    hashed.clear()
    assert "too many attempts to sign in" in words(sign_in(client, name.upper(), "a long enough one"))
    assert hashed == []


def test_the_owner_signs_in_from_elsewhere_meanwhile_and_from_there_after_15_minutes(client, db):
    User.objects.create_user("rosalba", password="a long enough one", is_staff=True)
    for _attempt in range(9):
        sign_in(client, "rosalba")
    assert sign_in(client, "rosalba", "a long enough one", "192.0.2.2").status_code == 302
    assert sign_in(client, "rosalba", "a long enough one").status_code == 429
    with time_machine.travel(NOON + timedelta(minutes=15)):
        assert sign_in(client, "rosalba", "a long enough one").status_code == 302


def test_who_signs_in_begins_to_count_anew(client, db):
    User.objects.create_user("rosalba", password="a long enough one", is_staff=True)
    for _time in range(3):
        for _attempt in range(4):
            sign_in(client, "rosalba")
        assert sign_in(client, "rosalba", "a long enough one").status_code == 302


@pytest.mark.parametrize("address", ["192.0.2.1", "2001:db8:0:1::{}", "::ffff:192.0.2.1"])
def test_a_network_that_tries_many_names_is_refused_as_well(client, db, hashed, address):
    for number in range(30):
        sign_in(client, f"name-{number}", address=address.format(number))
    hashed.clear()
    assert "too many attempts to sign in" in words(sign_in(client, "another", address=address.format("ffff")))
    assert hashed == []


# How long a session lasts


@pytest.fixture
def at_the_desk(settings, time_machine, client, administrator):
    """Returns a function that returns whether somebody who signed in at NOON is still signed in after this time."""
    settings.SESSION_COOKIE_AGE, settings.SESSION_LONGEST = 2 * 60 * 60, 12 * 60 * 60
    client.force_login(administrator)

    def signed_in(**after):
        time_machine.move_to(NOON + timedelta(**after), tick=False)
        # This address of the desk costs little.
        return client.get("/admin/jsi18n/").status_code == 200

    assert signed_in()
    return signed_in


def test_a_session_ends_two_hours_after_the_last_request_to_the_desk(at_the_desk):
    assert at_the_desk(minutes=119)
    assert at_the_desk(minutes=119 * 2)
    assert not at_the_desk(minutes=119 * 2 + 120)


def test_a_session_is_not_prolonged_by_reading_the_site(at_the_desk, client, time_machine, mission):
    time_machine.move_to(NOON + timedelta(minutes=100), tick=False)
    assert b'class="travel"' in client.get("/?at=2025-06-15T12:00Z").content
    assert not at_the_desk(minutes=120)


def test_a_session_ends_twelve_hours_after_the_sign_in(at_the_desk):
    assert all(at_the_desk(hours=hour) for hour in range(12))
    assert not at_the_desk(hours=12)


# Who signs in


@pytest.fixture
def rosalba(db):
    return User.objects.create_superuser("rosalba", "rosalba@orlemar.example", "a long enough one")


@pytest.mark.parametrize("name", ["rosalba", "rosalba@orlemar.example", "ROSALBA@Orlemar.example", " rosalba "])
def test_a_user_name_or_an_e_mail_address_signs_in(client, rosalba, name):
    assert sign_in(client, name, "a long enough one").status_code == 302
    assert client.get("/admin/").status_code == 200


def test_an_address_that_two_accounts_share_signs_in_to_neither(client, rosalba):
    User.objects.create_user("oren", rosalba.email, "a long enough one")
    assert sign_in(client, rosalba.email, "a long enough one").status_code == 200


def test_a_user_name_that_is_another_s_address_is_a_user_name(client, rosalba):
    User.objects.create_superuser(rosalba.email, password="another long one")
    assert sign_in(client, rosalba.email, "a long enough one").status_code == 200
    assert sign_in(client, rosalba.email, "another long one").status_code == 302


NAMES = ["rosalba", "rosalba@orlemar.example", "nobody", "nobody@orlemar.example", "gone", "gone@orlemar.example"]


@pytest.mark.parametrize("word", ["wrong", "a long enough one"])
def test_a_refusal_does_not_tell_which_accounts_there_are(client, rosalba, hashed, word):
    """Each refusal hashes the password once and says the same, even for a deactivated account's right password."""
    User.objects.create_user("gone", "gone@orlemar.example", "a long enough one", is_active=False)
    answers = set()
    for name in NAMES[2:] if word == "a long enough one" else NAMES:
        hashed.clear()
        answers.add(words(sign_in(client, name, word)))
        assert hashed == [word]
    assert len(answers) == 1


def test_who_has_no_access_is_told_so_and_may_sign_in_as_somebody_else(client, rosalba):
    User.objects.create_user("visitor", password="a long enough one")
    sign_in(client, "visitor", "a long enough one")
    page = client.get("/admin/", follow=True)
    assert "You are signed in as visitor, who has no access to this page." in words(page)
    sign_in(client, "rosalba", "a long enough one")
    assert client.get("/admin/").status_code == 200
    assert client.get("/admin/login/").url == "/admin/"


def test_nobody_is_sent_elsewhere_after_signing_in(client, rosalba):
    answer = client.post(
        "/admin/login/?next=//evil.example/",
        {"login": "rosalba", "password": "a long enough one", "next": "//evil.example/"},
    )
    assert answer.url == "/admin/"


def test_nobody_makes_an_account_for_themselves(client, db):
    assert client.get("/admin/account/signup/").status_code == 302
    for address in ("/accounts/signup/", "/account/signup/", "/accounts/login/"):
        assert client.get(address).status_code == 404


def test_the_admin_s_own_sign_in_page_is_no_way_around(rf, db):
    assert resolve("/admin/login/").url_name == "account_login"
    with pytest.raises(Http404):
        site.login(rf.post("/admin/login/", {"username": "rosalba", "password": "a long enough one"}))


# Passwords


def link_in(mail) -> str:
    return re.search(r"http://testserver(/\S+/password/\S+)", mail.body)[1]


def test_a_forgotten_password_is_replaced_by_a_link_in_a_mail(client, rosalba, mailoutbox):
    elsewhere = Client()
    elsewhere.force_login(rosalba)
    answer = client.post("/admin/account/password/", {"email": "rosalba@orlemar.example"}, follow=True)
    assert answer.status_code == 200
    [mail] = mailoutbox
    assert mail.to == ["rosalba@orlemar.example"]
    form = client.get(link_in(mail)).url
    chosen = {"password1": "quite another one", "password2": "quite another one"}
    assert client.post(form, chosen).status_code == 302
    assert sign_in(client, "rosalba", "quite another one").status_code == 302
    assert elsewhere.get("/admin/").status_code == 302
    assert "invalid" in words(Client().get(link_in(mail)))


def test_a_link_for_a_new_password_is_good_for_an_hour(client, rosalba, mailoutbox):
    client.post("/admin/account/password/", {"email": rosalba.email})
    with time_machine.travel(NOON + timedelta(minutes=61)):
        assert "invalid" in words(client.get(link_in(mailoutbox[0])))


def test_a_link_goes_to_the_address_that_the_account_has_now(client, rosalba, mailoutbox):
    client.post("/admin/account/password/", {"email": rosalba.email})
    link = link_in(mailoutbox.pop())
    User.objects.update(email="new@orlemar.example")
    assert "invalid" in words(client.get(link))
    client.post("/admin/account/password/", {"email": "rosalba@orlemar.example"})
    assert "do not have any record" in mailoutbox[0].body


def test_a_reset_does_not_tell_which_accounts_there_are(client, rosalba, mailoutbox):
    """The site sends a mail to an unknown address, too, so that both answers take the same time."""
    answers = {
        words(client.post("/admin/account/password/", {"email": f"{name}@orlemar.example"}, follow=True))
        for name in ("rosalba", "nobody")
    }
    assert len(answers) == 1
    assert "Back to the sign-in page" in answers.pop()
    assert len(mailoutbox) == 2


def test_an_address_is_sent_five_mails_at_most(client, rosalba, mailoutbox):
    asked = [client.post("/admin/account/password/", {"email": rosalba.email}).status_code for _time in range(7)]
    assert asked == [302] * 5 + [429] * 2
    assert len(mailoutbox) == 5


def test_a_change_of_password_ends_everything_else(client, rosalba, mailoutbox):
    elsewhere = Client()
    elsewhere.force_login(rosalba)
    sign_in(client, "rosalba", "a long enough one")
    chosen = {"oldpassword": "a long enough one", "password1": "quite another one", "password2": "quite another one"}
    assert client.post("/admin/password_change/", chosen).status_code == 302
    assert client.get("/admin/").status_code == 200
    assert elsewhere.get("/admin/").status_code == 302
    assert "Your password has been changed" in mailoutbox[-1].body


WEAK = {
    "Fe7-rry": "too short",
    "sunshine1": "too common",
    "8264091735": "entirely numeric",
    "rosalba-1": "too similar to the username",
}


def test_a_weak_password_is_refused_with_the_reason(client, rosalba):
    client.force_login(rosalba)
    for password, reason in WEAK.items():
        chosen = {"oldpassword": "a long enough one", "password1": password, "password2": password}
        page = client.post("/admin/password_change/", chosen)
        assert reason in words(page), password
    rosalba.refresh_from_db()
    assert rosalba.check_password("a long enough one")


def test_the_old_password_is_not_guessed_in_somebody_s_session(client, rosalba, hashed):
    client.force_login(rosalba)
    chosen = {"password1": "quite another one", "password2": "quite another one"}
    for _time in range(5):
        assert client.post("/admin/password_change/", {"oldpassword": "wrong", **chosen}).status_code == 200
    hashed.clear()
    assert client.post("/admin/password_change/", {"oldpassword": "a long enough one", **chosen}).status_code == 429
    assert hashed == []


# Sessions and mails about them


def test_sessions_are_listed_and_the_others_ended(client, rosalba):
    elsewhere = Client(HTTP_USER_AGENT="A lost telephone")
    for browser in (client, elsewhere):
        sign_in(browser, "rosalba", "a long enough one")
    page = client.get("/admin/account/sessions/")
    assert "A lost telephone" in words(page)
    client.post("/admin/account/sessions/")
    assert client.get("/admin/").status_code == 200
    assert elsewhere.get("/admin/").status_code == 302


def test_signing_out_ends_the_session_for_whoever_has_its_cookie(client, rosalba):
    sign_in(client, "rosalba", "a long enough one")
    thief = Client()
    thief.cookies = copy(client.cookies)
    assert thief.get("/admin/").status_code == 200
    client.post("/admin/logout/")
    assert thief.get("/admin/").status_code == 302


def test_the_owner_is_told_of_a_browser_that_is_new(client, rosalba, mailoutbox):
    for _time in range(2):
        sign_in(client, "rosalba", "a long enough one", "192.0.2.7")
        client.post("/admin/logout/")
    [mail] = mailoutbox
    assert mail.to == ["rosalba@orlemar.example"]
    assert "192.0.2.7" in mail.body
    sign_in(Client(), "rosalba", "a long enough one")
    assert len(mailoutbox) == 2


def test_a_mail_server_that_is_down_keeps_nobody_out(client, rosalba, settings):
    settings.EMAIL_BACKEND, settings.EMAIL_PORT = "outbox.mail.OutboxBackend", 1
    settings.MAIL_SERVER = "django.core.mail.backends.smtp.EmailBackend"
    assert sign_in(client, "rosalba", "a long enough one").status_code == 302


def test_an_address_that_is_no_address_signs_in(client, rosalba):
    assert sign_in(client, "rosalba", "a long enough one", "").status_code == 302


# What a refusal costs


@pytest.mark.parametrize("name", ["rosalba", "name-{}"])
def test_a_refusal_that_is_known_asks_the_database_nothing(client, mission, django_assert_num_queries, name):
    for number in range(31):
        sign_in(client, name.format(number))
    with django_assert_num_queries(0):
        refused = sign_in(client, name.format("another"))
    assert refused.status_code == 429
    assert "too many attempts to sign in" in words(refused)
    assert refused.headers["Content-Security-Policy"] and refused.headers["X-Content-Type-Options"]
    assert sign_in(client, name.format("another"), address="192.0.2.9").status_code == 200


def test_a_refusal_is_told_in_the_language_of_the_page(client, mission):
    for _attempt in range(6):
        sign_in(client, "rosalba")
    page = client.post("/fr/admin/login/", {"login": "rosalba", "password": "wrong"}, REMOTE_ADDR="192.0.2.1")
    assert page.headers["Content-Language"] == "fr"


def test_a_refusal_costs_as_little_in_another_language(client, mission, django_assert_num_queries):
    wrong = {"login": "rosalba", "password": "wrong"}
    for _attempt in range(6):
        client.post("/fr/admin/login/", wrong)
    with django_assert_num_queries(0):
        assert client.post("/fr/admin/login/", wrong).status_code == 429
    assert client.post("/admin/login/", wrong).headers["Content-Language"] == "en"


def test_made_up_passkeys_are_counted_too(client, mission):
    passkeys = "/admin/account/factors/keys/sign-in/"
    answers = [client.post(passkeys, {"credential": f'{{"id": {number}}}'}).status_code for number in range(31)]
    assert answers == [302] * 30 + [429]


def test_blanks_round_a_name_make_no_other_account(client, rosalba):
    answers = [sign_in(client, f"{' ' * number}rosalba").status_code for number in range(6)]
    assert answers == [200] * 5 + [429]


@pytest.mark.database
@pytest.mark.django_db(transaction=True, serialized_rollback=True)
@pytest.mark.skipif(connection.vendor == "sqlite", reason="the tests' SQLite is in memory and has one connection")
def test_guesses_at_once_do_not_pass_the_limit(noon):
    guesses, together = 12, Barrier(12)

    def guess(_number) -> bool:
        together.wait()
        admitted = SignInAttempt.objects.admit("mara", "192.0.2.1", noon)
        connection.close()
        return admitted

    with ThreadPoolExecutor(guesses) as threads:
        admitted = sum(threads.map(guess, range(guesses)))
    assert admitted <= SignInAttempts.PER_ACCOUNT
    assert SignInAttempt.objects.count() == admitted


def test_the_name_has_the_focus_and_the_button_follows_the_password(client, mission):
    page = client.get("/admin/login/").content.decode()
    [name] = re.findall(r"<input[^>]*\bautofocus\b[^>]*>", page)
    assert 'name="login"' in name
    assert page.index('name="password"') < page.index("Sign In</button>") < page.index("Forgot your password?")
