"""The second factor: codes of an app, recovery codes, and which sessions need a second factor."""

import time
from datetime import timedelta

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.test import Client

from tests.browsing import edition_page, filled_in, words
from tests.embassy.test_session_recovery import carried
from tests.making import NOON, make_draft, make_member, make_statement, submit

pytestmark = pytest.mark.usefixtures("noon")

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
PASSWORD = "a long enough one"
CODES = "/admin/account/factors/sign-in/"


@pytest.fixture(autouse=True)
def required(settings):
    settings.SECOND_FACTOR, settings.SECOND_FACTOR_GRACE = True, 7
    # allauth notes used codes in the cache. At noon, each test has the same codes.
    cache.clear()


def make_staff(role, name, joined=NOON - timedelta(days=30)):
    user = make_member(role, name)
    user.set_password(PASSWORD)
    user.email, user.date_joined = f"{name}@orlemar.example", joined
    user.save()
    return user


@pytest.fixture
def oren(mission):
    """An editor, who may publish."""
    return make_staff("Editors", "oren")


@pytest.fixture
def with_app(oren):
    """Oren with an app for codes and with recovery codes."""
    TOTP.activate(oren, SECRET)
    return RecoveryCodes.activate(oren).generate_codes()


def code(later=0, secret=SECRET) -> str:
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + later))


def sign_in(browser, name="oren", **fields):
    return browser.post("/admin/login/", {"login": name, "password": PASSWORD, **fields})


def at_the_desk(browser) -> bool:
    return browser.get("/admin/").status_code == 200


# Signing in with a code


def test_the_password_alone_opens_nothing(client, with_app):
    assert sign_in(client).url == CODES
    assert not at_the_desk(client)
    assert client.get("/admin/account/factors/").status_code == 302


@pytest.mark.parametrize("later", [-1, 0, 1])
def test_a_code_of_the_app_signs_in(client, with_app, later):
    sign_in(client)
    assert client.post(CODES, {"code": code(later)}).url == "/admin/"
    assert at_the_desk(client)


@pytest.mark.parametrize("later", [-2, 2])
def test_a_code_of_another_minute_is_refused(client, with_app, later):
    sign_in(client)
    assert "Incorrect code" in words(client.post(CODES, {"code": code(later)}))
    assert not at_the_desk(client)


def test_a_key_is_not_offered_to_who_has_none(client, with_app):
    sign_in(client)
    assert "security key" not in words(client.get(CODES))


def test_recovery_codes_come_with_advice_and_a_way_on(client, with_app):
    sign_in(client)
    client.post(CODES, {"code": code()})
    page = client.get("/admin/account/factors/recovery-codes/")
    assert with_app[0] in page.content.decode()
    assert "Each works once." in words(page) and "On to the desk" in words(page)


def test_a_second_factor_is_called_so_on_every_page(client, oren, with_app):
    sign_in(client)
    pages = [client.get(CODES)]
    client.post(CODES, {"code": code()})
    others = ["", "app/remove/", "keys/", "keys/add/", "recovery-codes/", "recovery-codes/new/"]
    pages += [client.get(f"/admin/account/factors/{page}") for page in others]
    Authenticator.objects.all().delete()
    pages.append(client.get("/admin/account/factors/app/add/"))
    assert {page.status_code for page in pages} == {200}
    assert not [page for page in pages if "two-factor" in page.content.decode().lower()]


def test_a_code_is_good_once_in_all_processes(client, with_app):
    used = code()
    for browser, answer in ((client, 302), (Client(), 200)):
        sign_in(browser)
        cache.clear()
        assert browser.post(CODES, {"code": used}).status_code == answer


def test_a_recovery_code_signs_in_once(client, with_app):
    for browser, answer in ((client, 302), (Client(), 200)):
        sign_in(browser)
        assert browser.post(CODES, {"code": with_app[0]}).status_code == answer
        assert at_the_desk(browser) == (answer == 302)


def test_codes_are_not_guessed_even_from_many_networks(client, with_app):
    sign_in(client)
    for number in range(5):
        assert client.post(CODES, {"code": "000000"}, REMOTE_ADDR=f"192.0.2.{number}").status_code == 200
    assert client.post(CODES, {"code": code()}, REMOTE_ADDR="192.0.2.99").status_code == 429
    with time_machine.travel(NOON + timedelta(minutes=15), tick=False):
        sign_in(client)
        assert client.post(CODES, {"code": code()}).status_code == 302


