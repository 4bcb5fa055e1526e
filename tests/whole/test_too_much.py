"""A request with more data than its address can need is refused before anything reads the data."""

import re
from pathlib import Path

import pytest
from django.contrib.admin import site
from django.core.files.uploadedfile import SimpleUploadedFile
from django.forms import FileField
from django.test import Client
from django.urls import get_resolver, resolve

from embassy.apps import declared
from embassy.http.middleware import MOST_WITH_FILES
from tests.browsing import edition_page, save, words
from tests.making import make_draft, make_statement
from tests.whole.every_page import PATHS
from uploads.handler import LARGEST

pytestmark = pytest.mark.usefixtures("noon")

FIFTEEN_MB = 15_000_000
URLENCODED = "application/x-www-form-urlencoded"
WITH_FILES = "multipart/form-data; boundary=x"
PARAMETER = re.compile(r"<[^>]+>")
ADMIN = ["/admin/login/", "/admin/", "/admin/statements/edition/", "/admin/statements/edition/1/change/", "/fr/admin/"]


class Unread:
    """A request's body that nobody may read."""

    def read(self, *size):
        raise AssertionError("The data was read.")

    readline = read


def send(client, path, content_type, size=FIFTEEN_MB, method="POST"):
    """Send a request that announces `size` bytes of this type. Returns the response."""
    told = {"CONTENT_TYPE": content_type, "CONTENT_LENGTH": str(size), "wsgi.input": Unread()}
    return client.generic(method, path, **told)


def routes(patterns, before="/"):
    """An address of each route of the URL configuration."""
    for each in patterns:
        path = before + PARAMETER.sub("1", str(each.pattern))
        if hasattr(each, "url_patterns"):
            yield from routes(each.url_patterns, path)
        else:
            yield path


@pytest.mark.parametrize("of_the_desk", ["some", pytest.param("all", marks=pytest.mark.slow)])
def test_no_route_reads_fifteen_megabytes(desk, mission, of_the_desk):
    paths = list(routes(get_resolver().url_patterns))
    assert {"/", "/statements/feed.rss", "/admin/login/", "/admin/outbox/job/", "/api/statements/"} <= set(paths)
    if of_the_desk == "some":
        paths = [path for number, path in enumerate(paths) if number % 10 == 0 or not path.startswith("/admin/")]
    answers = {path: send(desk, path, URLENCODED) for path in paths}
    assert {path: answer.status_code for path, answer in answers.items() if answer.status_code != 413} == {}
    assert max(len(answer.content) for answer in answers.values()) < 10_000


def test_a_form_with_files_does_not_read_more_than_all_its_files_may_have(desk, mission):
    pages = {resolve(path).url_name: path for path in routes(get_resolver().url_patterns) if "/admin/" in path}
    for name in declared("takes_files"):
        page = send(desk, pages[name], WITH_FILES, MOST_WITH_FILES + 1)
        assert page.status_code == 413
        assert len(page.content) < 10_000
        assert "all files of a form together 200 MB" in words(page)


def test_the_front_servers_let_the_site_answer_what_is_too_large():
    """In nginx, a megabyte has 1,048,576 bytes; in Caddy, 1,000,000."""
    [nginx] = re.findall(r"client_max_body_size (\d+)m;", Path("deploy/nginx.conf").read_text())
    [caddy] = re.findall(r"max_size (\d+)MB", Path("deploy/Caddyfile").read_text())
    assert min(int(nginx) * 1_048_576, int(caddy) * 1_000_000) > MOST_WITH_FILES


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS", "BREW"])
@pytest.mark.parametrize("path", ["/", "/api/statements/", "/statements/feed.rss", "/admin/login/", "/nothing/"])
def test_no_method_reads_fifteen_megabytes(db, mission, client, method, path):
    assert send(client, path, "application/octet-stream", method=method).status_code == 413


@pytest.mark.parametrize("path", ["/statements/", "/api/statements/", *ADMIN, "/admin/statements/edition/add/"])
def test_data_in_chunks_without_a_length_are_refused_unread(desk, mission, path):
    told = {"HTTP_TRANSFER_ENCODING": "chunked", "CONTENT_TYPE": WITH_FILES, "wsgi.input": Unread()}
    page = desk.generic("POST", path, **told)
    assert page.status_code == 413
    assert len(page.content) < 10_000


