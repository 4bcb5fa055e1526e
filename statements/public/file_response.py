"""Responses with the bytes of pictures and files, from any storage.

All bytes are served through this module: no storage has public addresses of its own.
"""

import re
from collections.abc import Iterator
from urllib.parse import quote

from django.conf import settings
from django.db.models.fields.files import FieldFile
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response
from django.utils.http import content_disposition_header

# The bytes cannot run scripts or load anything, even if a browser mistakes their type.
POLICY = "default-src 'none'; sandbox"
BLOCK = 64 * 1024
RANGE = re.compile(r"bytes=(\d{0,12})-(\d{0,12})")


def file_response(request, file: FieldFile, digest: str, content_type: str, filename: str = "") -> HttpResponseBase:
    """The file, or 304 if the visitor's copy is current; raises Http404. Does not check permissions.

    The caller sets Cache-Control. With a `filename` the response is a download. `digest` becomes the ETag.
    """
    etag = f'"{digest}"'
    kept = get_conditional_response(request, etag=etag, response=HttpResponse(headers={"ETag": etag}))
    if kept is not None and kept.status_code != 200:
        return kept
    try:
        response = _by_the_front_server(file) if settings.X_ACCEL_LOCATION else _streamed(request, file, etag)
    except FileNotFoundError as missing:
        raise Http404("The bytes of the file are gone.") from missing
    response.headers["Content-Type"] = content_type
    response.headers["ETag"] = etag
    response.headers["Content-Security-Policy"] = POLICY
    # This header stops GZipMiddleware: the files are compressed already, and the response would lose its length.
    response.headers["Content-Encoding"] = "identity"
    if filename:
        response.headers["Content-Disposition"] = content_disposition_header(True, filename)
    return response


def _by_the_front_server(file: FieldFile) -> HttpResponse:
    name = str(file.name)
    if not file.storage.exists(name):
        raise FileNotFoundError(name)
    return HttpResponse(headers={"X-Accel-Redirect": f"{settings.X_ACCEL_LOCATION}{quote(name)}"})


def _streamed(request, file: FieldFile, etag: str) -> HttpResponseBase:
    content = file.storage.open(str(file.name), "rb")
    wanted = _range(request, content.size, etag)
    status = 200 if wanted == range(content.size) else 206
    headers = {"Accept-Ranges": "bytes", "Content-Length": str(len(wanted))}
    if not wanted and content.size:
        status, headers["Content-Range"] = 416, f"bytes */{content.size}"
    elif status == 206:
        headers["Content-Range"] = f"bytes {wanted.start}-{wanted.stop - 1}/{content.size}"
    if request.method == "HEAD" or status == 416:
        content.close()
        return HttpResponse(status=status, headers=headers)
    return StreamingHttpResponse(Portion(content, wanted), status=status, headers=headers)


def _range(request, size: int, etag: str) -> range:
    """The range to send, maybe empty. Several ranges, or an If-Range other than the ETag, get the whole file."""
    asked = RANGE.fullmatch(request.headers.get("Range", ""))
    if asked is None or asked[0] == "bytes=-" or request.headers.get("If-Range", etag) != etag:
        return range(size)
    first, last = asked.groups()
    if not first:
        return range(max(0, size - int(last)), size)
    if last and int(last) < int(first):
        return range(size)
    return range(min(int(first), size), min(int(last) + 1, size) if last else size)


class Portion:
    """An iterator over a range of an open file, in blocks."""

    def __init__(self, content, places: range):
        self.content, self.places = content, places

    def __iter__(self) -> Iterator[bytes]:
        self.content.seek(self.places.start)
        left = len(self.places)
        while left > 0 and (block := self.content.read(min(BLOCK, left))):
            left -= len(block)
            yield block

    def close(self):
        self.content.close()
