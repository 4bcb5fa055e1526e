"""Signing in with a passkey, a key, a code and a recovery code, in a real browser with a virtual authenticator."""

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.auth.models import User
from django.test import Client
from playwright.sync_api import expect

from accounts.models import AuditEvent
from tests.accounts.identity_provider import running, settings_for
from tests.accounts.test_second_factor import code
from tests.browser.accessibility import axe

pytestmark = [pytest.mark.browser, pytest.mark.django_db]

KEY = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def ada(people, server, context, settings):
    """The page of Ada, who has not signed in, with a key in her computer."""
    settings.SECOND_FACTOR, settings.SECOND_FACTOR_GRACE = True, 0
    page = people("visitor", context=context)
    devtools = context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": KEY})
    page.goto(f"{server.url}/admin/")
    return page


def sign_in(page):
    page.get_by_label("User name or e-mail address:").fill("ada")
    page.get_by_label("Password:").fill("a long password")
    page.get_by_role("button", name="Sign In", exact=True).click()


def sign_out(page, server):
    page.goto(f"{server.url}/admin/")
    page.get_by_role("button", name="Log out").click()
    page.goto(f"{server.url}/admin/")


def give_code(page, typed):
    page.get_by_label("Code:").fill(typed)
    page.get_by_role("button", name="Sign In", exact=True).click()


def is_at_the_desk(page):
    expect(page.get_by_role("button", name="Log out")).to_be_visible()
    expect(page.locator(".desk-now")).to_be_visible()


def add_key(page, server, passkey):
    page.goto(f"{server.url}/admin/account/factors/keys/add/")
    page.get_by_label("Name of the key").fill("My computer")
    page.get_by_label("Passwordless").set_checked(passkey)
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.get_by_label("Unused codes")).to_be_visible()


def test_a_passkey_signs_in_by_itself(ada, server):
    assert axe(ada) == {}
    sign_in(ada)
    expect(ada.get_by_text("Your role needs a second factor")).to_be_visible()
    assert axe(ada) == {}
    add_key(ada, server, passkey=True)
    assert axe(ada) == {}
    sign_out(ada, server)
    ada.get_by_role("button", name="Sign in with a passkey").click()
    is_at_the_desk(ada)
    assert ada.troubles == []


def test_a_key_that_is_a_second_factor_signs_in_only_after_the_password(ada, server):
    sign_in(ada)
    # Some keys make a passkey although only a second factor was asked for. This simulates such a key.
    add_key(ada, server, passkey=True)
    key = Authenticator.objects.get(type="webauthn")
    key.data["credential"]["clientExtensionResults"]["credProps"]["rk"] = False
    key.save()
    sign_out(ada, server)
    ada.get_by_role("button", name="Sign in with a passkey").click()
    expect(ada.get_by_text("Incorrect code")).to_be_visible()
    sign_in(ada)
    assert axe(ada) == {}
    ada.get_by_role("button", name="Use a security key").click()
    is_at_the_desk(ada)
    assert ada.troubles == []


def test_a_code_and_a_recovery_code_sign_in_and_a_wrong_one_does_not(ada, server):
    elsewhere = Client()
    elsewhere.post("/admin/login/", {"login": "ada", "password": "a long password"})
    sign_in(ada)
    ada.goto(f"{server.url}/admin/account/factors/app/add/")
    assert axe(ada) == {}
    secret = ada.get_by_label("Authenticator secret").input_value()
    used = code(secret=secret)
    ada.get_by_label("Authenticator code").fill(used)
    ada.get_by_role("button", name="Activate").click()
    recovery = ada.get_by_label("Unused codes").input_value().split()[0]
    # By adding the factor, Ada has proved that she has it. The older session has not, so it is asked for the factor.
    ada.goto(f"{server.url}/admin/")
    is_at_the_desk(ada)
    assert elsewhere.get("/admin/account/sessions/").status_code == 302
    assert AuditEvent.objects.filter(action=AuditEvent.Action.FACTOR_ADDED, object_repr="ada").exists()
    for wrong, typed in ((used, code(1, secret)), ("000000", recovery)):
        sign_out(ada, server)
        sign_in(ada)
        give_code(ada, wrong)
        expect(ada.get_by_text("Incorrect code")).to_be_visible()
        give_code(ada, typed)
        is_at_the_desk(ada)
    assert ada.troubles == []


def test_the_ministry_s_sign_in_leads_to_the_desk(ada, server, settings):
    """The provider has another origin. The content security policy allows a link to it, but no form."""
    settings.SECOND_FACTOR = False
    User.objects.filter(username="ada").update(email="ada@orlemar.example")
    with running() as provider:
        settings.SOCIALACCOUNT_PROVIDERS = settings_for(provider)
        provider.claims = {"sub": "1", "email": "ada@orlemar.example", "email_verified": True}
        ada.reload()
        ada.get_by_role("link", name="Sign in with the ministry").click()
        is_at_the_desk(ada)
    assert ada.troubles == []
