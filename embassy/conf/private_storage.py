from urllib.parse import quote

from botocore.config import Config
from storages.backends.s3 import S3Storage

from uploads.handler import IN_MEMORY


class SealedStorage(S3Storage):
    """A private S3 bucket without public or signed addresses. Sets no ACL, because new buckets refuse ACLs."""

    def __init__(self, **options):
        super().__init__(file_overwrite=False, max_memory_size=IN_MEMORY, **options)
        # Use checksums only when required: S3-compatible storages often fail on Amazon's newer checksums.
        ours = Config(
            connect_timeout=5,
            read_timeout=20,
            retries={"max_attempts": 3, "mode": "standard"},
            request_checksum_calculation="when_required",
            response_checksum_validation="when_required",
        )
        self.client_config = self.client_config.merge(ours)

    def url(self, name, parameters=None, expire=None, http_method=None):
        """The address that a local folder would give. The site serves nothing at this address."""
        return f"/{quote(name)}"
