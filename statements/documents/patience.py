"""What reading a PDF may cost: its reader goes through it letter by letter, and would go on for minutes if it must."""

import io
from contextlib import contextmanager
from typing import BinaryIO, cast

from pypdf import PdfReader, apply_configuration
from pypdf.generic import IndirectObject, StreamObject

from statements.documents import refusals

# A second or two of reading, where nothing else runs: a thousand pages with five links each. Long blocks cost more.
MOST_READS = 2_000_000
BLOCK = 100
# What is looked at of a PDF lies in streams of some ten kilobytes: pages and pictures are not unpacked.
MOST_UNPACKED = 5_000_000
MOST_UNPACKED_IN_ALL = 20_000_000
# Of a stream that is large at all.
LARGE = 500_000
MOST_RATIO = 50
MOST_ENTRIES = 500_000


class Watched(io.RawIOBase):
    """A file that lets itself be read for so long, and then never again."""

    def __init__(self, file: BinaryIO):
        self.file, self.left = file, MOST_READS

    def read(self, size=-1, /):
        found = self.file.read(size)
        self.left -= 1 + len(found) // BLOCK
        if self.left < 0:
            raise refusals.bomb()
        return found

    def seek(self, offset, whence=io.SEEK_SET, /):
        return self.file.seek(offset, whence)

    def tell(self):
        return self.file.tell()

    def readable(self):
        return True

    def seekable(self):
        return True


@contextmanager
def read_with_patience(file: BinaryIO):
    """A reader of the PDF that gives up, with RefusedFile, when it would take too long or unpack too much."""
    watched = Watched(file)
    with apply_configuration(
        zlib_maximum_output_length=MOST_UNPACKED,
        lzw_maximum_output_length=MOST_UNPACKED,
        run_length_maximum_output_length=MOST_UNPACKED,
        brotli_maximum_output_length=MOST_UNPACKED,
        array_based_stream_maximum_output_length=MOST_UNPACKED,
    ):
        read = cast(BinaryIO, watched)
        reader = PdfReader(read, root_object_recovery_limit=1_000, xref_stream_maximum_entries=MOST_ENTRIES)
        _check_streams(reader)
        yield reader
    if watched.left < 0:
        # The reader may have taken the refusal for damage that it can mend.
        raise refusals.bomb()


def _check_streams(reader: PdfReader):
    """Unpack the streams in which objects lie, which is quick, before they are gone through, which is not."""
    unpacked = 0
    for number in {stream for stream, _place in reader.xref_objStm.values()}:
        stream = IndirectObject(number, 0, reader).get_object()
        if not isinstance(stream, StreamObject):
            raise refusals.damaged()
        length, packed = len(stream.get_data()), int(str(stream["/Length"]))
        unpacked += length
        if length > max(LARGE, MOST_RATIO * packed) or unpacked > MOST_UNPACKED_IN_ALL:
            raise refusals.bomb()
