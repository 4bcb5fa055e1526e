"""Generated picture files, harmless and hostile."""

import io
import struct
import zipfile
import zlib

from PIL import Image


def drawn(format="PNG", size=(40, 30), mode="RGB", colour="steelblue", **options) -> bytes:
    """The bytes of a one-colour picture."""
    buffer = io.BytesIO()
    Image.new(mode, size, colour).save(buffer, format, **options)
    return buffer.getvalue()


def halves(format="WEBP", size=(1600, 900)) -> bytes:
    """A picture with a red left half and a blue right half."""
    picture = Image.new("RGB", size, "blue")
    picture.paste("red", (0, 0, size[0] // 2, size[1]))
    buffer = io.BytesIO()
    picture.save(buffer, format)
    return buffer.getvalue()


def moving(format) -> bytes:
    """An animation of two pictures."""
    frames = [Image.new("RGB", (8, 8), colour) for colour in ("red", "blue")]
    buffer = io.BytesIO()
    frames[0].save(buffer, format, save_all=True, append_images=frames[1:], duration=100)
    return buffer.getvalue()


def chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def png_that_unfolds(width, height) -> bytes:
    """A small PNG that unpacks to width × height black pixels, eight pixels in a byte."""
    some = min(height, 100)
    rows = b"\x00" * (1 + -(-width // 8)) * some
    times = -(-height // some)
    deflate = zlib.compressobj(9, wbits=-15)
    # After a full flush, equal rows compress to equal bytes, so the compressed bytes of one block can be repeated.
    packed = (deflate.compress(rows) + deflate.flush(zlib.Z_FULL_FLUSH)) * times + deflate.flush()
    rows = b"\x78\xda" + packed + struct.pack(">I", zlib.adler32(rows * times))
    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def gif_that_unfolds(width, height) -> bytes:
    """A GIF of a few bytes whose header declares width × height pixels."""
    small = drawn("GIF")
    return small[:6] + struct.pack("<HH", width, height) + small[10:]


def webp_that_unfolds(width, height) -> bytes:
    """A WebP of a few bytes whose header declares width × height pixels."""
    small = bytearray(drawn("WEBP", lossless=True))
    header = small.index(b"VP8L") + 9
    small[header : header + 4] = struct.pack("<I", (width - 1) | (height - 1) << 14)
    return bytes(small)


def zipped(name="page.html", content="<script>x()</script>") -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(name, content)
    return buffer.getvalue()


def jpeg_of_many_scans(scans=5000) -> bytes:
    """A progressive JPEG with thousands of scans. A decoder would draw each of them."""
    whole = drawn("JPEG", progressive=True)
    last = whole.rindex(b"\xff\xda")
    return whole[:last] + whole[last:-2] * scans + b"\xff\xd9"


SVG = b"<svg xmlns='http://www.w3.org/2000/svg'><script>x()</script></svg>"
PAGE = b"<html><script>x()</script></html>"
# Some programs read this as a GIF, others as a script.
GIF_AND_SCRIPT = b"GIF89a/*" + b"\x00" * 20 + b"*/=1;x()//"

# Data that a sender may add after the end of a picture, by name. The site removes such data.
BEHIND = {"an archive": zipped(), "a page": PAGE, "a script": b"*/=1;x()//", "a line end": b"\r\n"}

# Files that the site refuses as pictures: the file name, the content, and words of the error message.
HOSTILE = {
    "an empty file": ("lake.png", b"", "not a picture"),
    "an SVG": ("lake.svg", SVG, "not a picture"),
    "an SVG by another name": ("lake.png", SVG, "not a picture"),
    "a page by another name": ("lake.jpg", PAGE, "not a picture"),
    "a picture called a page": ("lake.html", drawn(), "not a picture"),
    "a picture called an SVG": ("lake.png.svg", drawn(), "not a picture"),
    "an animated GIF": ("lake.gif", moving("GIF"), "The picture is animated"),
    "a GIF of 400 million pixels": ("lake.gif", gif_that_unfolds(20_000, 20_000), "more than 40 million pixels"),
    "a TIFF by another name": ("lake.png", drawn("TIFF"), "not a picture"),
    "a GIF that is a script": ("lake.png", GIF_AND_SCRIPT, "not a picture"),
    "a PNG of 144 million pixels": ("lake.png", png_that_unfolds(12_000, 12_000), "more than 40 million pixels"),
    "a PNG of 400 million pixels": ("lake.png", png_that_unfolds(20_000, 20_000), "more than 40 million pixels"),
    "a PNG one pixel wide": ("lake.png", png_that_unfolds(1, 30_000_000), "20,000 pixels wide or high"),
    "a PNG one pixel high": ("lake.png", png_that_unfolds(39_000_000, 1), "20,000 pixels wide or high"),
    "a WebP of 144 million pixels": ("lake.webp", webp_that_unfolds(12_000, 12_000), "more than 40 million pixels"),
    "a WebP of 256 million pixels": ("lake.webp", webp_that_unfolds(16_000, 16_000), "more than 40 million pixels"),
    "an animated PNG": ("lake.png", moving("PNG"), "The picture is animated"),
    "an animated WebP": ("lake.webp", moving("WEBP"), "The picture is animated"),
    "a PNG cut off": ("lake.png", drawn()[:60], "damaged or incomplete"),
    "a JPEG cut off": ("lake.jpg", drawn("JPEG", (900, 900))[:-400], "damaged or incomplete"),
    "a WebP cut off": ("lake.webp", halves()[:-40], "damaged or incomplete"),
    "a photograph in HEIC": ("IMG_0042.HEIC", b"\x00\x00\x00\x24ftypheic" + bytes(40), "most compatible"),
    "a photograph in HEIC called JPEG": ("lake.jpg", b"\x00\x00\x00\x18ftypmif1" + bytes(40), "Save it as JPEG"),
    "a JPEG drawn over and over": ("lake.jpg", jpeg_of_many_scans(), "damaged or incomplete"),
}
