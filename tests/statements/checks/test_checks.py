"""The protocol check: what it advises, and the pages of the draft that show its advice."""

from datetime import UTC, date, datetime, timedelta
from itertools import product
from time import process_time

import pytest
from django.test import RequestFactory

from statements.checks import advice_on
from statements.checks.dates import WrittenDate
from statements.models import Edition
from tests.browsing import save
from tests.making import NOON, make_draft, make_statement, make_topic, publish

pytestmark = pytest.mark.usefixtures("noon")


@pytest.fixture
def advice(mission):
    """Returns a function that makes a draft and returns the advice on it, each as (message, part, passage).

    Its argument `others` maps other languages to their texts.
    """

    def asked(language="en", others=None, **fields):
        draft = make_draft(make_statement(mission), language, **{"title": "A pier", "lead": "", "body": "", **fields})
        for code, texts in (others or {}).items():
            make_draft(draft.statement, code, **{"lead": "", "body": "", **texts})
        return said_of(draft)

    return asked


def said_of(draft):
    request = RequestFactory().get("/")
    request.mission, request.instant = draft.mission, NOON
    return [(str(found.saying), str(found.part), found.passage) for found in advice_on(draft, request)]


def passages(found, saying):
    return [passage for said, _part, passage in found if saying in said]


def test_a_careful_text_is_left_in_peace(advice):
    assert (
        advice(
            lead="The ferry sails again on Monday, 16 June 2025.",
            body="<h2>Hours</h2><p>It sails at 8.30 and at 17:00, as <a href='/statements/'>announced</a>. Dr McKay, "
            "who had had her doubts, wrote to quay@ferry.example and to www.ferry.example/Hours.</p><h3>Fares</h3>",
        )
        == []
    )


def test_the_place_is_marked_in_its_sentence(desk, mission):
    draft = make_draft(make_statement(mission), title="A pier", lead="We thank the the town <of> Brennick.")
    page = desk.get(f"/admin/statements/edition/{draft.pk}/change/").content.decode()
    assert "We thank <mark>the the</mark> town &lt;of&gt; Brennick." in page


def test_the_page_for_approval_shows_the_advice_again(desk, mission):
    draft = make_draft(make_statement(mission), title="A pier", body="<p>We thank the the town.</p>")
    draft.submit(None, NOON)
    page = desk.get(f"/admin/statements/edition/{draft.pk}/approve/").content.decode()
    assert "<mark>the the</mark>" in page


def test_after_a_refused_save_it_says_that_it_has_not_read_what_the_form_shows(desk, mission):
    draft = make_draft(make_statement(mission), title="A pier", body="<p>The the pier.</p>")
    address = f"/admin/statements/edition/{draft.pk}/change/"
    unread = "The text in the form now has not been checked, because it is not saved."
    assert unread not in desk.get(address).content.decode()
    page = save(desk, address, title="", body="<p>The pier.</p>").content.decode()
    assert "<mark>The the</mark>" in page
    assert unread in page


def test_the_advice_prevents_no_submission(desk, mission):
    draft = make_draft(make_statement(mission), title="A pier TBC", body="<p>The the pier.</p>")
    desk.post(f"/admin/statements/edition/{draft.pk}/submit/", {"seen": draft.fingerprint()})
    assert Edition.objects.get(pk=draft.pk).is_in_review


def test_a_public_edition_is_not_checked(desk, mission):
    public = publish(mission, "The the pier")
    assert "Protocol check" not in desk.get(f"/admin/statements/edition/{public.pk}/change/").content.decode()


@pytest.mark.parametrize(
    ("language", "text", "passage"),
    [
        ("fr", "Il a promis à quelqu’un un meilleur quai.", []),
        ("en", "A Lake Fire fire engine came.", []),
        ("en", "We met in in Brennick.", ["in in"]),
        ("en", "The The pier", ["The The"]),
        ("en", "He had had doubts that that pier would hold.", []),
        ("fr", "Nous nous réjouissons de de cette visite.", ["de de"]),
        ("ru", "Мы рады рады встрече.", ["рады рады"]),
        ("ar", "وصل الوزير إلى إلى الميناء.", ["إلى إلى"]),
        ("en", "Room 12 12 and 7 7", []),
    ],
)
def test_a_word_written_twice(advice, language, text, passage):
    assert passages(advice(language, lead=text), "same word twice") == passage


