"""Many statements are handed in or given back at once, after one confirmation. Those that are refused are named."""

import pytest

from statements.models import Edition, Kind, Statement
from tests.browsing import filled_in, words
from tests.making import NOON, make_draft, make_mission, make_statement, member, publish

LIST = "/admin/statements/statement/"

pytestmark = pytest.mark.usefixtures("noon")


@pytest.fixture
def many(mission, author):
    """The drafts of three statements by one author. The first statement is in two languages."""
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


def choose(browser, action, editions):
    keys = list({edition.statement_id for edition in editions})
    return browser.post(LIST, {"action": action, "_selected_action": keys}, follow=True)


def answer(browser, action, editions, **answers):
    """Confirm the action as if the confirmation page had named these editions."""
    named = " ".join(str(edition.pk) for edition in editions)
    return browser.post(LIST, {"action": action, "_selected_action": 0, "named": named, **answers}, follow=True)


def statuses() -> list[str]:
    return sorted(Edition.objects.values_list("status", flat=True))


def test_a_page_asks_before_any_edition_is_handed_in(author, many):
    page = choose(author, "hand_in", many)
    assert "Message 0 (English) Communiqué (French) Message 1 (English) Message 2 (English)" in words(page)
    assert statuses() == ["draft"] * 4
    assert "Hand in for review: 4 editions." in words(answer(author, "hand_in", many))
    assert statuses() == ["review"] * 4


def test_only_what_the_page_has_named_is_handed_in(author, many):
    page = choose(author, "hand_in", many)
    make_draft(many[1].statement, "fr", "Begun meanwhile").write(member("Authors"), NOON)
    answer(author, "hand_in", [], named=filled_in(page)["named"])
    assert statuses() == ["draft", *["review"] * 4]


def test_more_than_a_thousand_chosen_statements_are_all_taken(author, mission):
    kind = Kind.objects.get(slug="comment")
    made = Statement.objects.bulk_create(Statement(mission=mission, kind=kind) for _number in range(1_001))
    Edition.objects.bulk_create(
        Edition(mission=mission, statement=each, language="en", title=f"Message {each.pk}") for each in made
    )
    chosen = {"action": "hand_in", "_selected_action": made[0].pk, "select_across": "1"}
    page = author.post(LIST, chosen)
    assert f"Message {made[0].pk} (English)" in words(page)
    assert f"Message {made[-1].pk} (English)" in words(page)
    sent = filled_in(page)
    # Django refuses a request with more than 1,000 fields.
    assert len(sent) < 10
    assert sent["named"][0].split() == [str(pk) for pk in Edition.objects.order_by("pk").values_list("pk", flat=True)]


def test_what_cannot_be_handed_in_is_named_and_the_others_are(author, many, mission):
    live = publish(mission, "Public")
    unchanged = live.new_edition(member("Authors"), NOON)
    told = words(answer(author, "hand_in", [*many, unchanged]))
    assert "Public (English): This text is the same as the public one." in told
    assert "Hand in for review: 4 editions." in told
    assert statuses() == ["approved", "draft", *["review"] * 4]


def test_many_are_given_back_with_one_note(editor, submitted):
    assert "This field is required." in words(answer(editor, "give_back", submitted))
    answer(editor, "give_back", submitted, note="Which ferry?")
    assert statuses() == ["draft"] * 4
    assert all(edition.sent_back.note == "Which ferry?" for edition in submitted)


def test_one_gives_back_only_what_one_may(author, submitted, mission):
    other = make_draft(make_statement(mission), title="Of somebody else", status="review")
    page = choose(author, "give_back", [*submitted, other])
    assert "You may not do this with these: Of somebody else (English)" in words(page)
    answer(author, "give_back", [*submitted, other])
    assert statuses() == ["draft"] * 4 + ["review"]


def test_nothing_of_another_mission_is_moved(author, mission):
    theirs = make_draft(make_statement(make_mission("sull")), title="Of Sull")
    answer(author, "hand_in", [theirs])
    assert statuses() == ["draft"]


def test_who_may_not_hand_in_is_not_offered_it(browsers, many):
    page = browsers("Consular editors").get(LIST)
    assert page.status_code == 403