def test_an_author_who_has_a_second_factor_is_asked_for_it_too(client, mission):
    TOTP.activate(make_staff("Authors", "mirela"), SECRET)
    assert sign_in(client, "mirela").url == CODES


# Which sessions need a second factor


def test_who_may_publish_chooses_a_second_factor_before_anything_else(client, oren):
    sign_in(client)
    page = client.get("/admin/statements/edition/", follow=True)
    assert page.redirect_chain[-1][0].startswith("/admin/account/factors/")
    assert "Your role needs a second factor besides the password." in words(page)


@pytest.mark.parametrize(
    ("role", "needs"), [("Authors", False), ("Consular editors", False), ("Administrators", True)]
)
def test_only_who_may_publish_or_give_access_needs_one(client, mission, role, needs):
    make_staff(role, "ysolde")
    sign_in(client, "ysolde")
    assert at_the_desk(client) != needs


def test_a_new_account_has_some_days_without_one(client, mission):
    make_staff("Editors", "oren", joined=NOON)
    sign_in(client)
    assert "From 23 June 2025 on you need a second factor" in words(client.get("/admin/"))
    for days, open_ in ((6, True), (8, False)):
        with time_machine.travel(NOON + timedelta(days=days), tick=False):
            assert at_the_desk(client) == open_


def test_it_is_the_session_that_needs_one_not_the_account(client, oren):
    """This session began before the account had a second factor."""
    client.force_login(oren)
    TOTP.activate(oren, SECRET)
    page = client.get("/admin/", follow=True)
    assert page.redirect_chain[-1][0].startswith("/admin/account/factors/again/")
    assert client.post(page.request["PATH_INFO"], {"code": code(), "next": "/admin/"}).url == "/admin/"
    assert at_the_desk(client)


@pytest.mark.parametrize("needed", [True, False])
def test_without_it_nobody_travels_in_time(client, mission, oren, settings, needed):
    settings.SECOND_FACTOR = needed
    make_draft(make_statement(mission), title="Tomorrow").approve(None, NOON + timedelta(days=1), NOON)
    client.force_login(oren)
    assert ("Tomorrow" in words(client.get("/?at=2025-06-18T12:00Z"))) != needed


def test_the_demonstration_may_go_without(client, oren, settings):
    settings.SECOND_FACTOR = False
    sign_in(client)
    assert at_the_desk(client)


def test_what_was_typed_goes_through_the_second_factor_too(client, mission, with_app):
    sign_in(client)
    client.post(CODES, {"code": code()})
    draft = make_draft(make_statement(mission))
    typed = filled_in(client.get(edition_page(draft)), title="Typed")
    Session.objects.all().delete()
    page = client.post(edition_page(draft), typed)
    assert sign_in(client, carried=carried(page)).url == CODES
    back = client.post(CODES, {"code": code(1)})
    assert client.post(edition_page(draft), filled_in(back)).status_code == 302
    draft.refresh_from_db()
    assert draft.title == "Typed"


# When the second factor is asked for again


@pytest.fixture
def in_review(mission):
    return submit(make_draft(make_statement(mission)), make_member("Authors"))


@pytest.fixture
def an_hour_later(client, with_app, in_review, settings, time_machine):
    """Oren's browser, an hour after he signed in."""
    settings.REAUTHENTICATE_AFTER = 60 * 60
    sign_in(client)
    client.post(CODES, {"code": code()})
    assert client.get(edition_page(in_review, "approve")).status_code == 200
    time_machine.move_to(NOON + timedelta(hours=1), tick=False)
    return client


def test_a_password_is_asked_again_before_publishing(an_hour_later, in_review):
    assert an_hour_later.get(edition_page(in_review)).status_code == 200
    asked = an_hour_later.post(edition_page(in_review, "publish-now"), {"seen": in_review.fingerprint()})
    assert asked.url.startswith("/admin/account/again/")
    for password, approved in (("wrong", False), (PASSWORD, True)):
        an_hour_later.post(asked.url, {"password": password, "next": edition_page(in_review, "publish-now")})
        in_review.refresh_from_db()
        assert in_review.is_approved == approved


