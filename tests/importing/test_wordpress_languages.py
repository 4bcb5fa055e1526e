"""The languages of a WordPress site, as its plug-ins keep them, become editions of one statement."""

import pytest

from importing.foreign.wordpress_languages import by_address, parted
from statements.models import Edition, OldAddress, Source, Statement, Topic
from tests.archives import import_file
from tests.importing.test_import_wordpress import item, write

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon", "mission")]

TEXTS = {
    "en": ("The ferry", "It sails."),
    "fr": ("Le bac", "Il part."),
    "ar": ("العبّارة", "تبحر."),
    "ru": ("Паром", "Он идёт."),
}


def polylang(language):
    return (
        f'<category domain="language" nicename="{language}"><![CDATA[{language}]]></category>'
        '<category domain="post_translations" nicename="pll_1"><![CDATA[pll_1]]></category>'
    )


def wpml(language):
    pairs = {"_wpml_import_language_code": language, "_wpml_import_translation_group": "7"}
    return "".join(
        f"<wp:postmeta><wp:meta_key>{key}</wp:meta_key><wp:meta_value><![CDATA[{value}]]></wp:meta_value></wp:postmeta>"
        for key, value in pairs.items()
    )


def posts(plugin, languages, **changes):
    return [
        item(
            number, TEXTS[language[:2]][1], title=TEXTS[language[:2]][0], excerpt="", meta=plugin(language), **changes
        )
        for number, language in enumerate(languages, start=1)
    ]


def take(folder, *items, **options):
    report = import_file(write(folder, *items), report=folder / "report.txt", **options)
    return report, (folder / "report.txt").read_text()


def editions():
    return {edition.language: (edition.title, edition.body) for edition in Edition.objects.all()}


def expected(*languages):
    return {language: (TEXTS[language][0], f"<p>{TEXTS[language][1]}</p>") for language in languages}


@pytest.mark.parametrize("plugin", [polylang, wpml])
@pytest.mark.parametrize(
    "languages", [["en", "fr", "ar"], ["ar", "fr", "en"], ["fr", "ru"], ["fr"], ["fr_FR", "ar-SA"]]
)
@pytest.mark.parametrize("options", [{}, {"language": "en"}])
def test_translations_are_editions_of_one_statement(tmp_path, plugin, languages, options):
    items = posts(plugin, languages)
    assert take(tmp_path, *items, **options)[0].verdict is None
    assert Statement.objects.count() == 1
    assert editions() == expected(*(language[:2] for language in languages))
    assert "unchanged" in take(tmp_path, *items, **options)[0].summary
    assert Edition.objects.count() == len(languages)


def test_a_language_that_the_mission_does_not_speak_is_refused_and_its_translations_are_kept(tmp_path):
    TEXTS_OF_GERMAN = item(9, "Sie fährt.", title="Die Fähre", excerpt="", meta=polylang("de"))
    report, _said = take(tmp_path, TEXTS_OF_GERMAN, *posts(polylang, ["en", "fr"]))
    assert report.defects == [
        "entry 1 “Die Fähre”: language: “de” is not a language of the mission. It publishes in en, fr, ar, ru."
    ]
    assert editions() == expected("en", "fr")


@pytest.mark.parametrize(
    "text",
    [
        "[:en]{en}[:fr]{fr}[:]",
        "[:fr]{fr}[:en]{en}[:]",
        "[:en]{en}[:fr]{fr}",
        "<!--:en-->{en}<!--:--><!--:fr-->{fr}<!--:-->",
        "{{:en}}{en}{{:}}{{:fr}}{fr}{{:}}",
    ],
)
@pytest.mark.parametrize("in_title", [True, False])
def test_qtranslate_s_marks_part_the_languages_of_one_post(tmp_path, text, in_title):
    title = text.format(en="The ferry", fr="Le bac") if in_title else "7 May"
    post = item(1, text.format(en="It sails.", fr="Il part."), title=title, excerpt="")
    assert take(tmp_path, post)[0].verdict is None
    titles = ("The ferry", "Le bac") if in_title else ("7 May", "7 May")
    assert editions() == {"en": (titles[0], "<p>It sails.</p>"), "fr": (titles[1], "<p>Il part.</p>")}
    assert Statement.objects.count() == 1
    guid = "https://old.example/?p=1"
    assert set(Source.objects.values_list("identifier", flat=True)) == {guid, f"{guid}#fr"}
    addresses = set(OldAddress.objects.values_list("language", "address"))
    assert addresses == {("en", "/2021/05/ferry-1/"), ("en", "/?p=1")}


