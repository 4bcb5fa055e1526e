"""Bad pictures are refused with a reason before they cost memory; good ones are stored without their metadata."""

import io
import subprocess
import sys
import time

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from PIL import Image, ImageCms

from tests.drawings import BEHIND, HOSTILE, drawn, halves, png_that_unfolds
from uploads.pictures.normalise import normalise

# These limits are so high that a busy machine stays below them, but unpacking a bomb would exceed them.
SECONDS, MEGABYTES = 5, 60


def stored(content, name="lake.jpg"):
    _digest, kept, *_size = normalise(ContentFile(content, name))
    return Image.open(io.BytesIO(kept.read()))


@pytest.mark.parametrize(("name", "content", "reason"), HOSTILE.values(), ids=HOSTILE)
def test_it_is_refused_with_the_reason(name, content, reason):
    began = time.perf_counter()
    with pytest.raises(ValidationError, match=reason):
        normalise(ContentFile(content, name))
    assert time.perf_counter() - began < SECONDS


# This script prints the growth of the peak memory in megabytes. The peak is read from /proc, because the peak from
# getrusage would include the parent process.
MEASURE = """
import sys
from django.core.exceptions import ValidationError
from uploads.pictures.normalise import normalise
def peak():
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmHWM")) // 1024
before = peak()
try:
    with open(sys.argv[1], "rb") as file:
        normalise(file)
except ValidationError:
    pass
print(peak() - before)
"""


def growth_of_memory(file) -> int:
    """The growth of the peak memory, in megabytes, of a process that normalises the file."""
    command = [sys.executable, "-W", "ignore", "-c", MEASURE, file]
    return int(subprocess.run(command, capture_output=True, text=True, check=True, timeout=60).stdout)


@pytest.mark.parametrize(
    "hostile",
    [
        "a PNG of 144 million pixels",
        "a PNG of 400 million pixels",
        "a PNG one pixel wide",
        "a PNG one pixel high",
        "a WebP of 144 million pixels",
        "a WebP of 256 million pixels",
        "an animated PNG",
        "a JPEG drawn over and over",
    ],
)
def test_it_is_refused_before_it_costs_memory(hostile, tmp_path):
    name, content, _reason = HOSTILE[hostile]
    file = tmp_path / name
    file.write_bytes(content)
    assert growth_of_memory(file) < MEGABYTES


def test_the_measurement_detects_a_decoded_bomb(tmp_path):
    file = tmp_path / "lake.png"
    file.write_bytes(png_that_unfolds(6_000, 6_000))
    assert growth_of_memory(file) > MEGABYTES


def test_a_file_of_100_megabytes_is_refused_unread(tmp_path):
    file = tmp_path / "lake.png"
    with file.open("wb") as huge:
        huge.write(drawn())
        huge.truncate(100_000_000)
    with file.open("rb") as huge, pytest.raises(ValidationError, match="larger than 25 MB"):
        normalise(huge)
    assert growth_of_memory(file) < MEGABYTES


def test_a_picture_is_known_by_its_content_and_not_by_its_ending():
    assert stored(drawn("JPEG"), "lake.png").size == (40, 30)
    assert stored(drawn("PNG"), "LAKE.JPG").size == (40, 30)


def test_what_telephones_leave_behind_a_picture_does_no_harm():
    photograph = drawn("JPEG")
    assert stored(photograph + drawn("JPEG", (20, 15))).size == (40, 30)
    assert stored(photograph + b"\x00\x00\x00\x18ftypmp42" + b"\x00" * 99).size == (40, 30)
    assert stored(photograph + b"\x00" * 99).size == (40, 30)


def test_a_photograph_of_48_million_pixels_is_taken():
    kept = stored(drawn("JPEG", (8064, 5952), colour=(30, 90, 150)))
    assert kept.size == (2400, 1771)
    assert kept.getpixel((2399, 1770)) == pytest.approx((30, 90, 150), abs=3)


