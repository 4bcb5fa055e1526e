"""Finds gaps: places in a draft that authors have left to fill in later."""

import re
from collections.abc import Iterator

from django.utils.translation import gettext as _

from statements.checks.advice import Advice, CheckedEdition

BRACKETS = r"\[[^\]]*\]"
# Brackets that are part of a text and no gap: numbers, omissions, and the notes of people who take minutes.
NOTE = re.compile(
    r"\[(?:[\d\s,;*–-]+|sic ?!?|…|\.{3}|applause|laughter|inaudible|emphasis added|applaudissements|rires|inaudible"
    r"|аплодисменты|смех|неразборчиво|так в тексте|تصفيق|ضحك|كذا)\]",
    re.IGNORECASE,
)


def _not_after(words: str) -> str:
    return "".join(rf"(?<!\b{word}\s)" for word in words.split())


# Some words are a gap only at the end of a phrase. Elsewhere they may be part of a sentence.
END = r"(?=\s*(?:[.,;)\]»”\"]|$))"
# Russian infinitives are a gap only without a word before and after: “Date: уточнить”, but not “можно уточнить часы”.
ALONE = r"(?<![а-яё]\s)\b(?:уточнить|дополнить|вставить)\b(?!\s+[а-яё])"
# After these words, “to be confirmed” does not mean the draft: “the date has yet to be confirmed”.
NOT_ABOUT_THE_DRAFT = _not_after(
    "is are was were yet remain remains need needs needed have has had ought likely expected due order"
)
REMAINS = _not_after("reste restent restait tient tiens tenons tiennent tenait tenaient")
FORM = _not_after("form forms document documents section sections")
FORMULAIRE = _not_after("formulaire formulaires document documents dossier dossiers fiche fiches")
ENGLISH = (
    rf"\b(?=to\b){NOT_ABOUT_THE_DRAFT}to[\s-]be[\s-](?:confirmed|inserted|supplied)\b(?!\s+by\b)",
    rf"\b(?=to\b){NOT_ABOUT_THE_DRAFT}{FORM}to[\s-]be[\s-]completed\b(?!\s+by\b)",
    r"\binsert (?:a |the )?(?:quote|quotation|link|photo|picture|caption)s?\b|\binsert \w+ here\b",
    r"\b(?:quote|quotation|text|photo|picture|caption|link|name|title|lead|figures?) to come\b"
    r"(?! (?:(?:in)?to|up|in|out|from|of|with|back|true|first)\b)",
    r"(?-i:\bTO COME\b|\bTK(?:TK)*\b(?!\s?\d))",
)
FRENCH = (
    rf"\b(?=à ){REMAINS}{FORMULAIRE}à compléter\b(?!\s+(?:par|et)\b)",
    rf"\b(?=à ){REMAINS}à (?:confirmer|préciser){END}",
    r"\bà insérer\b|\binsérer (?:ici |la |une |le |un )?(?:citation|lien|photo|image|légende|texte|nom)\b",
    r"\b(?:citation|texte|photo|légende|lien|titre|nom|chiffres?) à venir\b(?!\s+\w)",
)
RUSSIAN = (
    ALONE,
    r"\bвставить (?:сюда |здесь )?(?:цитату|имя|дату|ссылку|текст|фото|подпись|название)\b",
    r"\b(?:имя|цитата|дата|время|место) уточняется\b",
    rf"\b(?:подлежит (?:уточнению|подтверждению)|(?:ждём|ждем|ожидаем|до) подтверждения){END}",
)
ARABIC = (
    r"\bيُ?(?:ستكمل|ضاف|ؤك[َّ]*د|درج) لاحق",
    r"\b(?:أدخل|أدرج|يُ?درج|إدراج|إدخال) (?:ال)?اقتباس",
    r"\b(?:ال)?(?:اقتباس|نص|اسم|تاريخ|صورة|رابط|عنوان) هنا\b",
    rf"\b(?:بانتظار|في انتظار|قيد) التأكيد{END}",
)
# Dummy texts of templates and word processors.
TEMPLATE = (
    r"\blorem ipsum\b|\bteaser[ -]?(?:texte?|title|titel|image|bild)\b|\bblindtext\b|\b(?:dummy|filler)[ -]text\b",
    r"\bfaux[ -]texte\b|\btexte de remplissage\b|\bрыба-текст\b|\bтекст-рыба\b|\bنص تجريبي\b",
    r"\b(?:your|add) (?:text|title|headline) here\b|\b(?:text|title|headline) goes here\b",
)
# What word processors leave in place of a lost cross-reference or of a form's empty field.
WORD_PROCESSORS = (
    r"\berror! (?:reference source|bookmark) not (?:found|defined)\b",
    r"\bclick (?:or tap )?here to enter (?:text|a date)\b",
    r"\berreur\s?! (?:source du renvoi introuvable|signet non défini)\b|\bcliquez (?:ou appuyez )?ici pour entrer\b",
    r"\bошибка! (?:источник ссылки не найден|закладка не определена)\b|\bместо для ввода (?:текста|даты)\b",
    r"خطأ! لم يتم العثور على مصدر المرجع|خطأ! الإشارة المرجعية غير معرّفة|انقر (?:أو اضغط )?هنا لإدخال",
    r"#(?:REF|N/A|NAME|VALUE)[!?]?(?!\w)",
)
# Names of fields in templates, and dates without figures: DD/MM/YYYY, XX.XX.2026.
DAY, MONTH = "DD|JJ|dd|jj|ДД|дд|XX|ХХ|xx|хх", r"MM|mm|ММ|мм|XX|ХХ|xx|хх|\d\d"
FIELDS = (
    r"\{\{[^{}]{0,60}\}\}|\$\{[^{}]{0,60}\}|(?-i:\{[a-z_]{2,30}\}|%[a-z_]{2,30}%)",
    rf"(?-i:\b(?:{DAY})(?P<mark>[./-])(?:{MONTH})(?P=mark)[\dA-Za-zА-Яа-я]{{2,4}}\b)",
)
SIGNS = (r"\bTBC\b|\bTBD\b|\bTBA\b|\bTODO\b|\bX{3,}\b|_{3,}|\?{2,}|\.{5,}|<[^>]{0,60}>",)
WRITTEN = (*ENGLISH, *FRENCH, *RUSSIAN, *ARABIC)
PLACEHOLDER = re.compile("|".join([*SIGNS, *WORD_PROCESSORS, *FIELDS, *TEMPLATE, *WRITTEN]), re.IGNORECASE)
GAP = re.compile(rf"{BRACKETS}|{PLACEHOLDER.pattern}", re.IGNORECASE)


def placeholders(checked: CheckedEdition) -> Iterator[Advice]:
    for part in checked.parts:
        for place in part.search(GAP):
            if not _belongs(place) and "a" not in dict(part.paragraph.marks[place.start()]):
                yield part.advice(_("This looks like something still to be filled in."), *place.span())


def _belongs(place: re.Match) -> bool:
    """Whether brackets are part of the text: notes, or an editor's change in a quotation, as in “[The] king[s]”."""
    words = place[0]
    if not words.startswith("["):
        return False
    if NOTE.fullmatch(words):
        return True
    before, behind = place.string[: place.start()], place.string[place.end() :]
    if before[-1:].isalpha() or behind[:1].isalpha():
        return True
    quoted = before.count("“") > before.count("”") or before.count("«") > before.count("»") or before.count('"') % 2
    return bool(quoted and len(words) > 2 and not PLACEHOLDER.search(words))