@pytest.mark.parametrize(
    ("text", "passage"),
    [
        ("The bank of the of the lake is closed.", ["of the of the"]),
        ("They thanked the people of the people of the lake.", ["the people of the people of"]),
        ("She rowed on and on and on, again and again and again.", []),
        ("It lasted hours and hours and many days.", []),
        ("Never again, never again.", []),
    ],
)
def test_a_group_of_words_written_twice(advice, text, passage):
    assert passages(advice(lead=text), "same words twice") == passage


@pytest.mark.parametrize(
    ("text", "passage"),
    [
        ("Will it sail?Yes, it will. When?—On Monday.", ["sail?Yes", "When?—On"]),
        ("The court had two judges. CourtJudges came.", ["CourtJudges"]),
        ("Our NewsCenter, MasterCard, STICKAM.COM; well…maybe; images/lake-InfoGraphic-new.", []),
        ("We are on YouTube, WhatsApp and at ferry.example, under #PierHours and #Pier2025.", []),
        ("The ministerArrived at noon.", ["ministerArrived"]),
        ("It was late.The ferry sailed.", ["late.The"]),
        ("On 3 June2025 it sailed, in 2024together.", ["June2025", "2024together"]),
        ("Встреча прошла.Министр уехал.", ["прошла.Министр"]),
        ("Dr McKay and Ms MacLeod came, from the U.S.A. to quay.Office@ferry.example.", []),
        ("Read https://ferry.example/late.The and ferry.example/pierHours for it.", []),
    ],
)
def test_words_glued_together(advice, text, passage):
    assert passages(advice(lead=text), "space missing") == passage


def know(mission, *texts, language="en"):
    for text in texts:
        publish(mission, lead=text, language=language)


@pytest.mark.parametrize(
    ("language", "text", "passage"),
    [
        ("en", "A message concerningthe ferry.", ["concerningthe"]),
        ("en", "A message concerning thegranite.", []),
        ("en", "A message concerning thelighthouse.", ["thelighthouse"]),
        ("en", "We breathe in the theatre, and therefore understand.", []),
        ("fr", "Un message concernantdans le port.", ["concernantdans"]),
    ],
)
def test_a_small_word_glued_to_a_word_of_the_missions_texts(advice, mission, language, text, passage):
    know(mission, "A note concerning a lighthouse", "Again concerning a lighthouse")
    know(mission, "Une note concernant le phare", "Encore concernant le phare", language="fr")
    assert passages(advice(language, lead=text), "space missing") == passage


def test_what_the_mission_has_never_or_already_written_is_not_taken_apart(advice, mission):
    assert advice(lead="A message concerningthe ferry.") == []
    know(mission, "A note concerning a lighthouse", "Again concerning a lighthouse, and The Concerningthe")
    assert advice(lead="A message concerningthe ferry.") == []


@pytest.mark.parametrize(
    ("language", "text", "passage"),
    [
        ("en", "Question: Will the ferry sail? Answer: It will.", ["Answer"]),
        ("en", "Q: Will the ferry sail? A: It will.", ["A"]),
        ("fr", "Question : le bac part-il ? Réponse : oui.", ["Réponse"]),
        ("ru", "Вопрос: Пойдёт ли паром? Ответ: Пойдёт.", ["Ответ"]),
        ("ar", "سؤال: هل تبحر العبّارة؟ جواب: نعم.", ["جواب"]),
        ("en", "It is a question of time. The answer: patience.", []),
        ("en", "Will the ferry sail? It will.", []),
    ],
)
def test_a_question_and_its_answer_in_one_paragraph(advice, language, text, passage):
    assert passages(advice(language, lead=text), "question and its answer") == passage