@pytest.mark.parametrize(
    ("size", "options"),
    [((20_000, 4_000), {}), ((8064, 5952), {"progressive": True})],
    ids=["long and narrow", "progressive"],
)
def test_a_photograph_that_cannot_be_decoded_smaller_is_refused_at_40_million_pixels(size, options):
    with pytest.raises(ValidationError, match="more than 40 million pixels"):
        stored(drawn("JPEG", size, **options))


def test_a_gif_that_does_not_move_is_taken_with_its_transparency():
    drawing = Image.new("P", (40, 30), 0)
    drawing.putpalette([10, 20, 30, 200, 100, 50])
    drawing.putpixel((5, 5), 1)
    buffer = io.BytesIO()
    drawing.save(buffer, "GIF", transparency=0)
    kept = stored(buffer.getvalue(), "map.gif")
    assert (kept.size, kept.mode, kept.getpixel((0, 0))[3], kept.getpixel((5, 5))[3]) == ((40, 30), "RGBA", 0, 255)


def test_two_pictures_in_one_jpeg_are_no_animation():
    buffer = io.BytesIO()
    first, second = Image.new("RGB", (40, 30), "red"), Image.new("RGB", (20, 15), "blue")
    first.save(buffer, "MPO", save_all=True, append_images=[second])
    assert stored(buffer.getvalue()).size == (40, 30)


@pytest.mark.parametrize("behind", BEHIND.values(), ids=BEHIND)
@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP"])
def test_what_hangs_on_behind_a_picture_is_not_stored(format, behind):
    picture = drawn(format)
    assert normalise(ContentFile(picture + behind))[0] == normalise(ContentFile(picture))[0]


def test_nothing_of_the_camera_s_notes_is_kept():
    notes = Image.Exif()
    notes[0x010F] = "A telltale camera"
    notes.get_ifd(0x8825)[1] = "N"
    _digest, content, *_size = normalise(ContentFile(drawn("JPEG", exif=notes, comment=b"telltale")))
    kept = content.read()
    assert b"telltale" not in kept
    assert not Image.open(io.BytesIO(kept)).getexif()


def test_a_picture_taken_sideways_is_stored_upright():
    notes = Image.Exif()
    notes[0x0112] = 6
    assert stored(drawn("JPEG", (40, 30), exif=notes)).size == (30, 40)


def test_colours_are_brought_to_those_that_every_screen_shows():
    """The profile swaps red and green, so code that ignored the profile would store the wrong colours."""
    profile = swapped_profile()
    red = stored(drawn("PNG", colour=(250, 10, 10), icc_profile=profile))
    assert "icc_profile" not in red.info
    r, g, _b = red.convert("RGB").getpixel((5, 5))
    assert g > 200 > 60 > r


def swapped_profile() -> bytes:
    """The sRGB profile with the entries for red and green swapped."""
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    red, green = profile.index(b"rXYZ"), profile.index(b"gXYZ")
    profile[red : red + 4], profile[green : green + 4] = b"gXYZ", b"rXYZ"
    return bytes(profile)


@pytest.mark.parametrize("profile", [b"no profile at all", b"\x00" * 200])
def test_a_profile_that_cannot_be_read_is_left_out(profile):
    assert stored(drawn("JPEG", icc_profile=profile)).size == (40, 30)


@pytest.mark.parametrize(
    ("mode", "format", "colour"), [("L", "JPEG", 200), ("CMYK", "JPEG", (0, 0, 0, 55)), ("I;16", "PNG", 51_400)]
)
def test_grey_and_printers_colours_are_kept_as_they_look(mode, format, colour):
    shade = stored(drawn(format, mode=mode, colour=colour)).convert("L").getpixel((5, 5))
    assert 190 < shade < 210


def test_transparency_is_kept():
    assert stored(drawn("PNG", mode="RGBA", colour=(255, 0, 0, 0))).convert("RGBA").getpixel((5, 5))[3] == 0


def test_a_wide_picture_is_brought_down():
    _digest, _content, width, height = normalise(ContentFile(drawn(size=(4800, 1200))))
    assert (width, height) == (2400, 600)


def test_a_photograph_of_40_million_pixels_takes_bounded_memory(tmp_path):
    file = tmp_path / "lake.jpg"
    file.write_bytes(halves("JPEG", (8000, 5000)))
    assert growth_of_memory(file) < 250