def test_what_was_sent_goes_on_in_its_language(an_hour_later, in_review):
    address = f"/fr{edition_page(in_review, 'publish-now')}"
    asked = an_hour_later.post(address, {"seen": in_review.fingerprint()})
    assert asked.url.startswith("/fr/admin/account/again/")
    done = an_hour_later.post(asked.url, {"password": PASSWORD, "next": address})
    in_review.refresh_from_db()
    assert in_review.is_approved
    assert done.url.startswith("/fr/admin/")


@pytest.mark.parametrize("move", ["approve", "withdraw", "withhold"])
def test_it_is_asked_before_each_grave_move(an_hour_later, in_review, move):
    assert an_hour_later.get(edition_page(in_review, move)).url.startswith("/admin/account/again/")


def test_a_password_is_not_guessed_where_it_is_asked_again(an_hour_later, in_review):
    for answer in [200] * 5 + [429]:
        assert an_hour_later.post("/admin/account/again/", {"password": "wrong"}).status_code == answer


def test_no_secret_of_a_factor_is_shown_at_the_desk(desk, with_app):
    assert Authenticator.objects.exists()
    for model in ("mfa/authenticator", "account/emailaddress", "usersessions/usersession"):
        assert desk.get(f"/admin/{model}/").status_code == 404


# When all factors are lost


def test_who_has_lost_all_factors_chooses_new_ones(client, with_app, capsys):
    call_command("remove_second_factors", "oren")
    assert "2 removed. oren chooses a new second factor at the next sign-in." in capsys.readouterr().out
    sign_in(client)
    assert client.get("/admin/", follow=True).redirect_chain[-1][0].startswith("/admin/account/factors/?")


def test_factors_are_removed_from_no_account_by_mistake(with_app):
    with pytest.raises(CommandError, match="No account has the user name “orenn”"):
        call_command("remove_second_factors", "orenn")
    assert Authenticator.objects.count() == 2


# Answers that no browser gives

HOSTILE = [
    "",
    "x",
    "1",
    "[]",
    "[1]",
    "{}",
    '{"id": 1}',
    '{"id": "AA", "rawId": "AA", "type": "public-key", "response": 1}',
]
KEYS = [
    f'{{"id": "AA", "rawId": "AA", "type": "public-key", "response": {response}}}'
    for response in (
        "{}",
        '{"clientDataJSON": "AA", "authenticatorData": "AA", "signature": "AA", "userHandle": "AA"}',
        '{"clientDataJSON": "e30", "authenticatorData": "AA", "signature": "AA", "userHandle": "OTk5OTk5OTk5OTk5OQ"}',
        '{"clientDataJSON": "e30", "attestationObject": "AA"}',
    )
]


@pytest.mark.parametrize("credential", [*HOSTILE, *KEYS])
def test_an_answer_that_no_key_gives_is_an_error_on_the_page(client, with_app, credential):
    passkey = client.post("/admin/account/factors/keys/sign-in/", {"credential": credential})
    assert passkey.url == "/admin/login/"
    sign_in(client)
    assert client.post(CODES, {"credential": credential}).status_code == 200
    client.post(CODES, {"code": code()})
    client.get("/admin/account/factors/keys/add/")
    added = client.post("/admin/account/factors/keys/add/", {"credential": credential, "name": "x"})
    assert added.status_code == 200
    assert Authenticator.objects.count() == 2


def test_codes_are_not_guessed_behind_the_sign_in_of_somebody_else(client, with_app):
    """An attacker has signed in as Vera, and has begun to sign in as Oren.

    The requests of that session must not reset the limit on wrong codes for Oren.
    """
    make_staff("Authors", "vera")
    other = Client()
    for name in ("vera", "oren"):
        sign_in(other, name)
    sign_in(client)
    answers = []
    for _round in range(3):
        answers += [client.post(CODES, {"code": "000000"}).status_code for _guess in range(4)]
        other.post(CODES, {"code": "x"})
    assert 429 in answers


def test_a_page_of_a_key_that_nobody_has_makes_no_guess_forgotten(client, oren):
    client.force_login(oren)
    answers = []
    for _round in range(3):
        answers += [client.post("/admin/account/again/", {"password": "wrong"}).status_code for _guess in range(4)]
        client.post("/admin/account/factors/keys/again/", {"credential": "x"})
    assert 429 in answers
