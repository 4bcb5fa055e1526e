"""One desk for all missions, at a host name of its own (DESK_HOST). At the public hosts, nobody is signed in."""

import re
from datetime import timedelta
from html import escape
from itertools import cycle, product

import pytest
from django.contrib.auth.models import Group
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.core import mail
from django.core.checks import Tags, run_checks
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import URLResolver, get_resolver

from embassy.models import Mission
from statements.models import Topic
from tests.accounts.identity_provider import running, settings_for
from tests.accounts.test_single_sign_on import back_from
from tests.accounts.test_who_may import POSTED_HERE, STAFF, WHO, TheDesk, rolled_back
from tests.browsing import edition_page, filled_in, save, words
from tests.embassy.test_session_recovery import carried
from tests.furnished import furnished
from tests.making import (
    NOON,
    make_administrator,
    make_draft,
    make_member,
    make_mission,
    make_statement,
    post,
    publish,
)
from tests.whole.every_page import PATHS, Page, furnish
from tests.whole.stranger import Stranger

DESK, ORLEMAR, VELL = "desk.example", "orlemar.example", "vell.example"
AT_ORLEMAR, AT_VELL = "/at/port-brennick/admin/", "/at/lake-vell/admin/"
CHOICE = "/admin/account/missions/"
PASSWORD = "a long enough one"

PARAMETER = re.compile(r"\(?\?P<\w+>.*?\)|<[^>]+>|[\^$]")

pytestmark = pytest.mark.usefixtures("noon", "lasting_connection")


@pytest.fixture(autouse=True)
def desk_host(settings):
    settings.DESK_HOST = DESK
    settings.ALLOWED_HOSTS = [DESK, ORLEMAR, VELL]
    settings.SESSION_COOKIE_SAMESITE = "Strict"


@pytest.fixture
def mission(db):
    return make_mission(host=ORLEMAR)


@pytest.fixture
def vell(mission):
    return make_mission("lake-vell", host=VELL, name={"en": "Consulate General in Lake Vell"})


@pytest.fixture
def client():
    """A browser at the desk host. Its cookies are sent to other hosts, too."""
    return at(DESK)


@furnished
def the_site():
    """A mission with every type of public page."""
    furnish(make_mission(host=ORLEMAR, languages=["en", "fr"]))


@furnished
def the_desk():
    """Two missions with a row of each model, and a user of each role."""
    return TheDesk()


def at(host) -> Client:
    return Client(headers={"host": host})


def signed_in(user) -> Client:
    browser = at(DESK)
    browser.force_login(user)
    return browser


@pytest.fixture
def editor(mission):
    return signed_in(make_member("Editors"))


AT_DESK = ("/at/port-brennick/", "/static/")
LINKING = {"a": ["href"], "area": ["href"], "img": ["src", "srcset"], "source": ["srcset"], "form": ["action"]}


def is_refused(answer) -> bool:
    return answer.status_code in (403, 404) or "/admin/login/" in answer.headers.get("Location", "")


def with_password(user):
    user.set_password(PASSWORD)
    user.email = f"{user.username}@orlemar.example"
    user.save()
    return user


# The public hosts


@pytest.mark.parametrize("path", ["/admin", "/admin/", "/fr/admin/", "/admin/login/", "/admin/account/sessions/"])
def test_the_desk_is_not_at_a_public_host(editor, path):
    for browser in (at(ORLEMAR), editor):
        answer = browser.get(path, headers={"host": ORLEMAR})
        assert answer.status_code == 404
        assert not answer.cookies
    assert at(ORLEMAR).post(path, {"login": "editors", "password": PASSWORD}).status_code == 404


def test_a_public_host_reads_no_session(editor, mission):
    publish(mission, "Tomorrow", at=NOON.replace(day=17))
    with CaptureQueriesContext(connection) as asked:
        page = editor.get("/?at=2025-06-18T12:00Z", headers={"host": ORLEMAR})
    assert "Tomorrow" not in words(page)
    assert "Time travel" not in words(page)
    assert [each["sql"] for each in asked if "session" in each["sql"] or "auth_user" in each["sql"]] == []


