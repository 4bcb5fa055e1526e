"""Texts like those of a newsroom, put together at random from sentences, each in four languages."""

import random
from datetime import date, timedelta

from django.utils.formats import date_format
from django.utils.translation import override

# No two of these surnames are alike, because the check takes two similar names in one text for one name misspelt.
PEOPLE = {
    "en": "Karamin Marovic Osk Doran Zelenskaya McKay Fitzgerald Brennick Hansen Pellerin Achterberg Vasquez".split(),
    "fr": "Karamin Marović Osk Doran Zelenskaïa McKay Fitzgerald Brennick Hansen Pellerin Achterberg Vásquez".split(),
    "ru": "Карамин Марович Оск Доран Зеленский Маккей Фицджеральд Бренник Хансен Пелерин Ахтерберг Васкес".split(),
    "ar": "كرامين ماروفيتش أوسك دوران زيلينسكي مكاي فيتزجيرالد برينيك هانسن بيليرين أختربرغ فاسكيز".split(),
}
# Sentences in four languages. They are correct, but some of their details look like mistakes.
SENTENCES = [
    {
        "en": "On {day} the Ambassador, {one}, received {number} letters from {two} at the pier.",
        "fr": "Le {day}, l’Ambassadeur, {one}, a reçu {number} lettres de {two} au quai.",
        "ru": "{day} года посол {one} получил {number} писем от {two} на причале.",
        "ar": "في {day} تلقى السفير {one} {number} رسالة من {two} على الرصيف.",
    },
    {
        "en": "“[The Government] will act, and we had had doubts,” said {one} on YouTube and WhatsApp.",
        "fr": "« [Le Gouvernement] agira, et nous nous réjouissons », a dit {one} sur YouTube et WhatsApp.",
        "ru": "«[Правительство] будет действовать», — сказал {one} в YouTube и WhatsApp.",
        "ar": "«[الحكومة] ستعمل»، قال {one} على YouTube وWhatsApp.",
    },
    {
        "en": "The results are yet to be confirmed; the form is to be completed by {one}, see embassy.example.",
        "fr": "Le bilan reste à confirmer, {one} tient à préciser les horaires. Formulaire à compléter",
        "ru": "Итоги ещё не подтверждены; часы работы можно уточнить на embassy.example, просим также {one}.",
        "ar": "النتائج لم تتأكد بعد؛ وللتأكيد على ذلك يرجى زيارة embassy.example، يقول {one}.",
    },
    {
        "en": "Up to 50 may apply, in May or on 16 June; {one} spoke of {number} tonnes and of 84.5 per cent [1].",
        "fr": "Jusqu’à 50 candidats, en mai ou le 16 juin ; {one} a parlé de {number} tonnes et de 84,5 % [1].",
        "ru": "До 50 человек, в мае или 16 июня; {one} говорил о {number} тоннах и о 84,5 процента [1].",
        "ar": "حتى 50 شخصا، في مايو أو في 16 يونيو؛ تحدث {one} عن {number} طن وعن 84,5 في المئة [1].",
    },
    {
        "en": "The Consulate General understands the theatre of Port Brennick, again and again and again [sic].",
        "fr": "Le Consulat général comprend le théâtre de Port-Brennick, encore et encore [sic].",
        "ru": "Генеральное консульство в Порте-Бренник понимает театр, в театре, о театре и театром [sic].",
        "ar": "تتفهم القنصلية العامة مسرح بورت برينيك مرة بعد مرة [كذا].",
    },
    {
        "en": "At the G20, {one} and {two} agreed: the Spokesman and the Spokesmen, the Minister and the Ministers.",
        "fr": "Au G20, {one} et {two} se sont accordés : les Présidents et Présidentes, les Habitants et Habitantes.",
        "ru": "На саммите {one} и {two} договорились: Председатель, с Председателем и о Председателях.",
        "ar": "في القمة اتفق {one} و{two}: الوزير والوزراء والوزيرات.",
    },
    {
        "en": "Will the ferry sail? It will, said {one}: a question of time, the answer is patience; 8.30 or 17:00.",
        "fr": "Le bac partira-t-il ? Oui, a dit {one} : question de temps, réponse : patience ; 8 h 30 ou 17 h.",
        "ru": "Пойдёт ли паром? Пойдёт, сказал {one}: вопрос времени, ответ — терпение, в 8:30 или в 17:00.",
        "ar": "هل تبحر العبّارة؟ نعم، قال {one}: سؤال عن الوقت، والجواب هو الصبر في 8:30 أو 17:00.",
    },
    {
        "en": "The decree 45/14/2026 of {day} cost {number} pounds; the exhibition “La vie du lac” runs for 24 hours.",
        "fr": "Le décret 45/14/2026 du {day} a coûté {number} livres ; l’exposition « The Life » dure 24 heures.",
        "ru": "Указ 45/14/2026 от {day} года стоил {number} фунтов; выставка «The Life» длится 24 часа.",
        "ar": "كلف المرسوم 45/14/2026 المؤرخ {day} {number} جنيه؛ ومعرض «The Life» مدته 24 ساعة.",
    },
]
# The character that each language writes between thousands.
SEPARATORS = {"en": ",", "fr": "\u202f", "ru": "\u00a0", "ar": ","}
TITLES = {
    "en": "Letter {number} of the lake",
    "fr": "Lettre {number} du lac",
    "ru": "Письмо {number} с озера",
    "ar": "رسالة {number} من البحيرة",
}


def texts(count, seed):
    """Returns `count` texts, each in four languages: `{language: (title, lead, body)}`."""
    chance = random.Random(seed)
    return [_text(chance, number) for number in range(1, count + 1)]


def _text(chance, number):
    day, amount = date(2020, 1, 1) + timedelta(chance.randrange(2000)), chance.randrange(1000, 4_000_000)
    one, two = chance.sample(range(len(PEOPLE["en"])), 2)
    chosen = chance.sample(SENTENCES, 6)
    return {language: _in(language, chosen, number, day, amount, one, two) for language in PEOPLE}


def _in(language, chosen, number, day, amount, one, two):
    with override(language):
        values = {
            "day": date_format(day, "j E Y"),
            "number": f"{amount:,}".replace(",", SEPARATORS[language]),
            "one": PEOPLE[language][one],
            "two": PEOPLE[language][two],
        }
    lead, *rest = [sentence[language].format(**values) for sentence in chosen]
    return TITLES[language].format(number=number), lead, "".join(f"<p>{sentence}</p>" for sentence in rest)
