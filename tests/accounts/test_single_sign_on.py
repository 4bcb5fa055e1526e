"""Single sign-on with a provider that runs on loopback."""

from datetime import timedelta
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, build_opener

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.auth.models import User
from django.test import Client

from accounts.models import AuditEvent
from tests.accounts.identity_provider import running, settings_for
from tests.browsing import save, words
from tests.making import NOON, make_administrator, make_member, make_mission, post

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
    """Go to the provider, and come back to the desk. Returns the desk's answer."""
    back = urlsplit(back_from(browser.get("/admin/account/oidc/ministry/").url))
    return browser.get(f"{back.path}?{back.query}")


def back_from(there) -> str:
    """The address to which the provider redirects a browser that requests `there`."""
    with pytest.raises(HTTPError) as redirect:
        build_opener(NoRedirects).open(there)
    with redirect.value as answer:
        return answer.headers["Location"]


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


@pytest.mark.parametrize(("domain", "let_in"), [("orlemar.example", True), ("vell.example", False)])
def test_an_address_in_a_domain_of_the_provider_needs_no_word_that_it_is_verified(
    client, rosalba, provider, settings, domain, let_in
):
    settings.SECOND_FACTOR = False
    settings.SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"][0]["settings"]["verified_email"] = [domain]
    del provider.claims["email_verified"]
    sign_in(client)
    assert (client.get("/admin/").status_code == 200) == let_in


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


def test_an_account_loses_its_password_when_the_owner_of_its_address_signs_in(client, provider, mission):
    own = make_member("Administrators", "vesna")
    own.set_password(PASSWORD)
    own.email = "rosalba@orlemar.example"
    own.save()
    sign_in(client)
    assert client.session["_auth_user_id"] == str(own.pk)
    answer = Client().post("/admin/login/", {"login": "vesna", "password": PASSWORD})
    assert "There is no active account with this name and password." in words(answer)


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


# Postings that the provider claims

HOUR = timedelta(hours=1)


@pytest.fixture
def claiming(client, mission, provider, settings, noon):
    """Returns a function that signs the person in, with the given postings in the claim, and returns the account."""
    settings.OIDC_POSTINGS_CLAIM = "postings"
    provider.claims.update(given_name="Rosalba", family_name="Moss")

    def claim(*postings, **claims):
        provider.claims.update({"postings": list(postings), **claims})
        client.logout()
        sign_in(client)
        return User.objects.filter(email__iexact="rosalba@orlemar.example").first()

    return claim


def held(user) -> set[tuple]:
    return {
        (posting.mission and posting.mission.slug, posting.role.name, posting.live_from, posting.live_until)
        for posting in user.postings.all()
    }


def test_the_account_and_the_postings_of_a_newcomer_come_from_the_claim(client, claiming):
    make_mission("vell")
    user = claiming(
        "port-brennick/Authors",
        "vell.example/Consular editors/2025-06-16T15:00+02:00",
        "*/Editors/2025-06-16T12:30:59Z",
    )
    assert (user.username, user.get_full_name(), user.is_superuser) == ("rosalba", "Rosalba Moss", False)
    assert held(user) == {
        ("port-brennick", "Authors", NOON, None),
        ("vell", "Consular editors", NOON, NOON + HOUR),
        (None, "Editors", NOON, NOON + HOUR / 2),
    }
    assert client.get("/admin/statements/statement/add/").status_code == 200


def test_at_each_sign_in_the_postings_of_the_provider_are_brought_into_line(claiming, mission, time_machine):
    user = claiming("port-brennick/Authors", "port-brennick/Editors", "*/Consular editors")
    post(user, "Authors", mission, live_until=NOON + 9 * HOUR)
    time_machine.move_to(NOON + HOUR, tick=False)
    claiming("port-brennick/Editors/2025-06-16T20:00Z", "port-brennick/Administrators")
    assert held(user) == {
        ("port-brennick", "Authors", NOON, NOON + HOUR),
        ("port-brennick", "Editors", NOON, NOON + 8 * HOUR),
        (None, "Consular editors", NOON, NOON + HOUR),
        ("port-brennick", "Administrators", NOON + HOUR, None),
        ("port-brennick", "Authors", None, NOON + 9 * HOUR),
    }
    before = held(user)
    claiming("port-brennick/Editors/2025-06-16T20:00Z", "port-brennick/Administrators")
    assert held(user) == before


@pytest.mark.parametrize("claims", [{"postings": []}, {"postings": None}, {"postings": ""}])
def test_what_is_no_longer_claimed_ends_at_the_next_sign_in(client, claiming, time_machine, claims):
    user = claiming("port-brennick/Authors")
    time_machine.move_to(NOON + HOUR, tick=False)
    claiming(**claims)
    assert held(user) == {("port-brennick", "Authors", NOON, NOON + HOUR)}
    assert "Your posting here has ended" in words(client.get("/admin/", follow=True))


def test_an_account_that_was_made_at_the_desk_gets_postings_too(claiming, mission):
    user = make_member("Authors", "r.moss")
    User.objects.filter(pk=user.pk).update(email="rosalba@orlemar.example")
    assert claiming("port-brennick/Editors") == user
    assert held(user) == {("port-brennick", "Authors", None, None), ("port-brennick", "Editors", NOON, None)}


