"""Tells the editor, in sentences, which metadata authors have left in a file, because readers could find it."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

# The most entries in each list (names, places and organisations), and the most characters of each text.
MOST_NAMES = 20
LONGEST = 200


@dataclass
class Traces:
    names: list[str] = field(default_factory=list)
    changes: int = 0
    comments: int = 0
    title: str = ""
    program: str = ""
    # Paths on somebody's computer, for instance of a template or of a linked picture.
    places: list[str] = field(default_factory=list)
    organisations: list[str] = field(default_factory=list)
    # The number of hidden passages.
    hidden: int = 0
    # True if a password that readers do not need forbids something, such as printing.
    protected: bool = False

    def name(self, *names: str):
        _add(self.names, names)

    def place(self, *places: str):
        _add(self.places, places)

    def organisation(self, name: str):
        _add(self.organisations, [name])

    def as_json(self) -> dict:
        return {key: value for key, value in asdict(self).items() if value}

    def in_words(self) -> list[str]:
        return [*self._left_behind(), *self._told()]

    def _left_behind(self) -> list[str]:
        counted = {
            ngettext("It still holds %d tracked change.", "It still holds %d tracked changes.", self.changes): (
                self.changes
            ),
            ngettext("It still holds %d comment.", "It still holds %d comments.", self.comments): self.comments,
            ngettext("It holds %d hidden passage.", "It holds %d hidden passages.", self.hidden): self.hidden,
        }
        return [saying % count for saying, count in counted.items() if count]

    def _told(self) -> list[str]:
        said = []
        if self.names:
            said.append(_("It names people: %(names)s.") % {"names": ", ".join(self.names)})
        if self.organisations:
            said.append(_("It names organisations: %(names)s.") % {"names": ", ".join(self.organisations)})
        if self.title:
            said.append(_("Its title inside the file is “%(title)s”.") % {"title": self.title})
        if self.program:
            said.append(_("It says that it was made with %(program)s.") % {"program": self.program})
        if self.protected:
            said.append(_("A password may keep readers from printing or copying it."))
        if self.places:
            said.append(_("It names places on somebody’s computer: %(places)s.") % {"places": ", ".join(self.places)})
        return said


def _add(known: list[str], more: Iterable[str]):
    for text in more:
        said = tidy(text)
        if said and said not in known and len(known) < MOST_NAMES:
            known.append(said)


def tidy(text: str) -> str:
    return "".join(letter for letter in " ".join(text.split()) if letter.isprintable())[:LONGEST]