def admin_addresses(patterns=None, before="/admin/") -> list[str]:
    """All addresses of the desk and of the accounts in the URL configuration."""
    if patterns is None:
        under = [each for each in get_resolver().url_patterns if str(each.pattern) == "admin/"]
        return [path for each in under for path in admin_addresses(each.url_patterns)]
    found = []
    for each in patterns:
        template = before + PARAMETER.sub("1", str(each.pattern))
        found += admin_addresses(each.url_patterns, template) if isinstance(each, URLResolver) else [template]
    return found


# Django would replace this cookie by one of its own.
MALFORMED = "csrftoken=malformed"


@pytest.mark.parametrize("of_each_route", ["the first", pytest.param("every", marks=pytest.mark.slow)])
def test_no_address_of_a_public_host_knows_a_session(the_site, settings, of_each_route):
    mission, user = Mission.objects.get(), make_administrator()
    cookie = f"{settings.SESSION_COOKIE_NAME}={signed_in(user).session.session_key}; {MALFORMED}"
    stranger = Stranger(cookie)
    addresses = stranger.addresses(NOON)
    assert len(addresses) > 100
    if of_each_route == "the first":
        # Keep every address that belongs to no route: they all have the name "elsewhere" in place of a route's.
        elsewhere = [each for each in addresses if each[0] == "elsewhere"]
        addresses = [*dict(reversed(addresses)).items(), *elsewhere]
    addresses += [("desk", path) for path in admin_addresses()]
    ways = list(product(("GET", "POST"), mission.languages))
    # For "the first", each address is asked for in one way, and the ways take turns.
    taken = [[way] for way in ways] if of_each_route == "the first" else [ways]
    with CaptureQueriesContext(connection) as asked:
        answers = [
            stranger.ask(mission, language, *address, method)
            for address, several in zip(addresses, cycle(taken), strict=False)
            for method, language in several
        ]
    assert [answer.path for answer in answers if any(name == "Set-Cookie" for name, _value in answer.headers)] == []
    assert [answer.path for answer in answers if answer.route == "desk" and answer.code != 404] == []
    assert [each["sql"] for each in asked if "django_session" in each["sql"] or "auth_user" in each["sql"]] == []


# The desk and its missions


def test_who_works_at_one_mission_lands_there(client, mission, vell):
    with_password(make_member("Authors", "mirela"))
    page = client.get("/", follow=True)
    assert page.redirect_chain[-1][0] == f"/admin/login/?next={CHOICE}"
    page = client.post("/admin/login/", {"login": "mirela", "password": PASSWORD, "next": CHOICE}, follow=True)
    assert page.redirect_chain[-1][0] == AT_ORLEMAR
    assert page.status_code == 200
    assert VELL not in page.content.decode()


def test_who_works_at_two_missions_chooses_and_sees_no_third(mission, vell):
    make_mission("sull", host="sull.example", name={"en": "Embassy in Sull"})
    mirela = make_member("Authors", "mirela")
    post(mirela, "Authors", vell)
    browser = signed_in(mirela)
    page = browser.get(CHOICE)
    assert AT_ORLEMAR in page.content.decode()
    assert AT_VELL in page.content.decode()
    for page in (browser.get(CHOICE), browser.get(AT_VELL)):
        assert "Lake Vell" in words(page)
        assert "Sull" not in words(page)
    assert browser.get(f"{CHOICE}?mission=lake-vell").url == AT_VELL
    assert browser.get(f"{CHOICE}?mission=sull").status_code == 200
    assert f'href="{CHOICE}"' in browser.get("/at/sull/admin/", follow=True).content.decode()


def test_the_ministry_chooses_any_mission(mission, vell):
    page = signed_in(make_member("Editors", "ministry", mission=None)).get(AT_ORLEMAR)
    assert '<option value="lake-vell">' in page.content.decode()


def test_who_has_lost_the_last_posting_is_told_so(mission, vell):
    browser = signed_in(make_member("Authors", live_until=NOON))
    assert "You are posted to no mission at present" in words(browser.get(CHOICE))


def test_whoever_needs_a_second_factor_somewhere_does_not_choose_without(editor, vell, settings):
    settings.SECOND_FACTOR, settings.SECOND_FACTOR_GRACE = True, 0
    page = editor.get(CHOICE, follow=True)
    assert page.redirect_chain[-1][0].startswith("/admin/account/factors/")


