"""Finds the encoding of a foreign file and converts the file to UTF-8. Each guess is reported as a remark."""

import codecs
import re
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import IO

from charset_normalizer import from_bytes

from importing.errors import Unreadable, shown

CHUNK = 1 << 20
MARKS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
DECLARATION = re.compile(rb"^\s*<\?xml\b[^>]*?\bencoding\s*=\s*[\"']([^\"']*)[\"']")
LANGUAGE = re.compile(rb"<(?:dc:)?language>\s*([a-zA-Z]{2,3})\b|\bxml:lang=[\"']([a-zA-Z]{2,3})\b")
# Programs that declare one of these encodings often write the wider one beside it, which has more characters.
WIDER = {"ascii": "utf-8", "iso8859-1": "cp1252", "gb2312": "gb18030", "gbk": "gb18030", "shift_jis": "cp932"}
# The encodings in which a language was written before UTF-8.
LIKELY = {
    **dict.fromkeys("ru uk bg be sr mk kk".split(), "cp1251 koi8_r koi8_u iso8859_5"),
    **dict.fromkeys("ar fa ur".split(), "cp1256 iso8859_6"),
    **dict.fromkeys("en fr de es it pt nl da sv no fi".split(), "cp1252"),
    **dict.fromkeys("pl cs sk hu hr sl ro".split(), "cp1250 iso8859_2"),
    "tr": "cp1254",
    "el": "cp1253",
    "he": "cp1255",
    "th": "cp874",
    "zh": "gb18030",
    "ko": "cp949",
}


@contextmanager
def in_utf8(file: IO[bytes], language: str, remark: Callable[[int, str], object]) -> Iterator[IO[bytes]]:
    """The file, or a temporary copy of it in UTF-8. `language` is used if the file does not name its language."""
    encoding, errors = _encoding(file, language, remark)
    if encoding == "utf-8" and errors == "strict":
        yield file
        return
    with tempfile.TemporaryFile() as copy:
        for text in _decoded(file, encoding, errors):
            copy.write(text.encode())
        copy.seek(0)
        yield copy


def whole(text: str) -> str:
    """The text with both surrogates of a character joined, and with “\ufffd” in place of a surrogate that is alone.

    Programs that count in units of UTF-16 may cut a text in the middle of a character, mostly of an emoji.
    """
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _encoding(file: IO[bytes], language: str, remark: Callable[[int, str], object]) -> tuple[str, str]:
    """The encoding, and how to treat bytes that are invalid in it: "strict" or "replace"."""
    head = file.read(CHUNK)
    file.seek(0)
    declared = DECLARATION.match(head)
    name = next((name for mark, name in MARKS.items() if head.startswith(mark)), "")
    encoding = name or _known(declared[1].decode("ascii", "replace") if declared else "utf-8")
    if _is_readable(file, encoding):
        return encoding, "strict"
    said = f"is not in {encoding}, though it says so" if declared or name else "does not name its encoding"
    broken, whole = _characters(file)
    if broken < whole:
        remark(0, f"{broken} characters of the file are not UTF-8. Each of them became “\ufffd”: look for that sign.")
        return "utf-8", "replace"
    found = LANGUAGE.search(head)
    spoken = (found[1] or found[2]).decode().lower() if found else language
    guess = from_bytes(head, cp_isolation=LIKELY[spoken].split()).best() if spoken in LIKELY else None
    if guess is None or not _is_readable(file, guess.encoding):
        raise Unreadable(f"{said}, and it is not UTF-8. Save it as UTF-8; nothing was taken.")
    remark(0, f"The file {said}. It was read as {guess.encoding}, which is usual in {spoken}: look through the texts.")
    return guess.encoding, "strict"


def _known(declared: str) -> str:
    try:
        name = codecs.lookup(declared.strip()).name
        # This raises an error for codecs such as base64, which do not encode texts.
        "".encode(name)
    except (LookupError, ValueError) as problem:
        raise Unreadable(
            f"declares the encoding {shown(declared)}, which is not known. Save it as UTF-8; nothing was taken."
        ) from problem
    return WIDER.get(name, name)


def _is_readable(file: IO[bytes], encoding: str) -> bool:
    try:
        for _text in _decoded(file, encoding, "strict"):
            pass
    except UnicodeError:
        return False
    finally:
        file.seek(0)
    return True


def _decoded(file: IO[bytes], encoding: str, errors: str) -> Iterator[str]:
    """The text in pieces. An XML declaration in the text names UTF-8 instead of the former encoding."""
    decoder = codecs.getincrementaldecoder(encoding)(errors)
    first = True
    while True:
        data = file.read(CHUNK)
        text = decoder.decode(data, final=not data)
        yield re.sub(r"^(\s*<\?xml\b[^>]*?\bencoding\s*=\s*[\"'])[^\"']*", r"\1utf-8", text) if first else text
        first = False
        if not data:
            return


def _characters(file: IO[bytes]) -> tuple[int, int]:
    """Reads the file as UTF-8. Returns the number of invalid places, and that of valid characters beyond ASCII."""
    broken = whole = 0
    for text in _decoded(file, "utf-8", "replace"):
        broken += text.count("\ufffd")
        whole += sum(letter > "\x7f" for letter in text)
    file.seek(0)
    return broken, whole - broken
