"""Writes archives for tests, imports them, and reads the import's output."""

import json
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory

from django.core.management import CommandError, call_command

MISSION_LINE = {
    "type": "mission",
    "id": "port-brennick",
    "name": {"en": "Embassy of the Republic of Orlemar"},
    "home_city": {"en": "Tavelle"},
    "home_time_zone": "Asia/Tbilisi",
    "host_city": {"en": "Port Brennick"},
    "host_time_zone": "Europe/Dublin",
    "languages": ["en", "fr", "ar", "ru"],
}


def make_line(identifier="ferry", **keys):
    """The line of a statement. A key with the value None is left out."""
    line = {
        "type": "statement",
        "id": identifier,
        "language": "en",
        "kind": "press-release",
        "title": "The ferry sails again",
        "lead": "After eleven days of fog.",
        "body_html": "<p>It sails.</p>",
        "published_at": "2025-06-02T09:00:00+00:00",
        **keys,
    }
    return {key: value for key, value in line.items() if value is not None}


def write_archive(folder: Path, *lines, name="archive.jsonl") -> Path:
    """Write an archive. Each line is an object, which is written as JSON, or bytes, which are written unchanged."""
    file = folder / name
    file.write_bytes(
        b"".join(line + b"\n" if isinstance(line, bytes) else json.dumps(line).encode() + b"\n" for line in lines)
    )
    return file


@dataclass
class Report:
    """The import's output: its summary, the errors in the archive's lines, and the final error message, if any."""

    summary: str
    defects: list[str]
    verdict: str | None


def import_file(file: Path, **options) -> Report:
    out, err, verdict = StringIO(), StringIO(), None
    try:
        call_command("import_archive", file, stdout=out, stderr=err, **options)
    except CommandError as error:
        assert error.returncode == 1
        verdict = str(error)
    return Report(out.getvalue(), err.getvalue().splitlines(), verdict)


def import_lines(folder: Path, *lines, **options) -> Report:
    return import_file(write_archive(folder, *lines), **options)


def publish_many(mission, moments, **keys):
    """Import one statement for each instant: ten times as fast as publishing them. The first is “Message 00”."""
    known = mission.statement_set.count()
    lines = [
        make_line(f"message-{known + place}", title=f"Message {place:02}", published_at=moment.isoformat(), **keys)
        for place, moment in enumerate(moments)
    ]
    with TemporaryDirectory() as folder:
        report = import_lines(Path(folder), *lines, mission=mission.slug)
    assert report.verdict is None, report