@pytest.mark.parametrize(
    ("language", "text", "passage"),
    [
        ("en", "Mr Brennick came. Later Mr Brenick and Mr Brennick left.", ["Brenick"]),
        ("en", "He met Ana Marovic, and Ana Maroivc answered.", ["Maroivc"]),
        ("en", "A Michael Garden and a Cody Garben, the Mother and Mr Mosher.", []),
        ("en", "We thank Ms Zelenskaya, her aide and Ms Zelinskaya.", ["Zelinskaya"]),
        ("ru", "Мы ждём Захарову. Потом придёт к Захорову, и Захаровым рады.", ["Захорову"]),
        ("ru", "Встретили Бренникова, проводили Бреникова.", ["Бреникова"]),
        ("ru", "С Орлемаровым и об Орлемаровом, в Орлемарове.", []),
        ("fr", "Chers Habitants et chères Habitantes, les Nationales, la Nationale.", []),
        ("en", "The Minister and two Ministers, a Spokesman and two Spokesmen.", []),
        ("en", "The Harbour Station, our station and Statoin.", []),
    ],
)
def test_a_name_spelt_in_two_ways(advice, language, text, passage):
    assert passages(advice(language, body=f"<p>{text}</p>"), "which spelling") == passage


def test_a_list_of_a_thousand_names_is_compared_in_a_moment(advice):
    syllables = ["ka", "ri", "mo", "ne", "sul", "dar", "vek", "tos", "lin", "pra"]
    names = ["N" + "".join(parts) for parts in product(syllables, repeat=3)]
    started = process_time()
    assert passages(advice(body=f"<p>They are {' '.join(names)} and Nkarivvek.</p>"), "which spelling")
    assert process_time() - started < 2


def test_two_names_that_the_mission_often_writes_are_two_names(advice, mission):
    know(mission, "We met Hanssen and Hansen", "Again Hanssen met Hansen")
    assert advice(lead="We met Ole Hansen and Mr Hanssen.") == []
    assert passages(advice(lead="We met Ole Hansen and Mr Hannsen."), "which spelling") == ["Hannsen"]


@pytest.mark.parametrize(
    ("language", "text", "passage"),
    [
        ("en", "<span lang='ru'>Bonjour</span>", ["Bonjour"]),
        ("en", "<span lang='fr'>with the help of friends</span>", ["with the help of friends"]),
        ("en", "<span lang='fr'>avec l’aide de nos amis</span> <span lang='ar'>شكرا</span>", []),
        ("en", "<span lang='ru-Latn'>spasibo</span> <span lang='zz'>wort</span> <span lang='ru'>42</span>", []),
        ("fr", "The ferry was late and the people left.", ["The ferry was late and the people left."]),
        ("fr", "Le film « The Man Who Was Late » est ici.", []),
        ("ru", "«Orlemar Ferry Company», quay@ferry.example", []),
        ("ru", "Паром" + " " + "the ferry of our lake " * 8, ["Паром" + " the ferry of our lake" * 8]),
    ],
)
def test_words_in_another_language_than_they_are_marked_as(advice, language, text, passage):
    assert passages(advice(language, body=f"<p>{text}</p>"), "do not look like") == passage


def test_a_latin_letter_in_a_russian_word(advice):
    assert passages(advice("ru", lead="Посoльство открыто для Port Brennick."), "mixes") == ["Посoльство"]


@pytest.mark.parametrize(
    "text",
    [
        "[name of the minister]",
        "TBC",
        "XXXX",
        "____",
        "lorem ipsum",
        "à compléter",
        "уточнить",
        "??",
        "[…to be added]",
        "[]",
        "[TO COME. Captain Osk has the casting vote and is at sea until Monday, so that nobody knows what he says.]",
        "TK",
        "to be confirmed",
        "TO BE CONFIRMED",
        "insert quote",
        "Teaser-Text",
        "quote to come",
        "insérer une citation",
        "вставить цитату",
        "имя уточняется",
        "يُضاف لاحق",
        "إدراج الاقتباس",
        "Error! Reference source not found",
        "Click or tap here to enter text",
        "Erreur ! Source du renvoi introuvable",
        "Ошибка! Источник ссылки не найден",
        "Место для ввода текста",
        "انقر أو اضغط هنا لإدخال",
        "#REF!",
        "{{minister.name}}",
        "${name}",
        "{title}",
        "DD/MM/YYYY",
        "ДД.ММ.ГГГГ",
        "XX.XX.2026",
        "JJ.MM.AAAA",
        "[●]",
        "[?]",
    ],
)
def test_what_is_still_to_be_filled_in(advice, text):
    assert passages(advice(body=f"<p>The visit of {text} begins.</p>"), "filled in") == [text]


