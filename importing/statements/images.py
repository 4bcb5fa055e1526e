"""Stores the pictures beside an archive."""

from dataclasses import dataclass
from pathlib import Path

from importing.runner import Run
from importing.statements.schema import ImageKey
from importing.statements.sidecar import read_each
from statements.models import Edition, Figure, Picture
from uploads.pictures.normalise import normalise


@dataclass(frozen=True)
class Image:
    key: ImageKey
    file: Path
    digest: str
    # The result of `normalise`, if `read` has just called it. If it is None, the file must be decoded to be stored.
    normalised: tuple | None = None

    def figure(self, edition: Edition, position: int, run: Run) -> Figure:
        """A figure that is not yet saved. Its picture is stored, if it is new."""
        focus_x, focus_y = self.key.focus
        return Figure(
            edition=edition,
            picture=self._picture(run),
            **self.key.model_dump(include={"alt", "decorative", "caption", "credit"}),
            focus_x=focus_x,
            focus_y=focus_y,
            position=position,
        )

    def _picture(self, run: Run) -> Picture:
        kept = Picture.objects.of(run.mission).filter(digest=self.digest).first()
        if kept:
            return kept
        digest, content, width, height = self.normalised or _normalised(self.file)
        if not run.dry:
            return Picture.keep(run.mission, digest, content, width, height)
        # A dry run creates only the row, which is rolled back later. A stored file would remain.
        fields = {"file": f"pictures/{digest}.webp", "width": width, "height": height}
        return Picture.objects.create(mission=run.mission, digest=digest, **fields)


def read(keys: list[ImageKey] | None, run: Run) -> tuple[list[Image], dict[str, str]]:
    """The images, and the problems by key. A picture that several languages show is decoded here only once."""
    digests = run.once(known_digests)

    def image(key: ImageKey, file: Path) -> Image:
        fresh = None if file in digests else _normalised(file)
        if fresh:
            digests[file] = fresh[0]
        return Image(key, file, digests[file], fresh)

    return read_each("images", keys, run, image)


def known_digests() -> dict[Path, str]:
    """The digests of the pictures that the import has decoded. It is empty at first, and `read` adds to it."""
    return {}


def digests(images: list[Image]) -> list[tuple[str, str]]:
    return [(image.key.path, image.digest) for image in images]


def figures(images: list[Image], edition: Edition, run: Run) -> list[Figure]:
    return [image.figure(edition, place, run) for place, image in enumerate(images, start=1)]


def are_shown_by(edition: Edition, images: list[Image]) -> bool:
    wanted = [
        (image.digest, image.key.alt, image.key.decorative, image.key.caption, image.key.credit, *image.key.focus)
        for image in images
    ]
    return wanted == [tuple(row[:-1]) for row in edition.shows()]


def _normalised(file: Path) -> tuple:
    with file.open("rb") as content:
        return normalise(content)
