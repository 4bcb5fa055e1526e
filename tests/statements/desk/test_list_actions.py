"""Many statements are handed in or given back at once: asked once, each by its own rule, what is refused is named."""

import pytest

from statements.models import Edition
from tests.browsing import words
from tests.making import NOON, make_draft, make_mission, make_statement, member, publish

LIST = "/admin/statements/statement/"

pytestmark = pytest.mark.usefixtures("noon")


@pytest.fixture
def many(mission, author):
    """Three drafts of an author; the first in two languages."""
    drafts = [make_draft(make_statement(mission), title=f"Message {number}") for number in range(3)]
    drafts.append(make_draft(drafts[0].statement, "fr", "Communiqué"))
    for draft in drafts:
        draft.write(member("Authors"), NOON)
    return drafts


@pytest.fixture
def submitted(many):
    for draft in many:
        draft.submit(member("Authors"), NOON)
    return many


def choose(browser, action, editions, **answers):
    keys = list({edition.statement_id for edition in editions})
    return browser.post(LIST, {"action": action, "_selected_action": keys, **answers}, follow=True)


def statuses() -> list[str]:
    return sorted(Edition.objects.values_list("status", flat=True))


def test_one_is_asked_before_any_is_handed_in(author, many):
    page = choose(author, "hand_in", many)
    assert "Message 0 (English) Communiqué (French) Message 1 (English) Message 2 (English)" in words(page)
    assert statuses() == ["draft"] * 4
    assert "Hand in for review: 4 editions." in words(choose(author, "hand_in", many, sure="on"))
    assert statuses() == ["review"] * 4


def test_what_cannot_be_handed_in_is_named_and_the_others_are(author, many, mission):
    live = publish(mission, "Public")
    unchanged = live.new_edition(member("Authors"), NOON)
    told = words(choose(author, "hand_in", [*many, unchanged], sure="on"))
    assert "Public (English): This text is the same as the public one." in told
    assert "Hand in for review: 4 editions." in told
    assert statuses() == ["approved", "draft", *["review"] * 4]


def test_many_are_given_back_with_one_note(editor, submitted):
    assert "This field is required." in words(choose(editor, "give_back", submitted, sure="on"))
    choose(editor, "give_back", submitted, sure="on", note="Which ferry?")
    assert statuses() == ["draft"] * 4
    assert all(edition.sent_back.note == "Which ferry?" for edition in submitted)


def test_one_gives_back_only_what_one_may(author, submitted, mission):
    other = make_draft(make_statement(mission), title="Of somebody else", status="review")
    page = choose(author, "give_back", [*submitted, other])
    assert "You may not do this with these: Of somebody else (English)" in words(page)
    choose(author, "give_back", [*submitted, other], sure="on")
    assert statuses() == ["draft"] * 4 + ["review"]


def test_nothing_of_another_mission_is_moved(author, mission):
    theirs = make_draft(make_statement(make_mission("sull")), title="Of Sull")
    choose(author, "hand_in", [theirs], sure="on")
    assert statuses() == ["draft"]


def test_who_may_not_hand_in_is_not_offered_it(browsers, many):
    page = browsers("Consular editors").get(LIST)
    assert page.status_code == 403
