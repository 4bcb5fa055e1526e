"""The upload handler stores only the beginning of a file that is too large. The form then refuses the file."""

from django.core.files.uploadhandler import TemporaryFileUploadHandler

# The largest file that any form of the site accepts, in bytes.
LARGEST = 25_000_000
# Requests with files, and files fetched from a storage, are kept in memory up to this size. Larger ones go to disk.
IN_MEMORY = 2_500_000


class BoundedUploadHandler(TemporaryFileUploadHandler):
    """Stores at most LARGEST + 1 bytes of a file, so that the form can refuse the file and keep its other fields."""

    def receive_data_chunk(self, raw_data, start):
        if kept := raw_data[: max(0, LARGEST + 1 - start)]:
            self.file.write(kept)

    def file_complete(self, file_size):
        return super().file_complete(min(file_size, LARGEST + 1))
