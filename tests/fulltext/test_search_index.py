"""The search index changes in the same transaction as its editions, and can be rebuilt."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection, transaction

from statements.models import Attachment, Document, Edition, SearchEntry, Word
from tests.archives import MISSION_LINE, import_file, make_line, write_archive
from tests.browsing import save
from tests.making import NOON, make_draft, make_speaker, make_statement, make_topic, publish

MINUTE = timedelta(minutes=1)
LATER = NOON + timedelta(days=1)

pytestmark = pytest.mark.database


def found(words, language="en", at=LATER):
    return [edition.title for edition in Edition.objects.live(at=at).matching(words, language).newest()]


def indexed():
    return set(SearchEntry.objects.values_list("edition", flat=True))


def test_drafts_have_no_entry_and_lose_it_when_they_are_taken_back(mission):
    draft = make_draft(make_statement(mission), title="The lighthouse")
    assert indexed() == set()
    draft.approve(by=None, live_from=NOON + MINUTE, now=NOON)
    assert indexed() == {draft.pk}
    draft.cancel(None, NOON)
    assert indexed() == set()
    assert found("lighthouse") == []


def test_a_change_that_is_undone_has_not_been_indexed(mission):
    draft = make_draft(make_statement(mission), title="The lighthouse")
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        draft.approve(by=None, live_from=NOON, now=NOON)
        raise ZeroDivisionError
    assert found("lighthouse") == []


def test_what_is_moved_to_another_day_moves_in_the_index(mission):
    first = make_draft(make_statement(mission), title="The first ferry")
    second = make_draft(make_statement(mission), title="The second ferry")
    for edition, minutes in ((first, 1), (second, 2)):
        edition.approve(by=None, live_from=NOON + minutes * MINUTE, now=NOON)
    assert found("ferry") == ["The second ferry", "The first ferry"]
    first.reschedule(None, NOON + 3 * MINUTE, NOON)
    assert found("ferry") == ["The first ferry", "The second ferry"]


def test_a_new_name_of_a_topic_or_speaker_is_found_and_the_old_one_is_not(mission):
    topic, speaker = make_topic(mission, "lakes", en="Lakes"), make_speaker(mission)
    edition = make_draft(make_statement(mission, topics=[topic], speaker=speaker), title="A title", body="", lead="")
    edition.approve(by=None, live_from=NOON, now=NOON)
    assert found("lake karamin") == ["A title"]
    topic.name = {"en": "Rivers", "ru": "Реки"}
    topic.save()
    speaker.name = {"en": "Ysolde Morrow"}
    speaker.save()
    assert found("lakes") == found("karamin") == []
    assert found("river morrow") == found("реку", "ru") == ["A title"]


def test_attachments_are_found_by_title_and_name(mission):
    draft = make_draft(make_statement(mission), title="A title")
    document = Document.objects.create(mission=mission, digest="0" * 64, kind="pdf", size=1)
    Attachment(edition=draft, document=document, name="timetable-1911", title="Sailings of the year").save()
    draft.approve(by=None, live_from=NOON, now=NOON)
    assert found("sailing timetable") == ["A title"]


def test_changed_subjects_at_the_desk_are_followed(desk, mission, noon):
    topic = make_topic(mission, "lakes", en="Lakes")
    edition = make_draft(make_statement(mission), title="A title")
    edition.approve(by=None, live_from=NOON + MINUTE, now=NOON)
    assert found("lake") == []
    save(desk, f"/admin/statements/statement/{edition.statement_id}/change/", topics=[topic.pk])
    assert found("lake") == ["A title"]


def test_what_is_deleted_leaves_nothing_behind(mission):
    statement = publish(mission, "The lighthouse").statement
    statement.delete()
    assert indexed() == set()
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM statements_hit")
        assert cursor.fetchone() == (0,)


def test_an_import_is_found_its_corrections_and_what_it_files_anew(tmp_path, db, noon):
    line = make_line(title="The ferry", topics=["Lakes"])
    import_file(write_archive(tmp_path, MISSION_LINE, line, make_line("tram", title="The tram")))
    assert found("ferry lakes") == ["The ferry"]
    changed = {**line, "topics": ["Harbours"], "title": "The boat", "body_html": "<p>It floats.</p>", "lead": ""}
    import_file(write_archive(tmp_path, MISSION_LINE, changed))
    assert found("ferry") == found("lakes") == []
    assert found("boat harbour") == ["The boat"]


def test_the_index_is_written_anew_while_it_is_used(mission):
    publish(mission, "The lighthouse")
    make_draft(make_statement(mission), title="The lighthouse in a draft")
    words = known_words()
    assert ("lighthouse", 1) in words and not any("draft" in word for word, _count in words)
    SearchEntry.objects.all().delete()
    Word.objects.all().delete()
    assert found("lighthouse") == []
    out = StringIO()
    call_command("rebuild_search", stdout=out)
    assert out.getvalue() == "1 editions of 2 statements can be found.\n"
    assert found("lighthouse") == ["The lighthouse"]
    call_command("rebuild_search", verbosity=0)
    assert found("lighthouse") == ["The lighthouse"]
    assert known_words() == words


def known_words():
    return sorted(Word.objects.values_list("word", "count"))


def test_a_text_of_any_length_can_be_approved(mission):
    # PostgreSQL's index holds 1 MB of different words for each text. With long words, fewer words reach this limit.
    endless = " ".join(f"word{number}{'x' * 40}" for number in range(30_000))
    publish(mission, "An endless text", body=f"<p>{endless}</p>")
    assert found(f"endless word1{'x' * 40} word2000{'x' * 40}") == ["An endless text"]


def test_approving_asks_no_more_for_many_words_than_for_few(mission, django_assert_max_num_queries):
    few = make_draft(make_statement(mission), title="Few")
    with django_assert_max_num_queries(60) as counted:
        few.approve(by=None, live_from=NOON, now=NOON)
    many = make_draft(make_statement(mission), title="Many", body=f"<p>{' '.join(map(chr, range(300, 5000)))}</p>")
    with django_assert_max_num_queries(len(counted)):
        many.approve(by=None, live_from=NOON, now=NOON)
