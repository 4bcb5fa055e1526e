"""Single sign-on through Canaille, a provider that others have written. It runs on loopback."""

import os
import socket
import subprocess
import sys
from pathlib import Path
from urllib.parse import urljoin

import pytest
import requests
from django.contrib.auth.models import User

from tests.accounts.identity_provider import SECRET
from tests.browsing import fields_of, words
from tests.making import make_mission

# An interpreter with `canaille[oidc]`, which needs too many libraries to be installed for all tests.
PYTHON = os.environ.get("CANAILLE_PYTHON", sys.executable)
BACK = "/admin/account/oidc/ministry/back/"

pytestmark = [pytest.mark.slow, pytest.mark.django_db]


@pytest.fixture
def canaille(settings):
    """The address of a running Canaille that knows this site."""
    if subprocess.run([PYTHON, "-c", "import canaille.oidc.provider"], capture_output=True).returncode:
        pytest.skip("canaille[oidc] is not installed here; CANAILLE_PYTHON may name an interpreter that has it")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    script = Path(__file__).with_name("canaille_provider.py")
    command = [PYTHON, script, str(port), f"http://testserver{BACK}"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
        assert process.stdout.readline() == b"It listens.\n"
        url = f"http://127.0.0.1:{port}"
        how = {
            "server_url": url,
            "oauth_pkce_enabled": True,
            "scope": ["openid", "profile", "email", "groups"],
            # Canaille does not say whether an address is verified.
            "verified_email": ["orlemar.example"],
        }
        app = {"provider_id": "ministry", "name": "the ministry", "client_id": "embassy", "secret": SECRET}
        settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": [{**app, "settings": how}]}}
        settings.OIDC_POSTINGS_CLAIM = "groups"
        yield url
        process.terminate()


@pytest.fixture
def person(canaille):
    """The browser of the person at the provider."""
    with requests.Session() as session:
        yield session


def answer(person, page, **answers):
    """Fill in the form on the provider's page, and send it to the page's own address."""
    fields = {name: values[0] for name, values in fields_of(page.content).items() if values}
    return person.post(page.url, {**fields, **answers}, allow_redirects=False, timeout=30)


def follow(person, page):
    """Follow the provider's redirects. Returns the first address of this site, or the provider's last page."""
    while page.is_redirect:
        there = urljoin(page.url, page.headers["Location"])
        if there.startswith("http://testserver"):
            return there
        page = person.get(there, allow_redirects=False, timeout=30)
    return page


def test_somebody_signs_in_through_a_real_provider_and_works_where_its_group_says(client, person):
    make_mission()
    there = client.get("/admin/account/oidc/ministry/").url
    page = follow(person, person.get(there, allow_redirects=False, timeout=30))
    page = follow(person, answer(person, page, login="rosalba"))
    back = follow(person, answer(person, page, password="a long enough one"))
    assert client.get(back).url == "/admin/"
    assert "Write a statement" in words(client.get("/admin/"))
    made = User.objects.get()
    assert (made.username, made.email, made.get_full_name()) == ("rosalba", "rosalba@orlemar.example", "Rosalba Moss")
    assert [posting.role.name for posting in made.postings.all()] == ["Authors"]
