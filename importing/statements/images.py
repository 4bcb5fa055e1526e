"""Stores the pictures beside an archive."""

from dataclasses import dataclass
from pathlib import Path

from django.core.exceptions import ValidationError

from importing import errors
from importing.statements.schema import ImageKey
from importing.statements.sidecar import inside
from statements.models import Figure, Picture
from uploads.pictures.normalise import normalise

MOST_BYTES = 50_000_000


@dataclass(frozen=True)
class Image:
    key: ImageKey
    file: Path
    digest: str
    # The result of `normalise`, if it has just been called.
    normalised: tuple | None = None

    @property
    def looks(self) -> tuple:
        key = self.key
        return self.digest, key.alt, key.decorative, key.caption, key.credit, *key.focus

    def figure(self, position: int, run) -> Figure:
        """An unsaved figure without its edition; stores the picture."""
        key = self.key
        focus_x, focus_y = key.focus
        return Figure(
            picture=self._picture(run),
            alt=key.alt,
            decorative=key.decorative,
            caption=key.caption,
            credit=key.credit,
            focus_x=focus_x,
            focus_y=focus_y,
            position=position,
        )

    def _picture(self, run) -> Picture:
        kept = Picture.objects.of(run.mission).filter(digest=self.digest).first()
        if kept:
            return kept
        digest, content, width, height = self.normalised or _normalised(self.file)
        if not run.dry:
            return Picture.keep(run.mission, digest, content, width, height)
        # A dry run rolls back its rows, but a stored file would remain.
        fields = {"file": f"pictures/{digest}.webp", "width": width, "height": height}
        return Picture.objects.create(mission=run.mission, digest=digest, **fields)


def known_digests() -> dict[Path, str]:
    """The digests of the pictures that an import has decoded so far."""
    return {}


def read(keys: list[ImageKey], run) -> tuple[list[Image], dict[str, str]]:
    """The images, and the problems with those that cannot be read, by key.

    Each picture is decoded once an import, because all languages of a statement show the same ones.
    """
    digests = run.once(known_digests)
    images, problems = [], {}
    for place, key in enumerate(keys):
        try:
            file = _bounded(inside(run.folder, key.path))
            fresh = None if file in digests else _normalised(file)
            if fresh:
                digests[file] = fresh[0]
            images.append(Image(key, file, digests[file], fresh))
        except ValidationError as error:
            problems[f"images[{place}].path"] = f"{errors.shown(key.path)}: {' '.join(error.messages)}"
    return images, problems


def digests(images: list[Image]) -> list[tuple[str, str]]:
    return [(image.key.path, image.digest) for image in images]


def shown(images: list[Image], run) -> list[Figure]:
    return [image.figure(place, run) for place, image in enumerate(images, start=1)]


def shown_by(figures) -> list[tuple]:
    return [
        (
            figure.picture.digest,
            *(figure.alt, figure.decorative, figure.caption, figure.credit),
            *(figure.focus_x, figure.focus_y),
        )
        for figure in figures
    ]


def _normalised(file: Path) -> tuple:
    with file.open("rb") as content:
        return normalise(content)


def _bounded(file: Path) -> Path:
    if file.stat().st_size > MOST_BYTES:
        raise ValidationError(f"The file is larger than {MOST_BYTES // 1_000_000} MB. Make the picture smaller.")
    return file