@pytest.mark.parametrize(
    "text",
    [
        "The cause is yet to be confirmed, the appointment to be confirmed by the King.",
        "Send the form to be completed, for years to come, by flight TK 1985.",
        "“[The Government] will act,” she said: [C]ourts speak[s] <a href='/'>[watch this]</a>.",
        "L’ambassade tient à préciser les horaires. Formulaire à compléter.",
        "Часы работы можно уточнить по телефону. Просим уточнить.",
        "The hearing is at a date to be determined, la réunion à une date à déterminer.",
        "An error! The reference source was found. Click here to enter the port: 5% of them, #PierHours, #1.",
        "В XX веке. Au XXe siècle. XX May 1920 is the twentieth; the set {1, 2} and {a}; 12.06.2026.",
        "للتأكيد على ذلك سيُعلن لاحقا في موعد يحدد لاحقا",
    ],
)
def test_sentences_that_sound_like_a_gap_are_none(advice, text):
    assert passages(advice(body=f"<p>{text}</p>"), "filled in") == []


def test_a_gap_in_a_quotation_is_found(advice):
    found = advice(body="<p>“[TO COME] and [the Minister, name to come] will act,” she said.</p>")
    assert passages(found, "filled in") == ["[TO COME]", "[the Minister, name to come]"]


@pytest.mark.parametrize("text", ["[1]", "[12–14]", "[1, 3]", "[sic]", "[…]", "[...]", "[*]"])
def test_what_belongs_to_the_text_in_brackets_is_no_gap(advice, text):
    assert passages(advice(body=f"<p>The visit {text} begins.</p>"), "filled in") == []


@pytest.mark.parametrize(
    ("language", "text", "saying"),
    [
        ("en", "on Tuesday, 16 June 2025", "16 June 2025 is a Monday."),
        ("en", "on Tuesday 16 June", "16 June 2025 is a Monday."),
        ("en", "on Friday, June 17th, 2025", "17 June 2025 is a Tuesday."),
        ("fr", "le mardi 16 juin 2025", "16 June 2025 is a Monday."),
        ("fr", "le lundi 1er septembre 2026", "1 September 2026 is a Tuesday."),
        ("ru", "в среду, 16 июня 2025 года", "16 June 2025 is a Monday."),
        ("ar", "يوم الثلاثاء ١٦ يونيو ٢٠٢٥", "16 June 2025 is a Monday."),
    ],
)
def test_a_weekday_that_is_not_that_of_its_date(advice, language, text, saying):
    assert [said for said, _part, _passage in advice(language, lead=text)] == [saying]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "on Monday, 16 June 2025"),
        ("en", "on Monday 16 June, and again on Wednesday"),
        ("fr", "le lundi 16 juin 2025"),
        ("ru", "в понедельник, 16 июня 2025 года"),
        ("ru", "в среду, 18 июня"),
        ("ar", "يوم الإثنين ١٦ يونيو ٢٠٢٥"),
    ],
)
def test_a_weekday_that_is_right(advice, language, text):
    assert advice(language, lead=text) == []


def test_a_day_that_no_month_has(advice):
    assert passages(advice(lead="Closed on 31 June 2025, open on 29 February 2024."), "no such date") == [
        "31 June 2025"
    ]


@pytest.mark.parametrize(
    ("text", "passage"),
    [
        ("on 30.02.2026", ["30.02.2026"]),
        ("on 31/04/2026 and 2026-02-29", ["31/04/2026", "2026-02-29"]),
        ("on 32.01.2026", ["32.01.2026"]),
        ("on 28.02.2026, 2/28/2026, 2026-02-28, in the decree 45/14/2026 and 1.2.31.06.2026.1", []),
        ("Up to 50 may apply. They march, 40 march.", []),
    ],
)
def test_a_date_in_figures_that_no_month_has(advice, text, passage):
    assert passages(advice(lead=text), "no such date") == passage


def test_a_leap_day_without_a_year_may_be_years_away():
    written = WrittenDate(None, 0, 11, day=29, month=2, year=None, weekday=None)
    assert written.meant(near=date(2026, 6, 16)) == date(2028, 2, 29)
    assert written.meant(near=date(2025, 6, 16)) == date(2024, 2, 29)


