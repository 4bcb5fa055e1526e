"""The characters of a text put right: what pastes bring along unseen, and blanks that are not what they seem. Pure."""

import re
import unicodedata

# Marks a border inside a text, such as where a link begins: no blank, no letter. No text that was tidied holds it.
BORDER = "\x00"
NO_BREAK = "\N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}\N{FIGURE SPACE}"
# Control characters; soft hyphens; what has no width; embeddings and overrides that would turn the line around.
_UNSEEN = "\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\xad\u200b\u2060\u202a-\u202e\ufeff\ufff9-\ufffb\ufffe\uffff"
# Joiners belong to scripts that join (Persian, Hindi …) and to pictographs; elsewhere they are invisible litter.
_JOINER = "\u200c\u200d"
JOINING = "\u0590-\u1cff\u2190-\u2bff\ua840-\uabff\ufe0f\U0001f000-\U0001faff"
# Line ends of other systems, and the typesetter's blanks: en, em, thin …
_ODD_BLANK = "\x0b\x1c-\x1f\x85\u1680\u2000-\u2006\u2008-\u200a\u2028\u2029\u205f"
# What PDFs make of "fi" and of Arabic letters.
_GLYPH = "\ufb00-\ufb06\ufe70-\ufefc"
UNSEEN, ODD_BLANK, GLYPH = re.compile(f"[{_UNSEEN}]"), re.compile(f"[{_ODD_BLANK}]"), re.compile(f"[{_GLYPH}]")
JOINER = re.compile(f"(?<![{JOINING}])[{_JOINER}]+")
# Most texts have nothing of all this: one look for any of it takes a tenth of looking for each.
ODD = re.compile(f"[{_UNSEEN}{_ODD_BLANK}{_GLYPH}{_JOINER}]")
# One ordinary blank alone is as it should be.
BLANKS = re.compile(f"[ \t\n\r\f{NO_BREAK}{BORDER}]{{2,}}|[\t\n\r\f{NO_BREAK}]")


def spelled(text: str) -> str:
    """The text in whole letters: accents composed, glyphs of typesetters taken apart, nothing unseen between them."""
    if not ODD.search(text):
        return unicodedata.normalize("NFC", text)
    text = UNSEEN.sub("", ODD_BLANK.sub(" ", text))
    text = GLYPH.sub(lambda glyph: unicodedata.normalize("NFKC", glyph[0]), text)
    return JOINER.sub("", unicodedata.normalize("NFC", text))


def spaced(text: str) -> str:
    """The text with one blank for many, which holds together only what typography wants held together.

    That is French punctuation, a dash, and what stands beside a number.
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
    """A text without markup, such as a title, put right, in one line."""
    return spaced(spelled(text)).strip(" " + NO_BREAK)
