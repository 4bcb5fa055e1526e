"""The upload handler refuses a file that is too large, and reads no further."""

from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import TemporaryFileUploadHandler

# The largest file that any form of the site accepts, in bytes.
LARGEST = 25_000_000
# Requests with files, and files fetched from a storage, are kept in memory up to this size. Larger ones go to disk.
IN_MEMORY = 2_500_000


class FileTooLarge(RequestDataTooBig):
    def __init__(self, name: str):
        super().__init__("A file of the request is too large.")
        self.name = name


class BoundedUploadHandler(TemporaryFileUploadHandler):
    def receive_data_chunk(self, raw_data, start):
        if start + len(raw_data) > LARGEST:
            # Django closes only files that are complete.
            self.file.close()
            raise FileTooLarge(self.file_name)
        super().receive_data_chunk(raw_data, start)
