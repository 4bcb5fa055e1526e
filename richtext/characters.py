"""Normalises the characters of a text: removes invisible characters and unifies white space. Uses no database."""

import re
import unicodedata

# This character marks a place inside a text, such as the beginning of a link. It counts neither as a blank nor as a
# letter, and no tidied text contains it.
BORDER = "\x00"
NO_BREAK = "\N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}\N{FIGURE SPACE}"
# Bullets of the fonts Symbol and Wingdings. Texts from PDFs and Word contain them as private-use characters.
_BULLETS = "\uf02d\uf06c\uf06e\uf071\uf075\uf076\uf09f\uf0a7\uf0a8\uf0b7\uf0d8\uf0e0\uf0fc\uf0fe"
# Control characters, soft hyphens, fillers and zero-width characters; embeddings, overrides and isolates of the text
# direction; replacements for missing objects; private-use characters, which mean something else in each font.
_UNSEEN = (
    "\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\xad\u034f\u115f\u1160\u180e\u200b\u202a-\u202e\u2060-\u2064\u2066-\u206f"
    "\u3164\ue000-\uf8ff\ufdd0-\ufdef\ufeff\uffa0\ufff9-\ufffc\ufffe\uffff\U0001d173-\U0001d17a\U000f0000-\U0010ffff"
)
# Unicode tags can carry invisible text. Only the flags of England, Scotland and Wales need them.
_TAG = "\U000e0001\U000e0020-\U000e007f"
# Joiners are needed in emoji and in scripts with joined letters (Persian, Hindi…). Elsewhere they have no effect.
_JOINER = "\u200c\u200d"
JOINING = "\u0590-\u1cff\u2190-\u2bff\ua840-\uabff\ufe0f\U0001f000-\U0001faff"
# Line ends of other systems, and typographic blanks: en, em, thin…
_ODD_BLANK = "\x0b\x1c-\x1f\x85\u1680\u2000-\u2006\u2008-\u200a\u2028\u2029\u205f"
# Ligatures such as "ﬁ", and the presentation forms of Arabic letters, as PDFs contain them.
_GLYPH = "\ufb00-\ufb06\ufe70-\ufefc"
UNSEEN, ODD_BLANK, GLYPH = re.compile(f"[{_UNSEEN}]"), re.compile(f"[{_ODD_BLANK}]"), re.compile(f"[{_GLYPH}]")
JOINER = re.compile(f"(?<![{JOINING}])[{_JOINER}]+")
TAGS = re.compile(f"(\U0001f3f4[\U000e0020-\U000e007e]{{1,8}}\U000e007f)|[{_TAG}]+")
# Most texts contain none of the characters above. One search for all of them takes a tenth of the time of separate
# searches.
BULLETS = re.compile(f"[{_BULLETS}]")
ODD = re.compile(f"[{_UNSEEN}{_ODD_BLANK}{_GLYPH}{_JOINER}{_TAG}]")
# The white space to reduce: two or more blanks, or one that is not an ordinary blank.
BLANKS = re.compile(f"[ \t\n\r\f{NO_BREAK}{BORDER}]{{2,}}|[\t\n\r\f{NO_BREAK}]")


# The number of a character, written with more digits than any character has. Python cannot read thousands of digits.
ENDLESS = re.compile(r"&#(x?)0*([0-9a-f]+)(?<=[0-9a-f]{8})(?![0-9a-f]);?", re.IGNORECASE)


def with_short_references(html: str) -> str:
    """The HTML without needless zeros in the numbers of characters, and with “�” in place of impossible numbers."""
    return ENDLESS.sub(lambda found: f"&#{found[1]}{found[2]};" if len(found[2]) < 8 else "\ufffd", html)


def seen(text: str) -> str:
    """The text without its invisible characters."""
    return TAGS.sub(lambda found: found[1] or "", UNSEEN.sub("", text))


def spelled(text: str) -> str:
    """The text in Unicode NFC, with ligatures taken apart and invisible characters removed."""
    if not ODD.search(text):
        return unicodedata.normalize("NFC", text)
    text = seen(ODD_BLANK.sub(" ", BULLETS.sub("•", text)))
    text = GLYPH.sub(lambda glyph: unicodedata.normalize("NFKC", glyph[0]), text)
    return JOINER.sub("", unicodedata.normalize("NFC", text))


def spaced(text: str) -> str:
    """Reduces white space to single blanks.

    A no-break space stays only at French punctuation, before a dash, at a number, or at one of the signs % ‰ № §.
    """
    return BLANKS.sub(_one_blank, text)


def _one_blank(found: re.Match) -> str:
    run = found[0]
    blanks = run.replace(BORDER, "")
    if not blanks:
        return run
    first = run.index(blanks[0])
    text, begin, end = found.string, found.start(), found.end()
    before, after = text[max(begin - 1, 0) : begin], text[end : end + 1]
    return run[:first] + _blank(before, blanks, after) + BORDER * run.count(BORDER, first)


def _blank(before: str, blanks: str, after: str) -> str:
    held = [blank for blank in blanks if blank in NO_BREAK]
    punctuation = (after and after in ";:!?»›%‰–—") or (before and before in "«‹№§")
    number = len(blanks) == 1 and (before.isdigit() or after.isdigit())
    return held[0] if held and (punctuation or number) else " "


def tidy(text: str) -> str:
    """The text as one line of words that readers see."""
    return spaced(spelled(text)).strip(" " + NO_BREAK)