def test_a_part_in_a_language_that_the_mission_does_not_speak_is_named(tmp_path):
    report, said = take(tmp_path, item(1, "[:de]Sie fährt.[:en]It sails.[:]", title="The ferry", excerpt=""))
    assert (report.verdict, editions()) == (None, expected("en"))
    assert "entry 1 “The ferry”: its text in German was left out: the mission does not publish in it." in said


def test_a_language_is_guessed_by_the_address_and_said(tmp_path):
    french = item(1, "Il part.", title="Le bac", excerpt="", link="https://old.example/fr/2021/bac/")
    _report, said = take(tmp_path, french)
    assert editions() == expected("fr")
    assert "entry 1 “Le bac”: it was stored as French, because its address is https://old.example/fr" in said


@pytest.mark.parametrize(
    ("link", "language"),
    [
        ("https://old.example/fr/a/", "fr"),
        ("https://old.example/site/fr/a/", ""),
        ("https://old.example/a/?lang=ar", "ar"),
        ("https://old.example/fr-FR/a/", "fr"),
        ("https://old.example/france/a/", ""),
        ("https://old.example/de/a/", ""),
        ("https://old.example/2021/fr/a/", ""),
        ("http://[old", ""),
    ],
)
def test_the_language_of_an_address(link, language):
    assert by_address(link, "https://old.example", ["en", "fr", "ar"]) == language


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("No marks [:] at all", {}),
        ("Both: [:en]a[:fr]b[:] end", {"en": "Both: a end", "fr": "Both: b end"}),
        ("[:en]a[:]x[:en]b[:]", {"en": "axb"}),
        ("[:en][:fr]b[:]", {"en": "", "fr": "b"}),
        ("<!--more--><!--:en-->a<!--more-->b<!--:-->", {"en": "<!--more-->a<!--more-->b"}),
    ],
)
def test_marks_part_a_text(text, parts):
    assert parted(text) == parts


def names_of_topics():
    return sorted(Topic.objects.values_list("name", flat=True), key=str)


def terms(*rows):
    term = "<wp:{0}><wp:term_id>{1}</wp:term_id><wp:{2}>{3}</wp:{2}><wp:{4}><![CDATA[{5}]]></wp:{4}></wp:{0}>"
    group = (
        "<wp:term><wp:term_id>9</wp:term_id><wp:term_taxonomy>term_translations</wp:term_taxonomy>"
        "<wp:term_slug>pll_9</wp:term_slug><wp:term_name>pll_9</wp:term_name><wp:term_description>"
        '<![CDATA[a:3:{s:2:"en";i:3;s:2:"fr";i:4;s:2:"de";i:5;}]]></wp:term_description></wp:term>'
    )
    return (
        "".join(term.format("category", n, "category_nicename", slug, "cat_name", name) for n, slug, name in rows)
        + group
    )


def filed(language, slug, name):
    return polylang(language) + f'<category domain="category" nicename="{slug}"><![CDATA[{name}]]></category>'


def test_topics_that_are_translations_of_each_other_are_one_topic_with_both_names(tmp_path):
    named = {"en": ("harbour", "Harbour"), "fr": ("port", "Port")}
    items = posts(lambda language: filed(language, *named[language]), ["en", "fr"])
    known = terms((3, "harbour", "Harbour"), (4, "port", "Port"), (5, "hafen", "Hafen"))
    take(tmp_path, known, *items)
    assert names_of_topics() == [{"en": "Ferries"}, {"en": "Fog"}, {"en": "Harbour", "fr": "Port"}]
    statement = Statement.objects.get()
    assert {str(topic) for topic in statement.topics.all()} == {"Ferries", "Fog", "Harbour"}
    assert "unchanged" in take(tmp_path, known, *items)[0].summary


def test_a_topic_gets_a_name_that_it_lacks_and_keeps_those_that_it_has(tmp_path, mission):
    Topic.objects.create(mission=mission, slug="harbour", name={"en": "The harbour"})
    items = posts(lambda language: filed(language, "port", "Port"), ["fr"])
    take(tmp_path, terms((3, "harbour", "harbour"), (4, "port", "Port")), *items)
    assert {"en": "The harbour", "fr": "Port"} in names_of_topics()


def test_so_are_topics_in_which_qtranslate_marks_the_languages(tmp_path):
    meta = '<category domain="category" nicename="port"><![CDATA[[:en]Harbour[:fr]Port[:]]]></category>'
    take(tmp_path, item(1, "[:en]It sails.[:fr]Il part.[:]", title="[:en]Ferry[:fr]Bac[:]", excerpt="", meta=meta))
    assert {"en": "Harbour", "fr": "Port"} in names_of_topics()
    assert len(names_of_topics()) == 3
