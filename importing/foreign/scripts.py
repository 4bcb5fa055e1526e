"""Tells by the letters of a text in which languages it can be, and gives the names of languages."""

import re

from django.utils.translation import get_language_info

TAG = re.compile(r"<[^>]*>")
LETTER = re.compile(r"[^\W\d_]")
# The name and the letters of a script, and the languages that are written in it.
SCRIPTS = [
    ("Cyrillic", re.compile("[\u0400-\u052f]"), "be bg kk ky mk mn ru sr tg uk".split()),
    ("Arabic", re.compile("[\u0600-\u06ff\u0750-\u077f\ufb50-\ufdff\ufe70-\ufeff]"), "ar fa ku ps ug ur".split()),
    ("Greek", re.compile("[\u0370-\u03ff\u1f00-\u1fff]"), ["el"]),
    ("Hebrew", re.compile("[\u0590-\u05ff]"), ["he", "yi"]),
    ("Armenian", re.compile("[\u0530-\u058f]"), ["hy"]),
    ("Georgian", re.compile("[\u10a0-\u10ff\u2d00-\u2d2f]"), ["ka"]),
    ("Devanagari", re.compile("[\u0900-\u097f]"), ["hi", "mr", "ne"]),
    ("Thai", re.compile("[\u0e00-\u0e7f]"), ["th"]),
    ("Korean", re.compile("[\u1100-\u11ff\uac00-\ud7af]"), ["ko"]),
    ("Japanese", re.compile("[\u3040-\u30ff]"), ["ja"]),
    ("Chinese", re.compile("[\u4e00-\u9fff]"), ["zh", "ja"]),
]


def by_letters(html: str) -> tuple[str, list[str]]:
    """The script of more than half of the letters, and the languages that use it.

    ("", []) if no script in SCRIPTS has so many letters, as in a text in the Latin script.
    """
    text = TAG.sub(" ", html)
    most = len(LETTER.findall(text)) / 2
    found = ((script, languages) for script, letters, languages in SCRIPTS if len(letters.findall(text)) > most)
    return next(found, ("", []))


def language_name(code: str) -> str:
    try:
        return get_language_info(code)["name"]
    except KeyError:
        return code