def test_the_language_goes_along_if_the_mission_has_it(mission, vell):
    Mission.objects.filter(pk=vell.pk).update(languages=["en"])
    browser = signed_in(make_administrator())
    assert browser.get(f"/fr{CHOICE}?mission=port-brennick").url == "/at/port-brennick/fr/admin/"
    assert browser.get(f"/fr{CHOICE}?mission=lake-vell").url == AT_VELL
    assert 'action="/fr/admin/account/missions/"' in browser.get("/at/port-brennick/fr/admin/").content.decode()
    assert at(DESK).get("/", headers={"accept-language": "fr"}).url == f"/fr{CHOICE}"


def test_two_tabs_at_two_missions_do_not_mix(mission, vell):
    browser, topics = signed_in(make_administrator()), ["/at/lake-vell/admin/statements/topic/"]
    topics.append("/at/port-brennick/admin/statements/topic/")
    forms = [filled_in(browser.get(f"{address}add/")) for address in topics]
    for address, form in zip(topics, forms, strict=True):
        answer = browser.post(f"{address}add/", {**form, "name_en": address, "slug": "lakes"})
        assert answer.url == address
    made = {f"/at/{topic.mission.slug}/admin/statements/topic/": topic.name["en"] for topic in Topic.objects.all()}
    assert made == {address: address for address in topics}


@pytest.mark.slow
@pytest.mark.parametrize("who", STAFF)
def test_each_address_at_a_mission_is_for_those_whose_it_is(the_desk, settings, who):
    settings.ALLOWED_HOSTS, wrong = ["*"], []
    browser, mission = signed_in(the_desk.people[who]), the_desk.own.mission
    for key, path in the_desk.own.paths().items():
        address = f"/at/{mission.slug}{path}"
        with rolled_back(browser) as writing:
            answer = browser.get(address + the_desk.own.asked(key))
            answer.getvalue()
            browser.post(address, the_desk.bodies.get(key, {}))
        opened = answer.status_code != 405 and not is_refused(answer)
        if opened != (who in WHO[key][0]) or bool(writing) != (who in WHO[key][1]):
            wrong.append((key, answer.status_code, writing))
    assert wrong == []


@pytest.mark.slow
@pytest.mark.parametrize("who", POSTED_HERE)
def test_nobody_opens_or_changes_anything_at_another_mission(the_desk, settings, who):
    settings.ALLOWED_HOSTS, wrong = ["*"], []
    browser, mission = signed_in(the_desk.people[who]), the_desk.other.mission
    for key, path in the_desk.other.paths().items():
        with rolled_back(browser) as writing:
            answers = [browser.get(f"/at/{mission.slug}{path}"), browser.post(f"/at/{mission.slug}{path}")]
        if writing or not all(map(is_refused, answers)):
            wrong.append((key, [answer.status_code for answer in answers], writing))
    assert wrong == []


def test_every_link_and_form_of_the_desk_names_its_mission(editor, mission):
    draft = make_draft(make_statement(mission))
    for path in ("", "statements/edition/", f"statements/edition/{draft.pk}/change/"):
        page = editor.get(AT_ORLEMAR + path).content.decode()
        assert AT_ORLEMAR in page
        for written in ('"/admin/', '"/fr/', '"/at/lake'):
            assert written not in page.replace('action="/admin/account/missions/"', "")


def test_a_mission_that_does_not_exist_is_not_found(client, mission):
    for path in ("/at/nowhere/admin/", "/at/", "/statements/", "/sitemap.xml"):
        assert client.get(path).status_code == 404


def test_the_first_mission_is_founded_at_the_desk_host(db):
    browser = signed_in(make_administrator())
    assert "Add the mission" in words(browser.get("/admin/"))
    page = browser.get("/admin/embassy/mission/add/")
    fields = {"name_en": "Embassy", "slug": "sull", "home_city_en": "Tavelle", "host_city_en": "Sull"}
    zones = {"home_time_zone": "Asia/Tbilisi", "host_time_zone": "Asia/Tokyo"}
    refused = browser.post("/admin/embassy/mission/add/", {**filled_in(page), **fields, **zones})
    assert "The desk has a host name of its own, so the site needs one, too." in words(refused)
    browser.post("/admin/embassy/mission/add/", {**filled_in(page), **fields, **zones, "host": VELL})
    assert browser.get("/admin/", follow=True).redirect_chain[-1][0] == "/at/sull/admin/"