def test_who_has_written_the_address_into_an_account_of_theirs_gets_no_postings(client, claiming, mission):
    own = make_member("Administrators", "vesna")
    own.set_password(PASSWORD)
    own.email = "rosalba@orlemar.example"
    own.save()
    Authenticator.objects.create(user=own, type=Authenticator.Type.TOTP, data={"secret": "", "used_codes": []})
    before = Client()
    before.force_login(own)
    assert claiming("*/Administrators") == own
    assert before.get("/admin/").status_code == 302
    answer = Client().post("/admin/login/", {"login": "vesna", "password": PASSWORD})
    assert "There is no active account with this name and password." in words(answer)
    assert not Authenticator.objects.exists()
    assert AuditEvent.objects.filter(action=AuditEvent.Action.FACTOR_REMOVED, object_id=own.pk).count() == 1
    assert client.get("/admin/", follow=True).status_code == 200


def test_a_superuser_keeps_the_password_for_the_day_when_the_provider_is_away(client, rosalba, claiming):
    claiming("port-brennick/Editors")
    rosalba.refresh_from_db()
    assert rosalba.check_password(PASSWORD)


UNKNOWN = [
    "port-brennick/Kings",
    "nowhere/Editors",
    "/Editors",
    "Editors",
    "",
    "port-brennick/editors",
    "port-brennick/Editors/soon",
    "port-brennick/Editors/2025-06-17T12:00",
    "port-brennick/Editors/2025-06-17T12:00Z/more",
    "port-brennick/Editors/9999-12-31T23:59-12:00",
    7,
    None,
    {"mission": "port-brennick"},
    ["port-brennick/Editors"],
]


@pytest.mark.parametrize(
    ("ends", "until"),
    [(["", "/2025-06-16T13:00Z"], None), (["/2025-06-16T14:00Z", "/2025-06-16T13:00Z"], NOON + 2 * HOUR)],
)
def test_what_is_claimed_twice_lasts_until_the_later_end(claiming, ends, until):
    user = claiming(*(f"port-brennick/Authors{end}" for end in ends))
    assert held(user) == {("port-brennick", "Authors", NOON, until)}


@pytest.mark.database
def test_what_names_no_mission_or_role_gives_nothing_and_is_noted(claiming, caplog):
    user = claiming("port-brennick/Authors", *UNKNOWN)
    assert held(user) == {("port-brennick", "Authors", NOON, None)}
    noted = AuditEvent.objects.filter(action=AuditEvent.Action.UNKNOWN_POSTING).values_list("object_repr", flat=True)
    assert set(noted) == {f"rosalba@orlemar.example: {each!r}" for each in UNKNOWN}
    assert "not known here: 'port-brennick/Kings'" in caplog.text


@pytest.mark.parametrize("claim", ["port-brennick/Authors", {"a": 1}, 7, True])
def test_a_claim_that_is_no_list_is_read_as_one_posting(claiming, claim):
    user = claiming(postings=claim)
    assert bool(user) == (claim == "port-brennick/Authors")


@pytest.mark.parametrize(
    "claims",
    [
        {"postings": []},
        {"postings": ["port-brennick/Kings"]},
        {"postings": ["port-brennick/Authors/2025-06-16T12:00Z"]},
        {"email_verified": False},
        {"email": ""},
    ],
)
def test_who_has_neither_an_account_nor_a_posting_is_told_so(client, claiming, provider, claims):
    claiming("port-brennick/Authors", **{"email": "nobody@orlemar.example", **claims})
    assert not User.objects.exists()
    assert "You have no account here" in words(sign_in(client))


@pytest.mark.parametrize("fields", [{"email": "rosalba@orlemar.example"}, {"username": "Rosalba@orlemar.example"}])
def test_who_was_deactivated_here_gets_no_second_account(claiming, mission, fields):
    User.objects.create_user(**{"username": "gone", **fields}, is_active=False)
    claiming("port-brennick/Authors")
    assert User.objects.count() == 1
    assert not User.objects.get().postings.exists()


def test_without_the_setting_a_claim_gives_nothing(claiming, settings):
    settings.OIDC_POSTINGS_CLAIM = ""
    assert claiming("port-brennick/Authors") is None


def test_who_came_by_the_provider_alone_gets_no_password_behind_its_back(client, claiming, mailoutbox, mission):
    user = claiming("port-brennick/Authors")
    client.logout()
    client.post("/admin/account/password/", {"email": user.email})
    assert "do not have any record" in mailoutbox[-1].body
    client.force_login(make_administrator())
    assert "Send a link for a new password" in words(client.get(f"/admin/auth/user/{user.pk}/change/"))


def test_a_posting_of_the_provider_says_so_and_can_be_ended_at_the_desk(client, claiming, mission):
    posting = claiming("port-brennick/Authors").postings.get()
    client.force_login(make_administrator())
    page = f"/admin/accounts/posting/{posting.pk}/change/"
    assert "Given by the ministry’s sign-in" in words(client.get(page))
    assert save(client, page, live_until_local="2025-06-16T15:00", from_provider="").status_code == 302
    posting.refresh_from_db()
    assert (posting.live_until, posting.from_provider) == (NOON + 2 * HOUR, True)
