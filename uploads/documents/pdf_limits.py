"""What reading a PDF may cost: its reader goes through it letter by letter, and would go on for minutes if it must."""

import io
from contextlib import contextmanager
from typing import BinaryIO, cast

from pypdf import PdfReader, apply_configuration
from pypdf.generic import IndirectObject, StreamObject

from uploads.documents import file_errors

# A thousand pages with five links each: a second of reading, on slow cores two. Long blocks cost more.
MOST_READS = 1_100_000
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
        self.left = MOST_READS
        # A million calls of them: each detour would be felt.
        self.seek, self.tell, self.bytes_of = file.seek, file.tell, file.read  # type: ignore[method-assign]

    def read(self, size=-1, /):
        found = self.bytes_of(size)
        # Nearly all are of one byte: what is done for these is what reading costs.
        self.left = left = self.left - 1 if size == 1 else self.left - 1 - len(found) // BLOCK
        if left < 0:
            raise file_errors.bomb()
        return found

    def pay(self, reads: int):
        self.left -= reads
        if self.left < 0:
            raise file_errors.bomb()

    def readable(self):
        return True

    def seekable(self):
        return True


class PatientReader(PdfReader):
    """A reader to whom each byte of the streams in which objects lie costs what a read does.

    Whoever wants one object of such a stream has all of them gone through.
    """

    def __init__(self, file: Watched, **limits):
        self.watched, self.lengths = file, dict[int, int]()
        super().__init__(cast(BinaryIO, file), **limits)

    def get_object(self, indirect_reference):
        number = getattr(indirect_reference, "idnum", indirect_reference)
        if self.lengths and number in self.xref_objStm:
            stream, _place = self.xref_objStm[number]
            self.watched.pay(self.lengths.pop(stream, 0))
        return super().get_object(indirect_reference)

    def unpack_streams(self):
        """Unpack the streams in which objects lie, which is quick, before they are gone through, which is not."""
        lengths = {}
        for number in {stream for stream, _place in self.xref_objStm.values()}:
            stream = IndirectObject(number, 0, self).get_object()
            if not isinstance(stream, StreamObject):
                raise file_errors.damaged()
            # Its /Length the reader has taken away.
            length, packed = len(stream.get_data()), len(stream._data)
            lengths[number] = length
            if length > max(LARGE, MOST_RATIO * packed) or sum(lengths.values()) > MOST_UNPACKED_IN_ALL:
                raise file_errors.bomb()
        self.lengths = lengths


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
        reader = PatientReader(watched, root_object_recovery_limit=1_000, xref_stream_maximum_entries=MOST_ENTRIES)
        reader.unpack_streams()
        yield reader
    if watched.left < 0:
        # The reader may have taken the refusal for damage that it can mend.
        raise file_errors.bomb()
