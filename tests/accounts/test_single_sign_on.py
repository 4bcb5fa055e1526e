"""Single sign-on, against a provider on loopback."""

from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, build_opener

import pytest
from django.contrib.auth.models import User

from tests.accounts.identity_provider import running, settings_for
from tests.browsing import words

PASSWORD = "a long enough one"
ROSALBA = {"sub": "4711", "email": "Rosalba@orlemar.example", "email_verified": True, "preferred_username": "r.moss"}


@pytest.fixture
def provider(settings):
    settings.SECOND_FACTOR = True
    with running() as made:
        settings.SOCIALACCOUNT_PROVIDERS = settings_for(made)
        made.claims = dict(ROSALBA)
        yield made


@pytest.fixture
def rosalba(mission):
    return User.objects.create_superuser("rosalba", "rosalba@orlemar.example", PASSWORD)


class NoRedirects(HTTPRedirectHandler):
    def redirect_request(self, *told):
        return None


def sign_in(browser):
    """Go to the provider, and come back. Returns the desk's answer."""
    there = browser.get("/admin/account/oidc/ministry/").url
    with pytest.raises(HTTPError) as redirect:
        build_opener(NoRedirects).open(there)
    with redirect.value as answer:
        back = urlsplit(answer.headers["Location"])
    return browser.get(f"{back.path}?{back.query}")


def test_who_is_known_to_the_ministry_signs_in_without_a_password(client, rosalba, provider, settings):
    settings.SECOND_FACTOR = False
    assert "Sign in with the ministry" in words(client.get("/admin/login/"))
    assert sign_in(client).url == "/admin/"
    assert client.get("/admin/").status_code == 200


def test_the_person_is_known_again_by_their_number_not_by_their_address(client, rosalba, provider):
    sign_in(client)
    User.objects.create_superuser("heir", "new@orlemar.example")
    provider.claims["email"] = "new@orlemar.example"
    client.logout()
    sign_in(client)
    assert client.session["_auth_user_id"] == str(rosalba.pk)


@pytest.mark.parametrize("claims", [{"email": "nobody@orlemar.example"}, {"email_verified": False}, {"email": ""}])
def test_who_has_no_account_here_is_not_let_in(client, rosalba, provider, claims):
    provider.claims.update(claims)
    sign_in(client)
    assert client.get("/admin/").status_code == 302
    assert User.objects.count() == 1


def test_who_has_been_deactivated_here_is_not_let_in(client, rosalba, provider):
    sign_in(client)
    client.logout()
    User.objects.update(is_active=False)
    sign_in(client)
    assert client.get("/admin/").status_code == 302


@pytest.mark.parametrize(("amr", "complete"), [(["pwd", "mfa"], True), (["pwd"], False)])
def test_a_second_factor_at_the_provider_counts_if_it_says_so(client, rosalba, provider, settings, amr, complete):
    settings.SECOND_FACTOR_GRACE = -1
    provider.claims["amr"] = amr
    sign_in(client)
    assert (client.get("/admin/").status_code == 200) == complete


def test_the_password_stays_for_the_day_when_the_provider_is_away(client, rosalba, provider):
    sign_in(client)
    client.logout()
    assert client.post("/admin/login/", {"login": "rosalba", "password": PASSWORD}).status_code == 302


def test_an_answer_that_was_not_asked_for_signs_nobody_in(client, rosalba, provider):
    page = client.get("/admin/account/oidc/ministry/back/?code=one-use&state=made-up")
    assert page.status_code in (200, 401)
    assert client.get("/admin/").status_code == 302


def test_a_provider_that_is_away_is_no_server_error(client, rosalba, provider, settings):
    settings.SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"][0]["settings"]["server_url"] = "http://127.0.0.1:1"
    page = client.get("/admin/account/oidc/ministry/", follow=True)
    assert "The ministry’s sign-in does not answer. Sign in with your password." in words(page)


def test_without_a_provider_nothing_offers_one(client, rosalba):
    assert "Sign in with the" not in words(client.get("/admin/login/"))
    assert client.get("/admin/account/oidc/ministry/").status_code == 404
