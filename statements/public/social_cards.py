"""A statement's social card: its first picture, or its title if it has no picture."""

import hashlib
import logging
from dataclasses import dataclass

from django.core.cache import cache
from django.db.models.fields.files import FieldFile
from django.utils.formats import date_format
from django.utils.translation import get_language_info

from embassy.models import Mission
from statements.models import Edition, Figure
from uploads.pictures import social_card
from uploads.pictures.social_card import Words

# Increase this number when the design of cards changes, so that cached cards are drawn again.
DESIGN = 1
KEPT = 24 * 60 * 60

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Card:
    """The content of a card. Cards that look different have different `version`s."""

    words: Words
    figure: Figure | None
    crest: FieldFile

    @classmethod
    def of(cls, edition: Edition, mission: Mission) -> "Card":
        """An edition's card, with the day and the mission's name in the active language. Prefetch its figures."""
        words = Words(
            title=edition.title,
            name=str(mission),
            day=date_format(edition.statement.day, "DATE_FORMAT") if edition.statement.day else "",
            language=edition.language,
            right_to_left=get_language_info(edition.language)["bidi"],
        )
        return cls(words, next(iter(edition.figures.all()), None), mission.crest)

    @property
    def alt(self) -> str:
        return (self.figure and self.figure.alt) or self.words.title

    @property
    def version(self) -> str:
        figure = self.figure
        shown = (figure.picture.digest, figure.focus_x, figure.focus_y) if figure else self.crest.name
        return hashlib.sha256(repr((DESIGN, self.words, shown)).encode()).hexdigest()[:16]

    def read(self) -> bytes:
        """The card as a JPEG, cached. Does not check whether the visitor may see the edition."""
        name = f"card-{self.version}"
        content = cache.get(name)
        if content is None:
            content = self._drawn()
            cache.set(name, content, KEPT)
        return content

    def _drawn(self) -> bytes:
        figure = self.figure
        if figure and (stored := _read(figure.picture.file)):
            try:
                return social_card.cropped(stored, (figure.focus_x, figure.focus_y), self.words)
            except OSError as problem:
                log.error("The picture %s is damaged: %s", figure.picture.digest, problem)
        return social_card.written(self.words, _read(self.crest))


def _read(file: FieldFile) -> bytes | None:
    if not file:
        return None
    try:
        with file.open("rb") as stored:
            return stored.read()
    except OSError as problem:
        log.error("%s cannot be read: %s", file.name, problem)
        return None
