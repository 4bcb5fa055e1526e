"""Reads STORAGE_URL for `embassy.settings`."""

from importlib.util import find_spec
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

ADVICE = (
    "STORAGE_URL is not an address of a storage: {problem}. Write s3://bucket, or s3://bucket/folder?region=…&endpoint="
    "https://…, or leave it out to store uploads in MEDIA_ROOT. docs/settings.md says more."
)


def storage_at(url: str) -> dict:
    if not url:
        return {"BACKEND": "django.core.files.storage.FileSystemStorage"}
    parts, asked = urlsplit(url), dict(parse_qsl(urlsplit(url).query, keep_blank_values=True))
    bucket = parts.netloc.rpartition("@")[2]
    if parts.scheme != "s3" or not bucket:
        raise ImproperlyConfigured(ADVICE.format(problem="it does not begin with s3:// and the name of a bucket"))
    if unknown := sorted(asked.keys() - {"region", "endpoint"}):
        raise ImproperlyConfigured(ADVICE.format(problem=f"it knows no “{unknown[0]}”"))
    if find_spec("storages") is None or find_spec("boto3") is None:
        raise ImproperlyConfigured("STORAGE_URL needs libraries of its own: install requirements-scale.txt.")
    endpoint = asked.get("endpoint")
    if endpoint and urlsplit(endpoint).scheme not in ("http", "https"):
        raise ImproperlyConfigured(ADVICE.format(problem="its endpoint does not begin with https://"))
    options = {
        "bucket_name": bucket,
        "location": unquote(parts.path.strip("/")),
        "region_name": asked.get("region"),
        "endpoint_url": endpoint,
        # S3-compatible storages seldom have a host name for each bucket, so the path contains the bucket.
        "addressing_style": "path" if endpoint else None,
    }
    if parts.username and parts.password:
        options |= {"access_key": unquote(parts.username), "secret_key": unquote(parts.password)}
    return {"BACKEND": "embassy.conf.private_storage.SealedStorage", "OPTIONS": options}
