"""Reads the lines of an archive, and parses them into JSON objects, which are not yet validated."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from io import BufferedReader

from importing.errors import Refused, shown

LONGEST = 10_000_000
BYTE_ORDER_MARK = b"\xef\xbb\xbf"
SKIPPED_AT_ONCE = 1 << 20


@dataclass(frozen=True, slots=True)
class RawLine:
    """A line: its number (from 1), its offset and length in bytes, and its text (None if it is too long)."""

    number: int
    offset: int
    length: int
    text: bytes | None


def raw_lines(file: BufferedReader) -> Iterator[RawLine]:
    number = offset = 0
    while data := file.readline(LONGEST + 1):
        number += 1
        too_long = len(data) > LONGEST and not data.endswith(b"\n")
        length = len(data) + (_skip_line(file) if too_long else 0)
        if too_long or data.strip():
            yield RawLine(number, offset, length, None if too_long else data)
        offset += length


def line_at(file: BufferedReader, number: int, offset: int) -> RawLine:
    file.seek(offset)
    text = file.readline(LONGEST + 1)
    return RawLine(number, offset, len(text), text)


def fingerprint(file: BufferedReader) -> str:
    digest = hashlib.file_digest(file, "sha256").hexdigest()[:20]
    file.seek(0)
    return digest


def parse(line: RawLine) -> dict:
    if line.text is None:
        raise Refused(
            {"": f"is longer than {LONGEST // 1_000_000} MB. Split it, or leave its pictures out of the text."}
        )
    repeated: list[str] = []

    def once(pairs):
        found = dict(pairs)
        if len(found) < len(pairs):
            names = [name for name, value in pairs]
            repeated.extend(name for name in found if names.count(name) > 1)
        return found

    value = _loads(_decoded(line.text, first=line.number == 1), once)
    if not isinstance(value, dict):
        raise Refused({"": "is not an object. Each line must be one object in braces."})
    if repeated:
        raise Refused(dict.fromkeys(repeated, "stands in the line more than once. Keep one of them."))
    return value


def digest(value: dict) -> str:
    """A hash of a line's content. Neither the order of the keys nor the way characters are escaped changes it."""
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()


def _decoded(text: bytes, first: bool) -> str:
    text = text.removeprefix(BYTE_ORDER_MARK) if first else text
    try:
        return text.decode()
    except UnicodeDecodeError as problem:
        byte = text[problem.start]
        raise Refused(
            {"": f"is not UTF-8: its byte {problem.start + 1} is {byte:#04x}. Save the archive as UTF-8."}
        ) from problem


def _loads(text: str, pairs_hook):
    try:
        return json.loads(text, object_pairs_hook=pairs_hook, parse_constant=_no_number)
    except json.JSONDecodeError as problem:
        reason = f"is not valid JSON: {problem.msg}, at character {problem.pos + 1}."
    except RecursionError:
        reason = "is not readable: its brackets are nested too deeply."
    except ValueError:
        # Python refuses to convert a number with more than 4300 digits.
        reason = "holds a number with too many digits. Shorten it or write it as a text."
    raise Refused({"": f"{reason} Nothing of the line was taken."})


def _no_number(constant: str):
    raise Refused({"": f"holds {shown(constant)}, which is not JSON. Leave the key out."})


def _skip_line(file: BufferedReader) -> int:
    passed = 0
    while data := file.readline(SKIPPED_AT_ONCE):
        passed += len(data)
        if data.endswith(b"\n"):
            break
    return passed
