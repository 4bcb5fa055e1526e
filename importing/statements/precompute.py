"""What a second process computes for the lines of a large archive in advance."""

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
    source: str
    html: str
    clean: Clean
    stems: Stemmed


def foresee(value: dict) -> Foreseen:
    """Computes it from a line's unvalidated object; raises for most lines that will be refused, to save time."""
    language = value["language"]
    if language not in LANGUAGES:
        # Each language gets a stem cache, so unknown ones are refused.
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
    line, foreseen = entry.line, entry.foreseen
    if foreseen is None or foreseen.source != line.source:
        html = placed(line.body, pictures, files)
        return html, BODY.cleaned(html)
    html = placed(foreseen.html, pictures, files)
    return html, foreseen.clean if html == foreseen.html else BODY.cleaned(html)
