"""The upload handler: files that are too large cost neither memory nor disk, and the form refuses them."""

from django.core.files.uploadhandler import TemporaryFileUploadHandler

# The largest file that any form of the site accepts, in bytes.
LARGEST = 25_000_000
# Larger files are written to disk, whether they are uploaded or fetched from a storage.
IN_MEMORY = 2_500_000


class BoundedUploadHandler(TemporaryFileUploadHandler):
    """Stores at most LARGEST + 1 bytes, enough to see that a file is too large; the form keeps its other fields."""

    def receive_data_chunk(self, raw_data, start):
        if kept := raw_data[: max(0, LARGEST + 1 - start)]:
            self.file.write(kept)

    def file_complete(self, file_size):
        return super().file_complete(min(file_size, LARGEST + 1))
