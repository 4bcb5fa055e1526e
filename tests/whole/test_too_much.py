"""A request with more data than its address can need is refused before anything reads the data."""

import pytest
from django.contrib.admin import site
from django.forms import FileField
from django.test import Client

from embassy.apps import declared
from tests.making import make_draft, make_statement
from tests.whole.every_page import PATHS

pytestmark = pytest.mark.usefixtures("noon")

FIFTEEN_MB = 15_000_000
URLENCODED = "application/x-www-form-urlencoded"
ADMIN = ["/admin/login/", "/admin/", "/admin/statements/edition/", "/admin/statements/edition/1/change/", "/fr/admin/"]


class Unread:
    """The data of a request, which nobody may read."""

    def read(self, *size):
        raise AssertionError("The data was read.")

    readline = read


def send(client, path, content_type, size=FIFTEEN_MB):
    """Announce so many bytes of this type. Returns the response."""
    told = {"CONTENT_TYPE": content_type, "CONTENT_LENGTH": str(size), "wsgi.input": Unread()}
    return client.generic("POST", path, **told)


@pytest.mark.parametrize("content_type", [URLENCODED, "multipart/form-data; boundary=x", "application/json", ""])
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
    page = send(desk, f"/admin/{path}", "multipart/form-data; boundary=x")
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
    # The page to add a statement shows the form of its first edition.
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