def test_a_number_that_another_language_lacks_or_has(advice):
    french = {
        "title": "Un quai",
        "body": "<p>Le quai a coûté 1 200 000 livres et mesure 84,5 mètres : 40 bateaux.</p>",
    }
    found = advice(
        body="<p>The pier cost 1,200,000 pounds, is 85.5 metres long, takes 40 boats.</p>", others={"fr": french}
    )
    assert passages(found, "This number is missing in French") == ["85.5"]
    assert passages(found, "French has this number") == ["84,5"]


def test_small_numbers_hours_and_digits_of_another_script_are_the_same(advice):
    arabic = {"title": "رصيف", "body": "<p>ثلاثة قوارب و٤٠ راكبا، الساعة ١٤:٣٠</p>"}
    assert advice(body="<p>3 boats and 40 passengers, at 2.30 p.m.</p>", others={"ar": arabic}) == []


@pytest.mark.parametrize("mark", [" ", "\u00a0", "\u202f", "\u2009", "'", "’", ",", "."])
def test_thousands_are_one_number_however_they_are_separated(advice, mark):
    french = {"title": "Un quai", "body": f"<p>1{mark}416 jours, 18{mark}740{mark}000 livres</p>"}
    assert advice(body="<p>1416 days, 18,740,000 pounds</p>", others={"fr": french}) == []


# Numbers that are the same in two languages, although each language writes them in its own way.
SAME_NUMBERS = [
    ("12,34,567 rupees and 1,00,000 dollars", "ru", "1 234 567 рупий и 100 000 долларов"),
    ("in the 21st century", "ru", "в XXI веке"),
    ("19th-century ports", "fr", "les ports du XIXe siècle"),
    ("of the 20th century", "ar", "في القرن العشرين"),
    ("the 20th and 19th centuries", "ru", "20-й и 19-й века"),
    ("the Tu-154, the A‑320 and the F–16", "ru", "Ту-154, А‑320 и F–16"),
    ("the F-16 and 40 boats", "ar", "إف-16 و40 قاربا"),
    ("84.5%, then 1,416.25 metres", "fr", "84,5 %, puis 1\u202f416,25 mètres"),
    ("84.5 per cent of 1,416", "ar", "٨٤٫٥ في المئة من ١٬٤١٦"),
    ("the 80th anniversary, in the 1990s", "ru", "80-летие, в 1990-х"),
    ("decree No. 45/2026 of 16 June 2025", "fr", "décret nᵒ 45/2026 du 16 juin 2025"),
    ("from 9 a.m. to 17:30, 24/7", "fr", "de 9 h à 17 h 30, 24h/24"),
]


@pytest.mark.parametrize("language", ["fr", "ru", "ar"])
def test_a_number_is_the_same_however_a_language_writes_it(advice, language):
    pairs = [(english, other) for english, code, other in SAME_NUMBERS if code == language]
    texts = ["".join(f"<p>{text}.</p>" for text in column) for column in zip(*pairs, strict=True)]
    found = advice(body=texts[0], others={language: {"title": "—", "body": texts[1]}})
    assert [passage for saying, _part, passage in found if "this number" in saying.lower()] == []


def test_another_number_is_found_however_it_is_written(advice):
    english, french = (
        ["12,34,567", "84.5", "1,416", "the 80th", "20 years"],
        ["12,34,568", "84.6", "14.16", "81e", "21"],
    )
    english, french = ("".join(f"<p>{text}.</p>" for text in texts) for texts in (english, french))
    found = passages(advice(body=english, others={"fr": {"title": "—", "body": french}}), "number is missing")
    assert set(found) == {"12,34,567", "84.5", "1,416", "80", "20"}


def test_the_numbers_of_names_are_not_compared(advice):
    assert (
        advice(body="<p>At the G20, after COVID-19</p>", others={"fr": {"title": "Un quai", "body": "<p>ici</p>"}})
        == []
    )


def test_a_date_in_figures_is_the_date_in_words(advice):
    russian = {"title": "Причал", "body": "<p>Открытие 16.06.2025</p>"}
    assert advice(body="<p>It opens on 16 June 2025</p>", others={"ru": russian}) == []


def test_a_date_that_differs_between_the_languages(advice):
    french = {"title": "Un quai", "body": "<p>Ouvert le 17 juin 2025.</p>"}
    found = advice(body="<p>It opens on 16 June 2025.</p>", others={"fr": french})
    assert passages(found, "This date is missing in French") == ["16 June 2025"]
    assert passages(found, "French has this date") == ["17 juin 2025"]


