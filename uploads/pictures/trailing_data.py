"""Finds data after the end of a picture.

A file that is a picture to one program and an archive, a page or a script to another can get past a check. We would
not store the extra data, but the uploader should learn that the file is not what it seems.
"""

import re
import zipfile
from typing import BinaryIO

PNG = b"\x89PNG\r\n\x1a\n"
JPEG = b"\xff\xd8\xff"
# In the compressed data of a JPEG, a byte FF begins a marker unless one of these bytes follows.
MARKER = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]", re.DOTALL)
START_OF_SCAN, END = 0xDA, 0xD9
# A progressive JPEG has about ten scans; every scan is decoded over the whole picture.
MOST_SCANS = 100


class Unsound(ValueError):
    pass


def holds_something_else(file: BinaryIO) -> bool:
    """Whether the file contains more than the picture. Raises Unsound if it is cut off or invalid."""
    if zipfile.is_zipfile(file):
        return True
    file.seek(0)
    content = file.read()
    if content.startswith(PNG):
        return _png_end(content) < len(content)
    if content.startswith(b"RIFF"):
        # RIFF pads an odd length with one byte.
        return 8 + int.from_bytes(content[4:8], "little") + 1 < len(content)
    return _hangs_on_to_a_jpeg(content)


def _png_end(content: bytes) -> int:
    at = len(PNG)
    while at + 12 <= len(content):
        length, kind = int.from_bytes(content[at : at + 4], "big"), content[at + 4 : at + 8]
        at += 12 + length
        if kind == b"IEND":
            return at
    raise Unsound("The file ends before the picture does.")


def _hangs_on_to_a_jpeg(content: bytes) -> bool:
    end = _jpeg_end(content)
    # Telephones append a second picture for HDR screens.
    while content.startswith(JPEG, end):
        end = _jpeg_end(content, end)
    rest = content[end:].rstrip(b"\x00")
    return bool(rest) and not _is_of_a_telephone(rest)


def _is_of_a_telephone(rest: bytes) -> bool:
    """Whether it is a short video, or the data that some makers append to their pictures."""
    return rest[4:8] == b"ftyp" or rest.endswith(b"SEFT")


def _jpeg_end(content: bytes, at: int = 0) -> int:
    """The offset of the first byte after the JPEG that begins at `at`."""
    at, scans = at + 2, 0
    while at + 4 <= len(content):
        if content[at] != 0xFF:
            raise Unsound("A marker is missing.")
        kind = content[at + 1]
        if kind == 0xFF:
            at += 1
            continue
        if kind == END:
            return at + 2
        at += 2 + int.from_bytes(content[at + 2 : at + 4], "big")
        if kind == START_OF_SCAN:
            scans += 1
            found = MARKER.search(content, at)
            if found is None or scans > MOST_SCANS:
                raise Unsound("The scans do not end.")
            at = found.start()
    if content[at : at + 2] == bytes([0xFF, END]):
        return at + 2
    raise Unsound("The file ends before the picture does.")
