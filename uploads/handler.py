"""Uploads on their way in: what comes too large costs neither memory nor disk, and is refused by the form."""

from django.core.files.uploadhandler import TemporaryFileUploadHandler

# The most that any form of the site takes.
LARGEST = 25_000_000
# What is larger waits on disk. Also of a file that is fetched from elsewhere.
IN_MEMORY = 2_500_000


class BoundedUploadHandler(TemporaryFileUploadHandler):
    """Writes no more of a file than shows that it is too large, and lets the rest of the request pass by.

    So the form still gets all its other fields, and can say of the file what is wrong with it.
    """

    def receive_data_chunk(self, raw_data, start):
        if kept := raw_data[: max(0, LARGEST + 1 - start)]:
            self.file.write(kept)

    def file_complete(self, file_size):
        return super().file_complete(min(file_size, LARGEST + 1))
