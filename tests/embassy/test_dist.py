"""What is shipped: the archive of `make dist`, the lists of the libraries in it, and the libraries' licences."""

import hashlib
import json
import re
import subprocess
import sys
import tarfile
from importlib import metadata
from pathlib import Path

import pytest

TREE = Path(__file__).parents[2]
PINNED = re.compile(r"^([\w.-]+)==([\w.]+)", re.MULTILINE)
# A ministry may run, change and pass on libraries with these licences, and need not publish its own code.
FREE = re.compile(r"MIT|BSD|Apache|PSF|Python Software Foundation|MPL|LGPL")
NOT_FREE = re.compile(r"\b(A?GPL|GNU General|GNU Affero)")


def pinned(name):
    return dict(PINNED.findall((TREE / name).read_text()))


def licence_of(library) -> str:
    found = metadata.metadata(library)
    # Some libraries write the whole text of the licence where its name belongs.
    named = [found["License-Expression"] or "", (found["License"] or "")[:80]]
    return " ".join([*named, *(line for line in found.get_all("Classifier", []) if line.startswith("License"))])


def test_each_library_has_a_licence_under_which_a_ministry_may_run_it():
    here = {each.name.lower() for each in metadata.distributions()}
    libraries = {*pinned("requirements.txt"), *pinned("requirements-scale.txt")} & here
    assert len(libraries) > 50
    wrong = {each: said for each in libraries if not FREE.search(said := licence_of(each)) or NOT_FREE.search(said)}
    assert wrong == {}


def made_in(folder):
    subprocess.run(["git", "clone", "-q", TREE, folder], check=True)
    bin_ = Path(sys.executable).parent
    subprocess.run(["make", "-s", "-o", ".venv/installed-dev", "dist", f"BIN={bin_}"], cwd=folder, check=True)
    return {each.name: hashlib.sha256(each.read_bytes()).hexdigest() for each in (folder / "dist").iterdir()}


@pytest.mark.slow
@pytest.mark.skipif(not (TREE / ".git").exists(), reason="`make dist` needs a Git checkout.")
def test_the_archive_made_twice_is_the_same_and_its_lists_name_every_library(tmp_path):
    first, second = made_in(tmp_path / "first"), made_in(tmp_path / "second")
    assert first == second
    dist = tmp_path / "first" / "dist"
    for requirements in ("requirements", "requirements-scale"):
        components = json.loads((dist / f"{requirements}.cdx.json").read_text())["components"]
        assert {each["name"]: each["version"] for each in components} == pinned(f"{requirements}.txt")
        assert all(each["externalReferences"][0]["hashes"] for each in components)
    [archive] = dist.glob("*.tar.gz")
    committed = subprocess.run(["git", "ls-files"], cwd=tmp_path / "first", check=True, capture_output=True, text=True)
    with tarfile.open(archive) as read:
        files = {each.name.partition("/")[2] for each in read if each.isfile()}
    assert {"manage.py", "requirements.txt"} <= files == set(committed.stdout.split("\n")[:-1])
