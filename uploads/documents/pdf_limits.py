"""Limits on the cost of parsing a PDF: pypdf reads byte by byte, and a hostile file could take minutes."""

import io
from contextlib import contextmanager
from typing import BinaryIO, cast

from pypdf import PdfReader, apply_configuration
from pypdf.generic import IndirectObject, StreamObject

from uploads.documents.file_errors import RefusedFile

# The most reads of one file. This is enough for a thousand pages with five links each, which take one second, or two
# on slow cores. A read of BLOCK bytes or more counts as several.
MOST_READS = 1_100_000
BLOCK = 100
# The most bytes to unpack from one stream, and from all object streams. The streams that we inspect usually have some
# tens of kilobytes; pages and pictures are not unpacked.
MOST_UNPACKED = 5_000_000
MOST_UNPACKED_IN_ALL = 20_000_000
# An object stream of more than LARGE unpacked bytes may have at most MOST_RATIO times its packed size.
LARGE = 500_000
MOST_RATIO = 50
MOST_ENTRIES = 500_000


class Watched(io.RawIOBase):
    """A file that raises RefusedFile when more than MOST_READS reads are counted."""

    def __init__(self, file: BinaryIO):
        self.left = MOST_READS
        # pypdf calls these methods a million times. A wrapper around each of them would be noticeably slower.
        self.seek, self.tell, self.bytes_of = file.seek, file.tell, file.read  # type: ignore[method-assign]

    def read(self, size=-1, /):
        found = self.bytes_of(size)
        # Nearly all reads are of one byte, so this line must be fast.
        self.left = left = self.left - 1 if size == 1 else self.left - 1 - len(found) // BLOCK
        if left < 0:
            raise RefusedFile("bomb")
        return found

    def pay(self, reads: int):
        self.left -= reads
        if self.left < 0:
            raise RefusedFile("bomb")

    def readable(self):
        return True

    def seekable(self):
        return True


class PatientReader(PdfReader):
    """Counts each byte of an object stream as a read, because pypdf parses the whole stream to get one object."""

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
        """Unpack the object streams and refuse large ones before pypdf parses them: only parsing is slow."""
        lengths = {}
        for number in {stream for stream, _place in self.xref_objStm.values()}:
            stream = IndirectObject(number, 0, self).get_object()
            if not isinstance(stream, StreamObject):
                raise RefusedFile("damaged")
            # The packed data is measured, because pypdf has removed /Length.
            length, packed = len(stream.get_data()), len(stream._data)
            lengths[number] = length
            if length > max(LARGE, MOST_RATIO * packed) or sum(lengths.values()) > MOST_UNPACKED_IN_ALL:
                raise RefusedFile("bomb")
        self.lengths = lengths


@contextmanager
def read_with_patience(file: BinaryIO):
    """A PdfReader that raises RefusedFile or LimitReachedError if it reads or unpacks too much."""
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
        # pypdf may have caught our RefusedFile and gone on.
        raise RefusedFile("bomb")
