"""Two people edit one draft: both texts are kept, and neither overwrites the other without being asked."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from statements.models import Edition, EditionEvent, Figure
from tests.browsing import filled_in, opened, save, send, words
from tests.furnished import furnished
from tests.making import NOON, make_draft, make_member, make_mission, make_statement, member, publish


def write(mission) -> Edition:
    return make_draft(make_statement(mission), lead="From Monday.", body="<p>It sails at nine.</p>", place="Pier 4")


@furnished
def draft():
    """A draft with an attribute `form`: the values that two people have opened at the same time."""
    return opened(write(make_mission()))


def page_of(edition):
    return f"/admin/statements/edition/{edition.pk}/change/"


def drawn(colour="navy") -> SimpleUploadedFile:
    buffer = io.BytesIO()
    Image.new("RGB", (40, 30), colour).save(buffer, "PNG")
    return SimpleUploadedFile("lake.png", buffer.getvalue())


def add_picture(browser, edition, **texts):
    number = edition.figures.count()
    row = {f"figures-{number}-{name}": text for name, text in {"position": str(number + 1), **texts}.items()}
    upload = {f"figures-{number}-upload": drawn(texts.get("alt", "navy"))}
    total = {"figures-TOTAL_FORMS": str(number + 1), f"figures-{number}-edition": str(edition.pk)}
    answer = save(browser, page_of(edition), **total, **row, **upload)
    assert answer.status_code == 302


@furnished
def with_pictures():
    """A draft to which an editor has added two pictures, with the alternative texts "navy" and "olive"."""
    editor = Client()
    editor.force_login(make_member("Editors"))
    draft = write(make_mission())
    add_picture(editor, draft, alt="navy")
    add_picture(editor, draft, alt="olive")
    return opened(draft)


def stale(edition, **changes):
    """The fields of the form as the two people opened it, with these changes. The test sends them later."""
    return {**edition.form, **changes}


def edit(draft, **texts):
    """An editor saves these texts of the draft, while the form is open elsewhere."""
    stored = Edition.objects.get(pk=draft.pk)
    for name, text in texts.items():
        setattr(stored, name, text)
    stored.write(member("Editors"), NOON)


def test_what_only_one_of_the_two_has_changed_is_merged_and_told(author, editor, draft):
    mine = stale(draft, title="The ferry sails at ten")
    send(editor, draft, lead="From Tuesday.", body="It sails at ten.")
    answer = author.post(page_of(draft), mine)
    assert answer.status_code == 302
    draft.refresh_from_db()
    assert draft.title == "The ferry sails at ten"
    assert draft.lead == "From Tuesday."
    assert draft.body == "<p>It sails at ten.</p>"
    assert "somebody else changed: lead, text" in words(author.get(answer.url))


def test_what_both_have_changed_is_shown_and_nothing_is_saved(author, editor, draft):
    mine = stale(draft, body="It sails at ten.", title="At ten")
    send(editor, draft, body="It sails at noon.")
    answer = author.post(page_of(draft), mine)
    assert answer.status_code == 409
    said = words(answer)
    assert "editors has saved this edition since you opened it (16 Jun 2025, 13:00 Port Brennick" in said
    shown = answer.content.decode()
    assert "It sails at [only in theirs: noon] ." in said
    assert "It sails at [only in yours: ten] ." in said
    assert "It sails at ten.</textarea>" in shown
    draft.refresh_from_db()
    assert draft.body == "<p>It sails at noon.</p>"
    assert draft.title == "The ferry sails again"


def test_the_conflict_names_others_who_have_saved_since_and_not_the_user(author, editor, draft):
    stale = author.get(page_of(draft))
    save(editor, page_of(draft), title="Theirs")
    save(author, page_of(draft), lead="Mine, from another window.")
    answer = author.post(page_of(draft), filled_in(stale, title="Mine"))
    assert "editors has saved this edition since you opened it" in words(answer)


def test_mine_is_saved_over_theirs_on_purpose(author, editor, draft):
    mine = stale(draft, body="It sails at ten.", title="At ten")
    edit(draft, body="<p>It sails at noon.</p>", lead="From Tuesday.")
    asked = author.post(page_of(draft), mine)
    assert author.post(page_of(draft), filled_in(asked)).status_code == 302
    draft.refresh_from_db()
    assert (draft.title, draft.lead, draft.body) == ("At ten", "From Tuesday.", "<p>It sails at ten.</p>")


def test_theirs_is_taken_and_what_else_i_wrote_is_kept(author, editor, draft):
    mine = stale(draft, body="It sails at ten.", title="At ten")
    edit(draft, body="<p>It sails at noon.</p>")
    asked = author.post(page_of(draft), mine)
    author.post(page_of(draft), filled_in(asked, _theirs="theirs"))
    draft.refresh_from_db()
    assert (draft.title, draft.body) == ("At ten", "<p>It sails at noon.</p>")


def test_a_text_is_mended_by_hand(author, editor, draft):
    mine = stale(draft, body="It sails at ten.")
    edit(draft, body="<p>It sails at noon.</p>")
    asked = author.post(page_of(draft), mine)
    author.post(page_of(draft), filled_in(asked, body="It sails at ten and at noon."))
    draft.refresh_from_db()
    assert draft.body == "<p>It sails at ten and at noon.</p>"


@pytest.mark.parametrize("choice", [{}, {"_theirs": "theirs"}])
def test_a_third_saving_meanwhile_is_not_overwritten(author, editor, desk, draft, choice):
    mine = stale(draft, lead="From Sunday.", title="At ten")
    edit(draft, lead="From Tuesday.")
    asked = author.post(page_of(draft), mine)
    save(desk, page_of(draft), lead="From Friday.")
    answer = author.post(page_of(draft), filled_in(asked, **choice))
    draft.refresh_from_db()
    assert draft.lead == "From Friday."
    if choice:
        # "Take theirs" keeps the lead that is stored now, not the older one that the form showed.
        assert draft.title == "At ten"
    else:
        assert answer.status_code == 409
        assert "admin has saved this edition" in words(answer)
        assert "From Sunday.</textarea>" in answer.content.decode()


def test_an_unchanged_form_overwrites_nothing(author, editor, draft):
    mine = stale(draft)
    edit(draft, title="At noon", lead="", body="<p>It sails at noon.</p>", place="")
    assert author.post(page_of(draft), mine).status_code == 302
    draft.refresh_from_db()
    assert (draft.title, draft.lead, draft.body, draft.place) == ("At noon", "", "<p>It sails at noon.</p>", "")
    assert draft.changed_by.username == "editors"


def test_the_same_change_by_both_is_no_clash(author, editor, draft):
    mine = stale(draft, body="It sails at ten.\r\n\r\nBring a coat.", lead=" From  Sunday.")
    send(editor, draft, body="<p>It sails at ten.</p><p>Bring a coat.</p>", lead="From Sunday.")
    assert author.post(page_of(draft), mine).status_code == 302


def test_blanks_alone_are_no_change(author, editor, draft):
    editor.post(f"/admin/statements/edition/{draft.pk}/submit/")
    save(author, page_of(draft), title=" The ferry  sails again", lead="From Monday.\r\n")
    draft.refresh_from_db()
    assert draft.is_in_review
    assert not draft.has_written(member("Authors"))


def test_a_form_that_is_up_to_date_but_wrong_asks_for_the_error_alone(author, draft):
    answer = send(author, draft, title="", lead="From Sunday.")
    assert answer.status_code == 200
    assert "This field is required." in words(answer)
    assert "Nothing has been saved yet" not in words(answer)
    assert author.post(page_of(draft), filled_in(answer, title="At ten")).status_code == 302


def test_a_form_shown_again_still_knows_what_it_began_with(author, editor, draft):
    wrong = send(author, draft, title="", lead="From Sunday.")
    edit(draft, lead="From Tuesday.")
    answer = author.post(page_of(draft), filled_in(wrong, title="At ten"))
    assert answer.status_code == 409
    assert "From Sunday.</textarea>" in answer.content.decode()


def test_a_draft_submitted_meanwhile_is_left_in_review_until_i_decide(author, editor, draft):
    mine = stale(draft, lead="From Sunday.")
    editor.post(f"/admin/statements/edition/{draft.pk}/submit/")
    answer = author.post(page_of(draft), mine)
    assert answer.status_code == 409
    assert "editors has handed this edition in for review since you opened it" in words(answer)
    assert "From Sunday.</textarea>" in answer.content.decode()
    draft.refresh_from_db()
    assert draft.is_in_review
    author.post(page_of(draft), filled_in(answer))
    draft.refresh_from_db()
    assert draft.is_draft
    assert draft.lead == "From Sunday."


def save_after_approval(author, draft, **typed):
    """An editor publishes the edition before the author saves the form. Returns the response."""
    draft.submit(member("Authors"), NOON)
    draft.approve(by=make_member("Editors"), live_from=NOON, now=NOON)
    return send(author, draft, **typed)


def test_an_edition_approved_meanwhile_becomes_a_new_one_with_my_text(author, draft):
    answer = save_after_approval(author, draft, body="It sails at ten.", title="At ten")
    assert answer.status_code == 409
    assert "editors has approved this edition since you opened it" in words(answer)
    assert "It sails at ten.</textarea>" in answer.content.decode()
    after = author.post(page_of(draft), {**filled_in(answer), "_new_edition": "Begin"})
    begun = Edition.objects.unfinished().get()
    assert after.url == page_of(begun)
    assert (begun.title, begun.body, begun.corrects) == ("At ten", "<p>It sails at ten.</p>", draft)
    draft.refresh_from_db()
    assert draft.title == "The ferry sails again"


def test_when_there_is_a_draft_already_what_i_typed_stays_on_the_page(author, draft):
    answer = save_after_approval(author, draft, body="It sails at ten.")
    author.post(f"/admin/statements/edition/{draft.pk}/correct/")
    again = author.post(page_of(draft), {**filled_in(answer), "_new_edition": "Begin"})
    assert again.status_code == 409
    assert "already has a draft in this language" in words(again)
    assert "It sails at ten.</textarea>" in again.content.decode()


def test_a_new_edition_needs_a_title(author, draft):
    answer = save_after_approval(author, draft, body="It sails at ten.")
    again = author.post(page_of(draft), {**filled_in(answer), "title": "", "_new_edition": "Begin"})
    assert "This field is required." in words(again)
    assert not Edition.objects.unfinished().exists()


def test_an_edition_deleted_meanwhile_is_answered_with_what_i_typed(author, editor, draft):
    mine = stale(draft, body="It sails at ten.")
    draft.delete()
    answer = author.post(page_of(draft), mine)
    assert answer.status_code == 409
    assert "This edition has been deleted since you opened it." in words(answer)
    assert "It sails at ten.</textarea>" in answer.content.decode()


def test_what_i_wrote_to_pictures_of_an_approved_edition_can_be_copied(author, with_pictures):
    with_pictures.approve(by=None, live_from=NOON, now=NOON)
    answer = send(author, with_pictures, **{"figures-1-caption": "An olive grove"})
    assert "picture 2: caption: An olive grove" in words(answer)
    assert "navy" not in words(answer)


def test_a_user_who_may_only_view_gets_no_page_for_a_clash(client, author, editor, draft):
    mine = stale(draft, body="It sails at ten.")
    client.force_login(make_member("Consular editors"))
    assert client.post(page_of(draft), mine).status_code == 403
    draft.delete()
    assert client.post(page_of(draft), mine).status_code == 403


@pytest.mark.parametrize("missing", [{"shown"}, {"shown", "status_shown"}, {"status_shown"}])
def test_a_form_without_its_hidden_fields_is_refused_in_words(author, editor, draft, missing):
    mine = stale(draft, lead="From Sunday.")
    edit(draft, lead="From Tuesday.")
    answer = author.post(page_of(draft), {name: value for name, value in mine.items() if name not in missing})
    assert answer.status_code == 409
    assert "From Sunday.</textarea>" in answer.content.decode()
    assert "does not say which text it began with" in words(answer) or "shown" not in missing
    draft.refresh_from_db()
    assert draft.lead == "From Tuesday."


@pytest.mark.parametrize(
    "posted",
    [
        {},
        {"title": "Mine"},
        {"shown": "nonsense", "title": "Mine"},
        {"shown": "draft nonsense", "title": "Mine", "figures-TOTAL_FORMS": "many", "figures-0-id": "x"},
        {"title": "Mine", "figures-9999-id": "-1", "figures-99999999999-id": "1", "figures-0-alt": "?"},
        {"title": "Mine", "theirs:title": "Theirs", "theirs:figures-0-DELETE": "on", "_theirs": "1"},
    ],
)
def test_a_hostile_form_changes_nothing_and_breaks_nothing(author, with_pictures, posted):
    before = with_pictures.fingerprint()
    answer = author.post(page_of(with_pictures), {**posted, "_save": "Save"})
    assert answer.status_code == 409
    with_pictures.refresh_from_db()
    assert with_pictures.fingerprint() == before


def test_a_stale_form_undoes_no_change_of_a_picture(author, editor, with_pictures):
    mine = stale(with_pictures, title="At ten")
    send(editor, with_pictures, **{"figures-0-alt": "A still lake", "figures-1-upload": drawn("red")})
    theirs = list(with_pictures.figures.values_list("alt", "picture__digest"))
    answer = author.post(page_of(with_pictures), mine)
    assert answer.status_code == 302
    assert list(with_pictures.figures.values_list("alt", "picture__digest")) == theirs
    told = words(author.get(answer.url))
    assert "picture 1: alternative text, picture 2: picture" in told


def test_pictures_that_two_people_add_both_stay(author, editor, with_pictures):
    mine = stale(with_pictures)
    add_picture(editor, with_pictures, alt="red")
    mine |= {
        "figures-TOTAL_FORMS": "3",
        "figures-2-id": "",
        "figures-2-alt": "green",
        "figures-2-position": "3",
        "figures-2-upload": drawn("green"),
    }
    assert author.post(page_of(with_pictures), mine).status_code == 302
    assert set(with_pictures.figures.values_list("alt", flat=True)) == {"navy", "olive", "red", "green"}


def test_a_picture_removed_meanwhile_stays_removed(author, editor, with_pictures):
    mine = stale(with_pictures, **{"figures-1-alt": "An olive grove"})
    send(editor, with_pictures, **{"figures-0-DELETE": "on"})
    assert author.post(page_of(with_pictures), mine).status_code == 302
    assert [figure.alt for figure in with_pictures.figures.all()] == ["An olive grove"]


@pytest.mark.parametrize(("choice", "left"), [({}, ["olive", "A still lake"]), ({"_theirs": "1"}, ["olive"])])
def test_a_picture_removed_while_i_wrote_to_it_is_asked_about(author, editor, with_pictures, choice, left):
    mine = stale(with_pictures, **{"figures-0-alt": "A still lake"})
    send(editor, with_pictures, **{"figures-0-DELETE": "on"})
    answer = author.post(page_of(with_pictures), mine)
    assert answer.status_code == 409
    assert "It is removed." in words(answer)
    assert 'value="A still lake"' in answer.content.decode()
    assert author.post(page_of(with_pictures), filled_in(answer, **choice)).status_code == 302
    assert sorted(figure.alt for figure in with_pictures.figures.all()) == sorted(left)


@pytest.mark.parametrize(("choice", "left"), [({}, ["olive"]), ({"_theirs": "1"}, ["A still lake", "olive"])])
def test_removing_a_picture_that_somebody_wrote_to_meanwhile_is_asked_about(
    author, editor, with_pictures, choice, left
):
    mine = stale(with_pictures, **{"figures-0-DELETE": "on"})
    send(editor, with_pictures, **{"figures-0-alt": "A still lake"})
    answer = author.post(page_of(with_pictures), mine)
    assert answer.status_code == 409
    assert author.post(page_of(with_pictures), filled_in(answer, **choice)).status_code == 302
    assert [figure.alt for figure in with_pictures.figures.all()] == left


def test_a_picture_that_both_replaced_is_asked_about_and_my_upload_is_not_lost(author, editor, with_pictures):
    mine = stale(with_pictures, **{"figures-0-upload": drawn("red")})
    send(editor, with_pictures, **{"figures-0-upload": drawn("green")})
    theirs = with_pictures.figures.first().picture
    answer = author.post(page_of(with_pictures), mine)
    assert answer.status_code == 409
    assert with_pictures.figures.first().picture == theirs
    # The second request does not contain the file, because the site has kept the upload from the first.
    assert author.post(page_of(with_pictures), filled_in(answer)).status_code == 302
    kept = with_pictures.figures.first().picture
    assert kept != theirs
    with kept.file.open("rb") as file, Image.open(file) as image:
        assert image.convert("RGB").getpixel((5, 5))[0] > 200


def test_an_upload_outlives_an_error_elsewhere_in_the_form(author, draft):
    row = {
        "figures-TOTAL_FORMS": "1",
        "figures-0-position": "1",
        "figures-0-upload": drawn(),
        "figures-0-alt": "A lake",
    }
    wrong = send(author, draft, title="", **row)
    assert wrong.status_code == 200
    assert not Figure.objects.exists()
    answer = author.post(page_of(draft), filled_in(wrong, title="At ten"))
    assert answer.status_code == 302
    assert draft.figures.get().alt == "A lake"


def test_a_row_shows_no_picture_of_another_mission(author, with_pictures):
    stranger = "0" * 64
    answer = send(author, with_pictures, **{"figures-0-shows": stranger})
    assert with_pictures.figures.first().picture.digest != stranger
    assert answer.status_code == 302


def test_whoever_changes_a_picture_has_written_in_the_edition(author, editor, with_pictures):
    assert not with_pictures.has_written(make_member("Editors", "somebody"))
    send(author, with_pictures, **{"figures-0-alt": "A still lake"})
    last = with_pictures.events.last()
    assert (last.act, last.by_name) == (EditionEvent.Act.WROTE, "authors")


def test_a_form_for_a_published_edition_is_refused(author, mission, noon):
    edition = publish(mission)
    answer = author.post(page_of(edition), {"title": "Mine", "shown": "approved x", "_save": "Save"})
    assert answer.status_code == 403


def test_the_page_after_a_saving_names_the_copy_to_forget(author, draft):
    answer = send(author, draft, title="At ten", draft_copy='draft-copy:7:"><script>')
    shown = author.get(answer.url).content.decode()
    assert 'data-draft-saved="draft-copy:7:&quot;&gt;&lt;script&gt;"' in shown


def test_the_page_of_an_unsaved_form_names_no_copy_to_forget(author, draft):
    answer = send(author, draft, title="", draft_copy="draft-copy:7:x")
    shown = answer.content.decode()
    assert "data-draft-saved" not in shown
    assert 'name="draft_copy" value="draft-copy:7:x"' in shown


def test_a_new_statement_names_its_copy_too(author, mission, noon):
    answer = save(
        author,
        "/admin/statements/statement/add/",
        kind="1",
        draft_copy="draft-copy:7:new",
        language="en",
        title="The ferry",
    )
    assert 'data-draft-saved="draft-copy:7:new"' in author.get(answer.url).content.decode()
