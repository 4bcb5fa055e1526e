"""The pictures of an edition: those placed in the text, and the others."""

import re
from collections.abc import Callable

# A picture in the text, as BodyField stores it.
PLACE = re.compile(r'<figure data-picture="([0-9a-f]{64})"></figure>')


def by_digest(edition) -> dict:
    """The figures by the digests of their pictures. If two figures show the same picture, the first one is taken."""
    return {figure.picture.digest: figure for figure in reversed(edition.figures.all())}


def beside(edition) -> list:
    placed = set(PLACE.findall(edition.body))
    in_text = [figure for digest, figure in by_digest(edition).items() if digest in placed]
    return [figure for figure in edition.figures.all() if figure not in in_text]


def split(edition, body: str) -> list:
    """The HTML and the figures of the body, in order; None for a picture that the edition no longer shows."""
    figures = by_digest(edition)
    # PLACE has one group, the digest, so split() returns HTML and digests in turn: digests have the odd indexes.
    parts = PLACE.split(body)
    return [figures.get(part) if place % 2 else part for place, part in enumerate(parts) if part]


def filled(edition, draw: Callable) -> str:
    parts = split(edition, edition.body)
    return "".join(part if isinstance(part, str) else draw(part) for part in parts if part)