def test_a_second_mission_is_added_at_the_desk_host(mission):
    browser = signed_in(make_administrator())
    mission.other_hosts.create(name="former.example")
    fields = {"name_en": "Consulate", "slug": "lake-vell", "home_city_en": "Tavelle", "host_city_en": "Vell"}
    zones = {"home_time_zone": "Asia/Tbilisi", "host_time_zone": "Asia/Tokyo"}
    answer = save(browser, f"{AT_ORLEMAR}embassy/mission/add/", **fields, **zones, host=VELL)
    assert answer.status_code == 302
    assert at(VELL).get("/").status_code == 200


# Public pages, for staff and for everybody


def test_a_public_address_at_the_desk_host_leads_to_the_site(client, editor, mission):
    address = publish(mission).get_absolute_url()
    for browser in (client, editor):
        answer = browser.get(f"/at/port-brennick/fr{address}?from=desk", headers={"host": f"{DESK}:8000"})
        assert (answer.status_code, answer.url) == (302, f"http://{ORLEMAR}:8000/fr{address}?from=desk")


def test_view_site_and_view_on_site_lead_to_the_site(editor, mission):
    edition = publish(mission)
    page = editor.get(f"{AT_ORLEMAR}statements/statement/{edition.statement_id}/change/")
    assert f'href="http://{ORLEMAR}/"' in page.content.decode()
    for row in (edition, edition.statement):
        shortcut = f"{AT_ORLEMAR}r/{ContentType.objects.get_for_model(row).pk}/{row.pk}/"
        for link in (page.context["absolute_url"], editor.get(shortcut).url):
            assert editor.get(link).url == f"http://{ORLEMAR}{edition.get_absolute_url()}"


def test_staff_travel_in_time_at_the_desk_host(editor, mission):
    body = f'<p><a href="/topics/">All topics</a> <a href="http://{ORLEMAR}/speakers/">Who speaks</a></p>'
    edition = publish(mission, "Tomorrow", at=NOON.replace(day=17), body=body)
    when = "at=2025-06-18T12:00Z"
    page = editor.get(f"/at/port-brennick{edition.get_absolute_url()}?{when}")
    html = page.content.decode()
    assert "You are seeing the site as of" in words(page)
    assert f'href="/at/port-brennick/topics/?{when}"' in html
    assert f'href="/at/port-brennick/speakers/?{when}"' in html
    assert f'rel="canonical" href="http://{ORLEMAR}{edition.get_absolute_url()}"' in html
    for attribute in ('href="/', 'action="/', 'src="/'):
        for rest in html.split(attribute)[1:]:
            assert rest.startswith(("at/port-brennick/", "static/", "opensearch.xml", "statements/feed")), rest[:60]
    archive = editor.get(f"/at/port-brennick/fr/statements/?{when}").content.decode()
    assert archive.count('action="/at/port-brennick/fr/statements/"') == 2


@pytest.mark.parametrize("path", PATHS)
def test_every_link_of_a_page_in_time_travel_stays_at_the_desk_host(the_site, path):
    browser = signed_in(make_member("Editors"))
    address = f"/at/port-brennick{path}{'&' if '?' in path else '?'}at=2025-06-16T12:00Z"
    page = Page(browser.get(address).content.decode())
    assert "You are seeing the site as of" in page.words
    addresses = [attributes.get(name, "") for tag in LINKING for attributes in page.all(tag) for name in LINKING[tag]]
    assert [each for each in addresses if each.startswith("/") and not each.startswith(AT_DESK)] == []
    assert [each for each in addresses if each.startswith(f"http://{ORLEMAR}")] == []
    for picture in page.all("img"):
        answer = browser.get(picture["src"])
        assert answer.status_code == 200 and answer.getvalue()


def test_a_stranger_does_not_travel_at_the_desk_host(client, mission):
    publish(mission, "Tomorrow", at=NOON.replace(day=17))
    answer = client.get("/at/port-brennick/?at=2025-06-18T12:00Z")
    assert (answer.status_code, answer.url) == (302, f"http://{ORLEMAR}/")


def test_nobody_travels_at_a_mission_where_they_are_not_posted(editor, vell):
    assert editor.get("/at/lake-vell/?at=2025-06-18T12:00Z").url == f"http://{VELL}/"


