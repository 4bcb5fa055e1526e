"""Rules for the project's folders: few modules in each folder, and no two modules with the same name."""

import re
from collections import Counter, defaultdict
from pathlib import Path

from django.conf import settings

# Several modules may have these names, because Django, its packages or pytest prescribe them, or Django projects use
# them everywhere.
DJANGOS_OWN = {
    "__init__",
    "admin",
    "apps",
    "backends",
    "base",
    "conftest",
    "converters",
    "feeds",
    "formats",
    "forms",
    "middleware",
    "models",
    "sitemaps",
    "urls",
    "views",
}
MOST = 20
# How documents name a test module: by the end of its path.
TEST_MODULE = re.compile(r"`((?:[\w-]+/)*test_\w+\.py)`")


def modules() -> list[Path]:
    """The project's modules: all Python files in the packages of the root folder, except migrations."""
    packages = [init.parent for init in settings.ROOT.glob("*/__init__.py")]
    found = [path for package in packages for path in package.rglob("*.py") if "migrations" not in path.parts]
    return [path.relative_to(settings.ROOT) for path in found]


def test_no_folder_holds_more_than_twenty_modules():
    folders = Counter(path.parent for path in modules())
    assert folders
    assert {str(folder): number for folder, number in folders.items() if number > MOST} == {}


def test_no_module_shares_its_name_with_another():
    places = defaultdict(list)
    for path in modules():
        if path.stem not in DJANGOS_OWN:
            places[path.name].append(str(path))
    assert {name: where for name, where in places.items() if len(where) > 1} == {}


def test_each_test_module_that_a_document_names_is_there():
    there = {f"/{path}" for path in modules()}
    documents = list((settings.ROOT / "docs").rglob("*.md"))
    named = {(name, document.name) for document in documents for name in TEST_MODULE.findall(document.read_text())}
    assert len(named) > 50
    assert {pair for pair in named if not any(path.endswith(f"/{pair[0]}") for path in there)} == set()
