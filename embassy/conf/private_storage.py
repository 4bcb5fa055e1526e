from urllib.parse import quote

from botocore.config import Config
from storages.backends.s3 import S3Storage

from uploads.handler import IN_MEMORY


class SealedStorage(S3Storage):
    """A bucket that nobody but the site reads: what it holds has no public or signed address.

    Objects are stored without an access list of their own, for buckets of today refuse one: they are as private as the
    bucket is, and a bucket is unless somebody opens it.
    """

    def __init__(self, **options):
        super().__init__(file_overwrite=False, max_memory_size=IN_MEMORY, **options)
        # Storages other than Amazon's stumble over its newer checksums.
        ours = Config(
            connect_timeout=5,
            read_timeout=20,
            retries={"max_attempts": 3, "mode": "standard"},
            request_checksum_calculation="when_required",
            response_checksum_validation="when_required",
        )
        self.client_config = self.client_config.merge(ours)

    def url(self, name, parameters=None, expire=None, http_method=None):
        """An address of the site at which nothing is served, as of a folder that is not served either."""
        return f"/{quote(name)}"
