"""What `drawn_once` has kept equals what the function would draw."""

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, override

from embassy.http.drawn_once import drawn_once
from embassy.http.languages import speaking
from tests.making import make_mission


def counting():
    """A function that draws a heading, and the list of the texts that it has drawn."""
    done = []

    @drawn_once(2)
    def heading(text):
        done.append(text)
        return format_html("<h2 lang={}>{}</h2>", get_language(), text)

    return heading, done


def test_what_is_asked_again_is_not_drawn_again():
    heading, done = counting()
    assert heading("Ferry") == heading("Ferry") == "<h2 lang=en>Ferry</h2>"
    assert done == ["Ferry"]


def test_each_language_and_each_prefix_has_its_own(mission):
    heading, done = counting()
    at_desk = make_mission("tavelle")
    at_desk.is_at_desk = True
    with override("fr"):
        assert heading("Bac") == "<h2 lang=fr>Bac</h2>"
    with override("ru"):
        assert heading("Bac") == "<h2 lang=ru>Bac</h2>"
    with speaking("ru", at_desk):
        heading("Bac")
    assert len(done) == 3


def test_markup_and_the_same_letters_as_a_text_are_two_things():
    heading, _done = counting()
    assert heading(SafeString("<b>")) == "<h2 lang=en><b></h2>"
    assert heading("<b>") == "<h2 lang=en>&lt;b&gt;</h2>"


def test_only_the_latest_are_kept():
    heading, done = counting()
    for text in ("one", "two", "three", "one"):
        heading(text)
    assert done == ["one", "two", "three", "one"]


def test_nothing_is_kept_while_templates_are_being_changed(settings):
    settings.DEBUG = True
    heading, done = counting()
    heading("Ferry"), heading("Ferry")
    assert len(done) == 2
