"""Which languages a text can be in, by its letters."""

import re

TAG = re.compile(r"<[^>]*>")
LETTER = re.compile(r"[^\W\d_]")
# The letters of a script, and the languages that are written in it.
SCRIPTS = [
    (re.compile("[\u0400-\u052f]"), "be bg kk ky mk mn ru sr tg uk".split()),
    (re.compile("[\u0600-\u06ff\u0750-\u077f\ufb50-\ufdff\ufe70-\ufeff]"), "ar fa ku ps ug ur".split()),
    (re.compile("[\u0370-\u03ff\u1f00-\u1fff]"), ["el"]),
    (re.compile("[\u0590-\u05ff]"), ["he", "yi"]),
    (re.compile("[\u0530-\u058f]"), ["hy"]),
    (re.compile("[\u10a0-\u10ff\u2d00-\u2d2f]"), ["ka"]),
    (re.compile("[\u0900-\u097f]"), ["hi", "mr", "ne"]),
    (re.compile("[\u0e00-\u0e7f]"), ["th"]),
    (re.compile("[\u1100-\u11ff\uac00-\ud7af]"), ["ko"]),
    (re.compile("[\u3040-\u30ff]"), ["ja"]),
    (re.compile("[\u4e00-\u9fff]"), ["zh", "ja"]),
]


def languages_by_letters(html: str) -> list[str]:
    """The languages in whose script most letters of the text are; none for Latin letters, which most languages use."""
    text = TAG.sub(" ", html)
    most = len(LETTER.findall(text)) / 2
    return next((languages for letters, languages in SCRIPTS if len(letters.findall(text)) > most), [])
