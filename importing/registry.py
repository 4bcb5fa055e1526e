"""The types of line there are, and how each is stored. The modules of DECLARING declare them."""

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from importing.fields import Line


@dataclass(frozen=True)
class LineType:
    """A type of line: its keys, and how it is stored.

    Lines that are `batched` are stored by `store(entries, run)`, which tells run.outcome what became of each; others
    by `store(line, run)`, which answers "new", "updated" or "unchanged" and raises Refused. `begin()` is asked once
    when an import begins; its answer is kept in `run.beginnings[name]`. `foresee(value)` is what a second process can
    find out of a line's object before it is checked, without a database; it may raise what it likes. The line's entry
    has its answer as `foreseen`.
    """

    name: str
    model: type[Line]
    store: Callable[[Any, Any], Any]
    batched: bool = False
    begin: Callable[[], Any] = lambda: None
    foresee: Callable[[dict], Any] | None = None


# Named, not imported: each of them imports this one. They declare line types, the last two formats of others.
DECLARING = (
    "importing.missions",
    "importing.incidents",
    "importing.consular",
    "importing.statements.taxonomy_lines",
    "importing.statements.batch",
    "importing.statements.feeds",
    "importing.statements.wordpress",
)
REGISTRY: dict[str, LineType] = {}


def one_by_one(name: str, model: type[Line]):
    """Declare that lines of the type are rare and stored one at a time by the decorated function."""

    def declare(store):
        REGISTRY[name] = LineType(name, model, store)
        return store

    return declare


def in_batches(
    name: str,
    model: type[Line],
    begin: Callable[[], Any] = lambda: None,
    foresee: Callable[[dict], Any] | None = None,
):
    """Declare that lines of the type are many and stored some hundreds at a time by the decorated function."""

    def declare(store):
        REGISTRY[name] = LineType(name, model, store, batched=True, begin=begin, foresee=foresee)
        return store

    return declare


def discover() -> dict[str, LineType]:
    """All the types, once the modules that declare them are imported."""
    for name in DECLARING:
        import_module(name)
    return REGISTRY
