"""Which corrections are typing errors, so that readers need no note about them."""

import pytest

from statements.models.typing_errors import are_typing_errors, words_of_body

TYPING_ERRORS = [
    ("en", "The fery sails at nine.", "The ferry sails at nine."),
    ("en", "The ferry sials again.", "The ferry sails again."),
    ("en", "This concerns vessells only.", "This concerns vessels only."),
    ("en", "A statment was made.", "A statement was made."),
    ("en", "the end of the of the season", "the end of the season"),
    ("en", "We will will help.", "We will help."),
    ("en", "concerningthe harbour", "concerning the harbour"),
    ("en", "a harbour , a quay", "a harbour, a quay"),
    ("en", "It is open", "It is open."),
    ("en", "The Ambassador  said :", "The Ambassador said:"),
    ("en", "its “own boats", "its “own” boats"),
    ("en", "the embassys boat", "the embassy’s boat"),
    ("en", "recieve and beleive", "receive and believe"),
    ("fr", "Le batiment est fermé.", "Le bâtiment est fermé."),
    ("fr", "Il a été recu.", "Il a été reçu."),
    ("ru", "Паром снова ходитт.", "Паром снова ходит."),
    ("ru", "Это заявленее важно", "Это заявление важно"),
    ("ar", "تبحر العبّارة", "تبحر العبّارة."),
    ("de", "Das Schiff fährt", "Das Schiff fährt."),
]
SUBSTANCE = [
    # Numbers
    ("en", "It costs 15 crowns.", "It costs 16 crowns."),
    ("en", "It costs 1.500 crowns.", "It costs 1,500 crowns."),
    ("en", "at -5 degrees", "at 5 degrees"),
    ("en", "up to 5 km away", "up to 5 kg away"),
    ("en", "for 5 miles", "for 5 mills"),
    ("en", "some three people", "some there people"),
    ("en", "the sixth day", "the sixty day"),
    ("en", "eight vessels", "eighty vessels"),
    ("en", "five thousand dinars", "five thousand denars"),
    ("en", "often crowns", "of ten crowns"),
    ("en", "Article II", "Article III"),
    ("en", "paragraph (a)", "paragraph (b)"),
    ("en", "½ of them", "¼ of them"),
    ("en", "10% of them", "10‰ of them"),
    ("fr", "les trois navires", "les trosi navires"),
    ("ru", "три парома", "трибу парома"),
    ("ar", "في الساعة ٩", "في الساعة ٨"),
    ("zh", "三艘渡轮", "五艘渡轮"),
    # Dates
    ("en", "on 12 June", "on 12 July"),
    ("en", "on Monday", "on Sunday"),
    ("en", "until 30.12.2025", "until 31.12.2025"),
    ("en", "from 9:00 to 12:00", "from 9:00 to 13:00"),
    ("fr", "en mai dernier", "en mars dernier"),
    ("fr", "le mardi suivant", "le mardis suivant"),
    ("ru", "в июне", "в июле"),
    ("ru", "к среде", "к средам"),
    ("es", "en junio", "en julio"),
    ("ar", "في حزيران", "في نيسان"),
    # Names
    ("en", "said Karamin today", "said Karamim today"),
    ("en", "the McArran talks", "the MacArran talks"),
    ("en", "the polish side", "the Polish side"),
    ("en", "in georgia", "in Georgia"),
    ("fr", "à Tavelle", "à Tavel"),
    ("ru", "в Тавеле", "в Тавелле"),
    ("de", "der Hafen", "der Haken"),
    ("ar", "كرامين", "كرمين"),
    ("en", "consul@orlemar.example", "consull@orlemar.example"),
    ("en", "see orlemar.example/visa", "see orlemar.example/visas"),
    # Negations
    ("en", "It is now true.", "It is not true."),
    ("en", "It is true.", "It is not true."),
    ("en", "It is not true.", "It is true."),
    ("en", "This is legal.", "This is illegal."),
    ("en", "a notable case", "a not able case"),
    ("en", "They cant sail.", "They can’t sail."),
    ("en", "They do sail.", "They don't sail."),
    ("en", "nether side", "neither side"),
    ("en", "without delay", "within delay"),
    ("fr", "dans retard", "sans retard"),
    ("fr", "Il n’est pas là.", "Il est par là."),
    ("ru", "Он не согласен", "Он на согласен"),
    ("ru", "не допустимо", "недопустимо"),
    ("ru", "без спора", "бес спора"),
    ("ar", "لا يبحر", "يبحر"),
    ("de", "kein Schiff", "ein Schiff"),
    # Sums
    ("en", "$5 a head", "€5 a head"),
    ("en", "a million crowns", "a billion crowns"),
    ("en", "5 million crowns", "5 billion crowns"),
    ("fr", "deux millions de couronnes", "deux milliards de couronnes"),
    # Other words
    ("en", "They may sail.", "They must sail."),
    ("en", "The ferry sails.", "The ferry sails today."),
    ("en", "an ally of ours", "a boat of ours"),
    ("en", "recieve, beleive and acheive", "receive, believe and achieve"),
]


@pytest.mark.parametrize(("language", "before", "after"), TYPING_ERRORS)
def test_a_typing_error_needs_no_note(language, before, after):
    assert are_typing_errors(before.split(), after.split(), language)


def test_a_number_a_date_a_name_a_negation_and_a_sum_are_no_typing_errors():
    taken = [
        (language, one, other)
        for language, one, other in SUBSTANCE
        for one, other in ((one, other), (other, one))
        if are_typing_errors(one.split(), other.split(), language)
    ]
    assert taken == []


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('<p><a href="tel:+442079460958">Call us</a></p>', '<p><a href="tel:+442079460959">Call us</a></p>'),
        ('<p><a href="/visas/">Visas</a></p>', '<p><a href="/passports/">Visas</a></p>'),
        ("<p>10<sup>3</sup> boats</p>", "<p>103 boats</p>"),
        ('<ol start="5"><li>Boats</li></ol>', '<ol start="6"><li>Boats</li></ol>'),
        ('<p><abbr title="Ferries of Orlemar">FO</abbr></p>', '<p><abbr title="Friends of Orlemar">FO</abbr></p>'),
    ],
)
def test_what_changes_beside_the_words_is_no_typing_error(before, after):
    assert not are_typing_errors(words_of_body(before), words_of_body(after), "en")