def test_a_preview_link_leads_to_the_public_host_and_needs_no_cookie(editor, mission):
    draft = make_draft(make_statement(mission), title="Sealed")
    address = edition_page(draft, "invite").replace("/admin/", AT_ORLEMAR)
    page = editor.post(address, {**filled_in(editor.get(address)), "name": "Rosalba Moss"}, follow=True)
    link = page.content.decode().partition(f'value="http://{ORLEMAR}')[2].partition('"')[0]
    answer = at(ORLEMAR).get(link)
    assert "Sealed" in words(answer)
    assert not answer.cookies


def test_an_editor_sees_the_preview_at_the_desk(editor, mission):
    draft = make_draft(make_statement(mission), title="Sealed", body='<p><a href="/topics/">Topics</a></p>')
    page = editor.get(edition_page(draft, "preview").replace("/admin/", AT_ORLEMAR))
    assert "Sealed" in words(page)
    assert 'href="/at/port-brennick/topics/">Topics' in page.content.decode()


def test_a_link_to_the_own_site_is_checked_as_readers_follow_it(editor, mission):
    body = f'<p><a href="http://{ORLEMAR}/gone/">There</a> <a href="/statements/">Here</a></p>'
    draft = make_draft(make_statement(mission), body=body)
    page = words(editor.get(edition_page(draft).replace("/admin/", AT_ORLEMAR)))
    assert page.count("The link leads to a page of this site that is not there now.") == 1


# Files, mails and cookies of the desk host


def test_search_engines_are_kept_away_from_the_desk_host(client, mission):
    assert client.get("/robots.txt").content == b"User-agent: *\nDisallow: /\n"
    assert b"Sitemap" in at(ORLEMAR).get("/robots.txt").content


def test_security_txt_is_at_the_desk_host_too(client, mission, settings):
    settings.SECURITY_CONTACT = ["mailto:security@orlemar.example"]
    assert (
        f"Canonical: http://{DESK}/.well-known/security.txt"
        in client.get("/.well-known/security.txt").content.decode()
    )


def test_a_link_in_a_mail_leads_to_the_desk_host(client, mission):
    with_password(make_member("Authors", "mirela"))
    client.post("/admin/account/password/", {"email": "mirela@orlemar.example"})
    assert f"http://{DESK}/admin/account/password/" in mail.outbox[0].body


def test_a_message_is_kept_in_a_cookie_of_this_host_alone(mission, settings):
    settings.MESSAGE_STORAGE = "embassy.desk.messages.HostStorage"
    browser = signed_in(make_administrator())
    answer = save(browser, f"{AT_ORLEMAR}statements/topic/add/", name_en="Lakes", slug="lakes")
    assert "__Host-messages" in answer.cookies
    assert "was added successfully" in words(browser.get(answer.url))


def test_a_passkey_belongs_to_the_desk_host(editor, settings):
    page = editor.get(f"{AT_ORLEMAR}account/factors/keys/add/", headers={"host": f"{DESK}:8000"})
    assert f'"id": "{DESK}"' in page.content.decode()


def test_what_was_sent_goes_on_at_its_own_mission_alone(mission, vell, settings, time_machine):
    settings.REAUTHENTICATE_AFTER = 60 * 60
    with_password(make_administrator("ada"))
    browser = at(DESK)
    browser.post("/admin/login/", {"login": "ada", "password": PASSWORD})
    add = f"{AT_ORLEMAR}auth/group/add/"
    form = filled_in(browser.get(add), name="Translators")
    time_machine.move_to(NOON + timedelta(hours=1), tick=False)
    for elsewhere in (AT_VELL, "/at/port-brennick/fr/admin/"):
        browser.post(add, form)
        browser.post(f"{elsewhere}account/again/", {"password": PASSWORD, "next": add})
        assert not Group.objects.filter(name="Translators").exists()
        time_machine.shift(timedelta(hours=1))
        browser.post("/admin/login/", {"login": "ada", "password": PASSWORD})
        time_machine.shift(timedelta(hours=1))
    asked = browser.post(add, form)
    assert asked.url.startswith(f"{AT_ORLEMAR}account/again/")
    answer = browser.post(asked.url, {"password": PASSWORD, "next": add})
    assert answer.url == f"{AT_ORLEMAR}auth/group/"
    assert Group.objects.filter(name="Translators").exists()


