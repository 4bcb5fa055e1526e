"""What somebody looks for in the demonstration's archive stands among the first three that are found."""

from datetime import timedelta

import pytest
import time_machine
from django.core.management import call_command

from statements.models import Edition, Source
from tests.making import NOON

# Typed in other forms than the text has, and the statement that was meant.
TABLE = {
    "en": {
        "return of night trains": "joint-text-hollin-tunnel",
        "lakes honeys called": "honey-standards-agreed",
        "condolence lighthouse": "condolences-lighthouse-keeper",
        "lake pilot exchanges": "pilots-exchange-figures",
        "does a bee need visas": "answer-bees-and-visas",
        "pensioners life certificate": "life-certificates-by-post",
        "scholarship ferry engineers": "scholarships-twenty-four",
        "comets observatory": "comet-serane-brennick",
        "toll on bridges": "answer-bridge-toll",
        '"dining car" soup': "article-dining-car",
        "translator prizes": "translation-prize",
        "letter of credence": "remarks-credentials",
    },
    "fr": {
        "condoléance phares": "condolences-lighthouse-keeper",
        "echange de pilotes": "pilots-exchange-figures",
        "inondation": "sympathy-sarnside-flood",
        "bourse mécanicien": "scholarships-twenty-four",
        "passeport": "article-lost-passports",
        "recettes du pain": "comment-lake-bread",
        "reimpression horaires": "remarks-ferry-timetable",
        "billet non utilisé": "answer-unused-tickets",
        "l'amitié ouverte": "friendship-bridge-opened",
        "lettre de creance": "remarks-credentials",
    },
    "ru": {
        "ночные поезда возвращение": "joint-text-hollin-tunnel",
        "выставка пресной воды": "remarks-fresh-water-salt-water",
        "год озер": "year-of-lakes-programme",
        "смотритель маяков": "condolences-lighthouse-keeper",
        "визы для пчел": "answer-bees-and-visas",
        "стипендия механику": "scholarships-twenty-four",
        "потерянный паспорт": "article-lost-passports",
        "рецепты хлеба": "comment-lake-bread",
        "неиспользованный билет": "answer-unused-tickets",
        "мостом дружбы открытие": "friendship-bridge-opened",
    },
    "ar": {
        "قطارات ليلية": "joint-text-hollin-tunnel",
        "تعازي المنارة": "condolences-lighthouse-keeper",
        "تأشيرات النحل": "answer-bees-and-visas",
        "المتقاعدون شهادة الحياة": "life-certificates-by-post",
        "المنح الدراسية": "scholarships-twenty-four",
        "الفيضانات": "sympathy-sarnside-flood",
        "الجوازات": "article-lost-passports",
        "وصفات الخبز": "comment-lake-bread",
        "مذنب": "comet-serane-brennick",
        "القنصليات الفخرية": "honorary-consulate-moves",
        "الجسر الصداقة": "friendship-bridge-opened",
    },
}
WRONG_AT_MOST = 2

pytestmark = pytest.mark.database


@pytest.fixture
def archive(db):
    with time_machine.travel(NOON, tick=False):
        call_command("demo", verbosity=0)
    # All of it has been published by then.
    return NOON + timedelta(days=400)


def test_of_forty_searches_at_least_thirty_eight_find_it_among_the_first_three(archive):
    assert Edition.objects.live(at=archive).count() >= 80
    named = dict(Source.objects.values_list("statement", "identifier"))
    wrong = {}
    for language, searches in TABLE.items():
        for words, meant in searches.items():
            editions = Edition.objects.filter(language=language).live(at=archive)
            first = [named.get(edition.statement_id, "")[3:] for edition in editions.by_relevance(words, language)[:3]]
            if meant not in first:
                wrong[words] = first
    assert sum(map(len, TABLE.values())) >= 40
    assert len(wrong) <= WRONG_AT_MOST, wrong