def test_a_file_that_is_too_large_gets_a_short_page_with_its_name_the_limit_and_the_way_back(desk, mission):
    edition = make_draft(make_statement(mission))
    large = SimpleUploadedFile(f"{'Film' * 50}.pdf", b"%PDF" + bytes(LARGEST), "application/pdf")
    page = save(desk, edition_page(edition), **{"title": "Later", "attachments-0-upload": large})
    assert page.status_code == 413
    assert len(page.content) < 10_000
    assert "is larger than 25 MB. Save it smaller, or split it." in words(page)
    assert "What you typed is still in the browser: go back with its “Back” button" in words(page)
    assert "FilmFilm" in words(page)
    assert "Film" * 30 not in words(page)
    edition.refresh_from_db()
    assert edition.title != "Later"


def test_the_page_about_too_much_speaks_the_desk_s_language(desk, mission):
    page = send(desk, "/fr/admin/statements/edition/add/", WITH_FILES, MOST_WITH_FILES + 1)
    assert '<html lang="fr" dir="ltr">' in page.content.decode()
    assert 'id="site-name"' in page.content.decode()


@pytest.mark.parametrize("content_type", [URLENCODED, WITH_FILES, "application/json", ""])
@pytest.mark.parametrize(
    "path", [*PATHS, "/nothing/", "/feeds/rss.xml", "/api/statements", "/admin/login/", "/admin/"]
)
def test_no_address_reads_fifteen_megabytes(db, mission, client, path, content_type):
    page = send(client, path, content_type)
    assert page.status_code == 413
    assert len(page.content) < 10_000


@pytest.mark.parametrize("path", ADMIN)
def test_no_form_without_files_reads_fifteen_megabytes_of_staff(desk, mission, path):
    page = send(desk, path, URLENCODED)
    assert page.status_code == 413
    assert len(page.content) < 10_000


@pytest.mark.parametrize("path", ["statements/kind/add/", "auth/user/add/", "nothing/add/"])
def test_no_form_that_has_no_files_reads_fifteen_megabytes_as_files(desk, mission, path):
    page = send(desk, f"/admin/{path}", WITH_FILES)
    assert page.status_code == 413
    assert len(page.content) < 10_000


def test_the_forms_that_take_files_are_those_that_have_one(desk, mission):
    make_draft(make_statement(mission))
    request, found = desk.get("/admin/").wsgi_request, set()
    for model, model_admin in site._registry.items():
        for page, row in (("add", None), ("change", model.objects.first())):
            inlines = model_admin.get_formsets_with_inlines(request, row)
            forms = [model_admin.get_form(request, row), *(formset.form for formset, _inline in inlines)]
            if any(isinstance(field, FileField) for form in forms for field in form.base_fields.values()):
                found.add(f"{model._meta.label_lower.replace('.', '_')}_{page}")
    # The page to add a statement takes files, too, because it shows the form of its first edition.
    assert found | {"statements_statement_add"} == declared("takes_files")


def test_an_address_for_readers_takes_a_few_lines(db, mission, client):
    assert send(client, "/statements/", URLENCODED, 10_001).status_code == 413
    assert client.post("/statements/", b"x" * 10_000, content_type=URLENCODED).status_code != 413


@pytest.mark.parametrize("signed_in", [False, True])
def test_fifteen_megabytes_in_a_field_of_a_form_with_files_are_refused(desk, mission, signed_in):
    edition = make_draft(make_statement(mission))
    sender = desk if signed_in else Client(enforce_csrf_checks=True)
    page = sender.post(f"/admin/statements/edition/{edition.pk}/change/", {"body": "x" * FIFTEEN_MB})
    assert page.status_code == 413
    assert len(page.content) < 10_000


@pytest.mark.parametrize(("length", "status"), [("", 200), ("-1", 200), ("many", 200), ("²", 200), ("9" * 5000, 413)])
def test_a_length_that_is_no_number_is_no_error(db, mission, client, length, status):
    assert client.get("/statements/", CONTENT_LENGTH=length).status_code == status
