import sys
from contextlib import nullcontext
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from tqdm import tqdm

from embassy.archive.line_types import discover
from embassy.archive.reading import fingerprint
from embassy.archive.run import Run
from embassy.instant import now
from embassy.models import Mission

OUTCOMES = ("new", "corrected", "updated", "unchanged", "bad")


class Command(BaseCommand):
    help = "Load an archive in the project’s own JSON Lines format (docs/import.md)."

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path, metavar="FILE", help="the archive: JSON Lines in UTF-8")
        parser.add_argument("--mission", metavar="SLUG", help="whose the lines before the first mission line are")
        parser.add_argument("--strict", action="store_true", help="keep nothing unless every line is good")
        parser.add_argument("--dry-run", action="store_true", help="say what would happen and keep nothing")

    def handle(self, *, file, mission, strict, dry_run, verbosity, **options):
        discover()
        try:
            archive = file.open("rb")
        except OSError as problem:
            raise CommandError(f"The archive {file} cannot be read: {problem.strerror}.") from problem
        with archive:
            if not archive.seekable():
                raise CommandError(f"The archive {file} must be a file, because it is read more than once.")
            run = Run(
                at=now(),
                stamp=fingerprint(archive),
                mission=mission_of(mission),
                folder=file.parent,
                dry=dry_run,
                report=self._report,
            )
            with transaction.atomic() if strict or dry_run else nullcontext():
                self._read(archive, file.stat().st_size, run)
                kept = not dry_run and not (strict and run.bad)
                if not kept:
                    transaction.set_rollback(True)
        if verbosity:
            self._summarise(run, dry_run=dry_run)
        if run.bad:
            raise CommandError(_verdict(run, strict=strict, dry_run=dry_run))

    def _read(self, archive, size: int, run: Run):
        bar = tqdm(total=size, unit="B", unit_scale=True, file=sys.stderr, disable=not sys.stderr.isatty())
        with bar:
            run.read(archive, bar.update)

    def _report(self, text: str):
        with tqdm.external_write_mode(file=sys.stderr):
            self.stderr.write(text)

    def _summarise(self, run: Run, *, dry_run: bool):
        for note in run.total.notes:
            self.stdout.write(note)
        for name in sorted({type_ for type_, _what in run.total.counts}):
            counts = (f"{run.total.counts[name, what]} {what}" for what in OUTCOMES)
            self.stdout.write(f"{name}: {', '.join(counts)}")
        if not run.total.counts:
            self.stdout.write("The archive holds no lines.")
        if dry_run:
            self.stdout.write("This was a dry run: nothing was kept.")


def mission_of(slug: str | None) -> Mission | None:
    """The mission that was named, else the only one; None where there are none or several."""
    if slug is None:
        first, second, *_rest = [*Mission.objects.all()[:2], None, None]
        return None if second else first
    try:
        return Mission.objects.get(slug=slug)
    except Mission.DoesNotExist as nobody:
        known = ", ".join(Mission.objects.values_list("slug", flat=True)) or "none yet"
        raise CommandError(f"There is no mission “{slug}”. The missions are: {known}.") from nobody


def _verdict(run: Run, *, strict: bool, dry_run: bool) -> str:
    lines = f"{run.bad} of {run.lines} lines {'is' if run.bad == 1 else 'are'} bad"
    if dry_run:
        return f"{lines}; nothing was kept, because this was a dry run."
    if strict:
        return f"{lines}; nothing was kept, because of --strict."
    return f"{lines}; the others are kept. Mend the bad ones and run the import again."
