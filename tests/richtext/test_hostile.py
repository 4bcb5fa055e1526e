"""Hostile fragments are sent with the admin's form and imported: no stored text may run a script."""

import re
import time

import pytest
from django.core.exceptions import ValidationError

from importing.fields import FORBIDDEN
from richtext.body import sanitise
from richtext.limits import check_readable
from statements.models import Edition
from tests.archives import import_lines, make_line
from tests.browsing import filled_in, save
from tests.browsing import words as shown
from tests.making import make_draft, make_statement
from tests.richtext.cleanliness import faults, in_order, words, written
from tests.richtext.hostile import HOSTILE, NUL, REFUSED

TOO_MUCH = re.compile("Paste it as plain text|attach a part (of it )?as a file")


def test_the_corpus_is_as_large_as_was_promised():
    assert len(HOSTILE) - len(REFUSED) >= 100


LITERAL = ("comments that are never closed", "half tags")
ADD = "/admin/statements/statement/add/"


def post_statement(desk, form, html):
    """Send the form for a new statement with this body. Returns the response."""
    wording = {"language": "en", "title": "Hostile", "body": html}
    return desk.post(ADD, {**form, "kind": "1", **wording})


def test_what_is_typed_into_the_form_is_stored_clean(mission):
    for name, (html, expected) in HOSTILE.items():
        if name in REFUSED or NUL in html:
            continue
        edition = written(mission, "Hostile", html)
        assert faults(edition.body) == [], name
        assert in_order(expected.split(), words(edition.body)), (name, edition.body)
        stored = edition.body
        edition.save()
        edition.refresh_from_db()
        assert edition.body == stored, name


@pytest.mark.slow
@pytest.mark.django_db
def test_what_is_too_much_for_the_form_is_refused_with_the_reason(desk, mission, noon):
    form = filled_in(desk.get(ADD))
    # The form stores a text without tags as plain text, so it does not refuse the fragments in LITERAL.
    for name, (html, _expected) in HOSTILE.items():
        if (name in REFUSED and name not in LITERAL) or NUL in html:
            said = shown(post_statement(desk, form, html))
            assert TOO_MUCH.search(said) or "Null characters are not allowed." in said, name
    assert not Edition.objects.exists()


@pytest.mark.django_db
def test_what_is_imported_is_stored_clean_or_refused_and_the_same_again(tmp_path, mission, noon):
    lines = [make_line(name, body_html=html) for name, (html, _words) in HOSTILE.items()]
    report = import_lines(tmp_path, *lines)
    refused = {list(HOSTILE)[int(re.match(r"line (\d+): body_html: ", defect)[1]) - 1] for defect in report.defects}
    assert refused == {name for name, (html, _words) in HOSTILE.items() if name in REFUSED or FORBIDDEN.search(html)}
    stored = {source.identifier: source.edition.body for source in mission.source_set.select_related("edition")}
    assert stored.keys() == HOSTILE.keys() - refused
    assert {name: faults(body) for name, body in stored.items() if faults(body)} == {}
    lost = {name: body for name, body in stored.items() if not in_order(HOSTILE[name][1].split(), words(body))}
    assert lost == {}
    again = import_lines(tmp_path, *[make_line(name, body_html=body or None) for name, body in stored.items()])
    assert (again.defects, "0 corrected" in again.summary) == ([], True)
    assert Edition.objects.count() == len(stored)


def cleaned(html) -> str | None:
    """The fragment as it would be stored; None if it is refused."""
    try:
        check_readable(html)
    except ValidationError:
        return None
    return sanitise(html)


def test_what_is_clean_stays_as_it_is_and_what_is_unreadable_is_refused():
    for name, (html, _words) in HOSTILE.items():
        once = cleaned(html)
        assert (once is None) == (name in REFUSED), name
        assert once is None or sanitise(once) == once, name


@pytest.mark.slow
def test_every_fragment_is_cleaned_in_a_short_time():
    for name, (html, _words) in HOSTILE.items():
        begun = time.process_time()
        cleaned(html)
        assert time.process_time() - begun < 1.5, name


@pytest.mark.parametrize("put", ["saved", "updated"])
def test_a_title_put_into_a_body_is_cleaned_as_a_body(mission, put):
    edition = make_draft(make_statement(mission), title="Rain <script>alert(1)</script> at noon")
    if put == "saved":
        edition.body = edition.title
        edition.save()
    else:
        Edition.objects.filter(pk=edition.pk).update(body=edition.title)
    edition.refresh_from_db()
    assert edition.title == "Rain <script>alert(1)</script> at noon"
    assert "script" not in edition.body


@pytest.mark.parametrize("title", ["The\xa0ferry\u200b sa\xadils\u202e", "\ufeffThe\u2009ferry \t sails\u2060 "])
@pytest.mark.django_db
def test_titles_and_addresses_hold_nothing_unseen(desk, tmp_path, mission, noon, title):
    import_lines(tmp_path, make_line(title=title))
    answer = save(
        desk,
        "/admin/statements/statement/add/",
        kind="1",
        language="en",
        title=title,
    )
    assert answer.status_code == 302
    assert set(Edition.objects.values_list("title", flat=True)) == {"The ferry sails"}
    assert Edition.objects.get(status="approved").statement.slug == "the-ferry-sails"


@pytest.mark.django_db
def test_a_title_keeps_the_no_break_spaces_that_its_language_wants(tmp_path, mission, noon):
    import_lines(tmp_path, make_line(language="fr", title="Qui\xa0part\xa0? «\xa0Le bac\xa0»", lead="À 9\xa0h"))
    edition = Edition.objects.get()
    assert (edition.title, edition.lead) == ("Qui part\xa0? «\xa0Le bac\xa0»", "À 9\xa0h")
    assert edition.statement.slug == "qui-part-le-bac"


@pytest.mark.django_db
def test_a_title_of_nothing_but_the_unseen_is_empty(tmp_path, mission, noon):
    assert import_lines(tmp_path, make_line(title="\u200b\xa0\u2060")).defects == [
        "line 1: title: is empty. Write something here."
    ]