def jpeg(**options) -> bytes:
    buffer = io.BytesIO()
    Image.effect_noise((64, 48), 90).convert("RGB").save(buffer, "JPEG", **options)
    return buffer.getvalue()


@pytest.mark.parametrize(
    "change",
    [
        lambda whole: b"\n" + whole,
        lambda whole: b"\r\n \t" + whole,
        lambda whole: whole + b"\n",
        lambda whole: whole + b"\r\n<!-- 0.2 s -->",
        lambda whole: whole + bytes(5000),
        lambda whole: whole[:-2],
        lambda whole: b"\n" + whole[:-2],
    ],
)
@pytest.mark.parametrize("whole", [jpeg(), drawn("JPEG", size=(60, 40))])
def test_what_old_scripts_and_cameras_do_to_a_jpeg_costs_no_picture(change, whole):
    assert stored(change(whole)).tobytes() == stored(whole).tobytes()


@pytest.mark.parametrize("cut", [40, 400, 1000])
@pytest.mark.parametrize("options", [{}, {"progressive": True}])
def test_a_jpeg_of_which_a_part_is_missing_is_refused(cut, options):
    with pytest.raises(ValidationError, match="damaged or incomplete"):
        normalise(ContentFile(jpeg(**options)[:-cut], "lake.jpg"))


def test_a_line_end_before_a_png_costs_no_picture():
    assert stored(b"\r\n" + drawn("PNG")).size == stored(drawn("PNG")).size


OTHER = "This is not a picture that can be used. Choose a JPEG, PNG, WebP or GIF file."


def of_a_telephone(brand) -> bytes:
    """The beginning of a file in the container format of HEIC photographs and of films (ISO 14496-12)."""
    return b"\0\0\0\x18ftyp" + brand + bytes(4) + b"mif1heic" + bytes(500)


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("IMG_1.HEIC", of_a_telephone(b"heim"), "Save it as JPEG"),
        ("IMG_2.heif", of_a_telephone(b"mif2"), "Save it as JPEG"),
        ("burst.heics", of_a_telephone(b"hevs"), "Save it as JPEG"),
        ("mini.heic", of_a_telephone(b"MiHE"), "Save it as JPEG"),
        ("IMG_3.jpg", of_a_telephone(b"heic"), "Save it as JPEG"),
        ("IMG_4.MOV", of_a_telephone(b"qt  "), OTHER),
        ("IMG_5.CR3", of_a_telephone(b"crx "), OTHER),
        ("scan.tif", drawn("TIFF"), OTHER),
        ("scan.jpg", drawn("TIFF"), OTHER),
        ("old.bmp", drawn("BMP"), OTHER),
        ("new.jxl", b"\0\0\0\x0cJXL \r\n\x87\n" + bytes(90), OTHER),
        ("map.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>", OTHER),
        ("page.jpg", b"<!DOCTYPE html><title>404</title>", OTHER),
        ("letter.jpg", b"%PDF-1.7", OTHER),
    ],
)
def test_a_file_of_another_kind_is_refused_with_the_way_out(name, content, said):
    with pytest.raises(ValidationError, match=said):
        normalise(ContentFile(content, name))


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("IMG_1.HEIC", drawn("JPEG")),
        ("photo.heif", drawn("JPEG")),
        ("two.mpo", drawn("MPO")),
        ("old.pjpeg", drawn("JPEG")),
        ("post.jpg_large", drawn("JPEG")),
        ("LAKE.JPEG", drawn("JPEG")),
        ("lake", drawn("PNG")),
        ("lake.png", drawn("WEBP")),
        ("printer.jpg", drawn("JPEG", mode="CMYK", colour=(9, 9, 9, 9))),
        ("deep.png", drawn("PNG", mode="I;16", colour=999)),
        ("still.png", drawn("PNG", save_all=True)),
        ("few.gif", drawn("GIF", mode="P", colour=3)),
    ],
)
def test_a_picture_is_taken_however_a_telephone_or_a_browser_calls_it(name, content):
    assert stored(content, name).size == (40, 30)