def test_what_was_typed_before_a_session_ended_comes_back_at_its_mission(mission):
    browser, draft = signed_in(make_administrator()), make_draft(make_statement(mission))
    address = edition_page(draft).replace("/admin/", AT_ORLEMAR)
    typed = filled_in(browser.get(address), title="Typed")
    Session.objects.all().delete()
    asked = browser.post(address, typed)
    answer = {"login": "admin", "password": "a long password", "carried": carried(asked)}
    back = browser.post(f"{AT_ORLEMAR}login/", answer)
    assert f'action="{address}"' in back.content.decode()
    assert browser.post(address, filled_in(back)).status_code == 302
    draft.refresh_from_db()
    assert draft.title == "Typed"


def test_single_sign_on_comes_back_to_the_mission(mission, settings):
    """The provider's redirect arrives without the session cookie, which is SameSite=Strict.

    So the answer is a page of the desk that leads to the same address, and the browser sends the cookie.
    """
    with running() as provider:
        settings.SOCIALACCOUNT_PROVIDERS, browser = settings_for(provider), at(DESK)
        provider.claims = {"sub": "1", "email": "ada@orlemar.example", "email_verified": True}
        with_password(make_administrator("ada"))
        there = browser.get(f"{AT_ORLEMAR}account/oidc/ministry/?next={AT_ORLEMAR}statements/topic/").url
        back = back_from(there)
        assert back.startswith(f"http://{DESK}/admin/account/oidc/ministry/back/")
        assert leads_to_itself(back.removeprefix(f"http://{DESK}"))
        assert browser.get(back).url == f"{AT_ORLEMAR}statements/topic/"
    assert browser.get(AT_ORLEMAR).status_code == 200


def test_a_link_from_another_site_finds_the_session(editor, mission):
    """The strict cookie does not come with the link's request, but with the next one, from a page of the desk."""
    publish(mission, "Tomorrow", at=NOON.replace(day=17))
    for address in (AT_ORLEMAR, "/at/port-brennick/?at=2025-06-18T12:00Z"):
        assert leads_to_itself(address)
        assert editor.get(address, headers={"sec-fetch-site": "same-origin"}).status_code == 200
        assert at(DESK).get(address, headers={"sec-fetch-site": "same-origin"}).status_code == 302


def test_a_link_in_a_web_mail_chooses_a_new_password(client, mission):
    with_password(make_member("Authors", "mirela"))
    client.post("/admin/account/password/", {"email": "mirela@orlemar.example"})
    link = re.search(f"http://{DESK}(/admin/account/password/.+/)", mail.outbox[0].body)[1]
    assert leads_to_itself(link)
    assert client.get(link).status_code == 302


def leads_to_itself(address) -> bool:
    """Whether a browser that comes from another site gets a page of the desk that leads on to the same address."""
    page = at(DESK).get(address, headers={"sec-fetch-site": "cross-site"})
    return f'<meta http-equiv="refresh" content="0; url={escape(address)}">' in page.content.decode()


# Host names of missions


def test_no_mission_takes_the_host_name_of_the_desk(mission):
    browser = signed_in(make_administrator())
    address = f"{AT_ORLEMAR}embassy/mission/{mission.pk}/change/"
    form = filled_in(browser.get(address))
    another = {"other_hosts-TOTAL_FORMS": "1", "other_hosts-0-name": DESK}
    for typed in ({"host": DESK}, another):
        assert "This is the host name of the desk" in words(browser.post(address, {**form, **typed}))
    assert "The desk has a host name of its own" in words(browser.post(address, {**form, "host": ""}))
    mission.refresh_from_db()
    assert (mission.host, mission.other_hosts.count()) == (ORLEMAR, 0)


def wrong(**kwargs) -> list[str]:
    return sorted(each.id for each in run_checks(**kwargs) if each.id.startswith("embassy."))


def test_a_desk_host_that_is_not_served_is_an_error(settings):
    assert wrong() == []
    settings.ALLOWED_HOSTS = [ORLEMAR]
    assert wrong() == ["embassy.E002"]
    settings.DESK_HOST = "https://desk.example"
    assert wrong() == ["embassy.E001"]


def test_a_mission_at_the_desk_host_or_without_a_host_is_an_error(mission):
    asked = {"tags": [Tags.database], "databases": ["default"]}
    assert wrong(**asked) == []
    mission.other_hosts.create(name=DESK)
    assert wrong(**asked) == ["embassy.E003"]
    Mission.objects.update(host=None)
    assert wrong(**asked) == ["embassy.E003", "embassy.E004"]
