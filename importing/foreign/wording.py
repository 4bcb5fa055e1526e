"""Makes plain words of the HTML of titles, leads and captions."""

from textwrap import shorten

from fulltext.analysis import plain as plain_text
from importing.file_formats import FeedOptions
from richtext.body import sanitise
from richtext.characters import tidy

# Messages show this much of a title.
LONGEST_SHOWN_TITLE = 60


def entitle(options: FeedOptions, number: int, title: str):
    """Let messages on the entry name it by its title (HTML), too."""
    if words := plain(title):
        options.inventory.titles[number] = beginning(words, LONGEST_SHOWN_TITLE)


def plain(html: str) -> str:
    return tidy(plain_text(sanitise(html)))


def beginning(words: str, longest: int) -> str:
    """The words as far as there is room for them. A word is only divided if there is no blank before it."""
    if len(words) <= longest:
        return words
    short = shorten(words, longest, placeholder="…")
    return short if len(short) > 1 else f"{words[: longest - 1]}…"
