"""What a second process finds out of the lines of a large archive, before it is their turn."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings

from fulltext.analysis import plain
from importing.runner import Entry
from importing.statements.inline_images import placed
from importing.statements.schema import StatementLine
from richtext.body import Clean
from richtext.characters import tidy
from richtext.limits import check_readable
from statements.models import Edition
from statements.models.search_rows import Stemmed, stemmed

LANGUAGES = [code for code, _name in settings.LANGUAGES]
BODY = Edition._meta.get_field("body")


@dataclass(frozen=True)
class Foreseen:
    """The text of a line as it came, as HTML and as it is stored, and the stems of the wording for the index."""

    source: str
    html: str
    clean: Clean
    stems: Stemmed


def foresee(value: dict) -> Foreseen:
    """What will come of a line's object; raises for most that will be refused, before it costs time."""
    language = value["language"]
    if language not in LANGUAGES:
        # Of each language that is asked for, the stems are remembered.
        raise ValueError(language)
    text = {key: value[key].strip() for key in ("body_html", "body_text") if value.get(key)}
    line = StatementLine.model_construct(**text)
    check_readable(line.source)
    clean = BODY.cleaned(line.body)
    title, lead = (tidy(value.get(key) or "") for key in ("title", "lead"))
    return Foreseen(line.source, line.body, clean, stemmed(language, (title, lead, "", plain(clean))))


def body_of(
    entry: Entry[StatementLine], pictures: Iterable[tuple[str, str]], files: Iterable[tuple[str, str]]
) -> tuple[str, Clean]:
    """The HTML of the entry's text with its pictures and files in their places, and the same as it is stored."""
    line, foreseen = entry.line, entry.foreseen
    if foreseen is None or foreseen.source != line.source:
        html = placed(line.body, pictures, files)
        return html, BODY.cleaned(html)
    html = placed(foreseen.html, pictures, files)
    return html, foreseen.clean if html == foreseen.html else BODY.cleaned(html)
