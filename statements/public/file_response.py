"""The gate through which the bytes of pictures and files go out, from whichever storage, once they may.

Whoever asks for bytes has them handed over here and nowhere else: no storage has public addresses of its own.
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

# Whatever a browser makes of the bytes, it may do nothing in our name.
POLICY = "default-src 'none'; sandbox"
BLOCK = 64 * 1024
RANGE = re.compile(r"bytes=(\d{0,12})-(\d{0,12})")


def handed_over(request, file: FieldFile, digest: str, content_type: str, filename: str = "") -> HttpResponseBase:
    """The bytes of a file, or that they are those which the visitor has kept. Whether they may go out is not asked.

    For how long they may be kept is for the caller to say. With a `filename` they are a download. `digest` names these
    bytes and no others. Raises Http404 when they are gone.
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
    # They are packed already: to pack them again would cost time, and their length would not be known before.
    response.headers["Content-Encoding"] = "identity"
    if filename:
        response.headers["Content-Disposition"] = content_disposition_header(True, filename)
    return response


def _by_the_front_server(file: FieldFile) -> HttpResponse:
    """Tell the front server where the bytes lie; it sends them, in ranges too, and nobody else can ask for them."""
    name = str(file.name)
    if not file.storage.exists(name):
        raise FileNotFoundError(name)
    return HttpResponse(headers={"X-Accel-Redirect": f"{settings.X_ACCEL_LOCATION}{quote(name)}"})


def _streamed(request, file: FieldFile, etag: str) -> HttpResponseBase:
    """The bytes in blocks: all of them, or the range that is asked for, so that a broken download can go on."""
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
    """The places of the bytes that are asked for; empty when there are none there.

    A copy that is continued must be of the same bytes. Several ranges at once, and one that ends before it
    begins, are answered with all bytes.
    """
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
    """The bytes of an open file at these places, in blocks."""

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