def test_the_newest_wording_of_the_other_language_counts(mission):
    public = publish(mission, body="<p>40 boats</p>")
    correction = public.new_edition(None, NOON)
    correction.body = "<p>41 boats</p>"
    correction.save()
    french = make_draft(public.statement, "fr", "Un quai", lead="", body="<p>41 bateaux</p>")
    assert said_of(french) == []


@pytest.mark.parametrize(
    ("href", "saying"),
    [
        ("/statements/2025/06/16/never-written/", "not there now"),
        ("http://testserver/consular/nowhere/", "not there now"),
        ("/admin/", "visitors cannot open"),
        ("/%61dmin/", "visitors cannot open"),
        ("/fr/admin/", "visitors cannot open"),
        ("/fr/preview/a-token/", "visitors cannot open"),
        ("/statements/%00/", "not there now"),
        ("statements/", "not a complete address"),
        ("www.ferry.example", "no https://"),
        ("//[ferry.example", "cannot be read as an address"),
        ("//fer[ry.example]/hours", "cannot be read as an address"),
    ],
)
def test_a_link_that_leads_nowhere(advice, href, saying):
    found = advice(body=f'<p>See <a href="{href}">the hours</a>.</p>')
    assert passages(found, saying) == ["the hours"]


def test_links_to_public_pages_old_addresses_and_other_sites_are_well(mission):
    mission.languages = ["en", "fr"]
    mission.save()
    public, french = publish(mission), publish(mission, "Le bac", language="fr")
    hrefs = [public.get_absolute_url(), f"/fr{french.get_absolute_url()}", "/", "/statements/?page=1", "/#clocks"]
    hrefs += ["https://ferry.example/nowhere", "mailto:quay@ferry.example", "tel:+442079460958"]
    body = "".join(f'<p><a href="{href}">here</a></p>' for href in hrefs)
    assert said_of(make_draft(make_statement(mission), title="A pier", lead="", body=body)) == []


def test_a_link_with_letters_of_any_script_is_well_as_browsers_copy_it(mission):
    public = publish(mission, topics=[make_topic(mission, "озёра")])
    assert public.statement.topics.get().get_absolute_url() == "/topics/%D0%BE%D0%B7%D1%91%D1%80%D0%B0/"
    body = "<p><a href='/topics/%D0%BE%D0%B7%D1%91%D1%80%D0%B0/'>Lakes</a> <a href='/topics/озёра/'>again</a></p>"
    assert said_of(make_draft(make_statement(mission), title="A pier", lead="", body=body)) == []


def test_a_link_to_what_is_not_public_yet(mission):
    later = publish(mission, at=NOON + timedelta(days=1))
    body = f'<p>See <a href="{later.get_absolute_url()}">the ferry</a>.</p>'
    draft = make_draft(make_statement(mission), title="A pier", lead="", body=body)
    assert passages(said_of(draft), "not there now") == ["the ferry"]


def test_a_small_heading_that_no_large_one_leads(advice):
    assert passages(advice(body="<h3>Fares</h3><h2>Hours</h2><h3>Winter</h3>"), "A subheading without a heading") == [
        "Fares"
    ]


def test_a_title_that_stands_on_a_message_of_the_last_year(mission):
    publish(mission, "The ferry sails again", at=datetime(2025, 1, 2, 9, tzinfo=UTC))
    publish(mission, "The lake freezes", at=datetime(2023, 1, 2, 9, tzinfo=UTC))
    again = make_draft(make_statement(mission), title="The Ferry sails again", lead="", body="")
    assert [part for saying, part, _passage in said_of(again) if "same title" in saying] == ["title"]
    assert said_of(make_draft(make_statement(mission), title="The lake freezes", lead="", body="")) == []


def test_a_lead_that_cards_cut_off(advice):
    assert passages(advice(lead="A" + " lake" * 41), "cut it off") == [" lake"[-1:] + " lake"]
    assert advice(lead="The" + " lakes and piers" * 12) == []


def test_the_check_asks_no_more_of_a_long_text(mission, django_assert_max_num_queries):
    draft = make_draft(make_statement(mission), title="A pier", lead="", body="<p>The pier of 1999 boats.</p>" * 400)
    with django_assert_max_num_queries(10):
        said_of(draft)
