"""The desk at its own host name in a real browser: requests from another site come without the strict cookies."""

import re

import pytest
from django.contrib.auth.models import User
from playwright.sync_api import expect

from tests.accounts.identity_provider import running, settings_for
from tests.browser.accessibility import axe
from tests.making import make_mission, publish

pytestmark = [pytest.mark.browser, pytest.mark.django_db]

ORLEMAR, VELL = "/at/port-brennick/admin/", "/at/lake-vell/admin/"
ELSEWHERE = "http://mail.example/"


@pytest.fixture(scope="module")
def scene():
    def make():
        orlemar = make_mission(host="orlemar.localhost")
        make_mission("lake-vell", host="vell.localhost", name={"en": "Consulate General in Lake Vell"})
        publish(orlemar)

    return make


@pytest.fixture
def desk(people, server, context, settings):
    """The page of Ada, who is at the sign-in page of the desk host."""
    settings.DESK_HOST, settings.ALLOWED_HOSTS = "localhost", ["localhost", ".localhost"]
    settings.SESSION_COOKIE_SAMESITE = settings.CSRF_COOKIE_SAMESITE = "Strict"
    User.objects.filter(username="ada").update(email="ada@orlemar.example")
    page = people("visitor", context=context)
    page.goto(server.url)
    return page


def sign_in(page):
    page.get_by_label("User name or e-mail address:").fill("ada")
    page.get_by_label("Password:").fill("a long password")
    page.get_by_role("button", name="Sign In", exact=True).click()


@pytest.mark.parametrize(
    ("width", "scheme", "language"), [(1280, "light", ""), (360, "dark", ""), (360, "light", "ar/")]
)
def test_the_mission_is_chosen_first_and_in_the_head(desk, server, width, scheme, language):
    desk.set_viewport_size({"width": width, "height": 800})
    desk.emulate_media(color_scheme=scheme)
    sign_in(desk)
    assert axe(desk) == {}
    desk.get_by_role("link", name="Lake Vell").click()
    expect(desk).to_have_url(f"{server.url}{VELL}")
    desk.goto(f"{server.url}/at/lake-vell/{language}admin/")
    assert axe(desk) == {}
    assert desk.evaluate("document.documentElement.scrollWidth") <= width
    head = desk.locator(".missions")
    head.get_by_role("combobox").select_option("port-brennick")
    head.get_by_role("button").click()
    expect(desk).to_have_url(f"{server.url}/at/port-brennick/{language}admin/")
    assert desk.troubles == []


def test_a_link_in_a_mail_finds_the_session(desk, server):
    sign_in(desk)
    expect(desk.get_by_role("heading", name="Choose a mission")).to_be_visible()
    follow_from_web_mail(desk, f"{server.url}{VELL}statements/topic/")
    expect(desk).to_have_url(f"{server.url}{VELL}statements/topic/")
    expect(desk.get_by_role("button", name="Log out")).to_be_visible()


def follow_from_web_mail(page, address):
    link = f'<a href="{address}">Have a look</a>'
    page.route(ELSEWHERE, lambda route: route.fulfill(body=link, content_type="text/html"))
    page.goto(ELSEWHERE)
    page.get_by_role("link").click()


def test_a_new_password_is_chosen_from_a_web_mail(desk, server, mailoutbox):
    desk.get_by_role("link", name="Forgot your password?").click()
    desk.get_by_label("Email").fill("ada@orlemar.example")
    desk.get_by_role("button", name="Reset My Password").click()
    expect(desk.get_by_text("A mail is on its way to you")).to_be_visible()
    follow_from_web_mail(desk, re.search(f"{server.url}/admin/account/password/.+/", mailoutbox[0].body)[0])
    expect(desk.get_by_label("New Password:", exact=True)).to_be_visible()


def test_single_sign_on_comes_back_from_another_site(desk, server, settings):
    with running() as provider:
        settings.SOCIALACCOUNT_PROVIDERS = settings_for(provider)
        provider.claims = {"sub": "1", "email": "ada@orlemar.example", "email_verified": True}
        desk.goto(f"{server.url}{VELL}")
        desk.get_by_role("link", name="Sign in with the ministry").click()
        expect(desk).to_have_url(f"{server.url}{VELL}")
    expect(desk.get_by_role("button", name="Log out")).to_be_visible()


def test_the_archive_is_filtered_in_time_travel_at_the_desk_host(desk, server):
    sign_in(desk)
    desk.goto(f"{server.url}/at/port-brennick/statements/?at=2025-06-20T12:00Z")
    desk.get_by_label("Words").fill("ferry")
    desk.get_by_label("Words").press("Enter")
    expect(desk).to_have_url(f"{server.url}/at/port-brennick/statements/?at=2025-06-20T12%3A00Z&q=ferry")
    expect(desk.get_by_role("link", name="The ferry sails again")).to_be_visible()
    assert desk.troubles == []
