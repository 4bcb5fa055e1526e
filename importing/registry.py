"""The types of lines and how each is stored. The modules in DECLARING register them."""

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from importing.fields import Line


@dataclass(frozen=True)
class LineType:
    """A type of line: its keys, and how it is stored.

    A `batched` type is stored by `store(entries, run)`, which reports to run.outcome. Other types are stored by
    `store(line, run)`, which returns "new", "updated" or "unchanged" and raises Refused. `begin()` is called once when
    an import begins; its result is in `run.beginnings[name]`.
    """

    name: str
    model: type[Line]
    store: Callable[[Any, Any], Any]
    batched: bool = False
    begin: Callable[[], Any] = lambda: None


# Names, not imports, because each module imports this one. They register line types; the last two register foreign
# formats.
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
    """Register the decorated function for a rare type, whose lines are stored one at a time."""

    def declare(store):
        REGISTRY[name] = LineType(name, model, store)
        return store

    return declare


def in_batches(name: str, model: type[Line], begin: Callable[[], Any] = lambda: None):
    """Register the decorated function for a frequent type, whose lines are stored in batches."""

    def declare(store):
        REGISTRY[name] = LineType(name, model, store, batched=True, begin=begin)
        return store

    return declare


def discover() -> dict[str, LineType]:
    for name in DECLARING:
        import_module(name)
    return REGISTRY
