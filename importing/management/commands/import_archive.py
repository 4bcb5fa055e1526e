import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, nullcontext
from dataclasses import replace
from pathlib import Path
from typing import IO

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from tqdm import tqdm

from embassy.instant import now
from embassy.models import Mission, validate_time_zone
from importing.date_formats import Place
from importing.encodings import in_utf8
from importing.errors import Unreadable, printable
from importing.file_formats import Converted, FeedOptions, converted, format_of, is_markup
from importing.foreign import feeds, json_feed, wordpress
from importing.foreign.json_feed import is_json_feed
from importing.inventory import PLURALS, Inventory, Matter
from importing.jsonlines import fingerprint
from importing.line_types import LINE_TYPES
from importing.report import in_words
from importing.runner import Run

FORMATS = (feeds.FORMAT, wordpress.FORMAT)
# The options that only feeds and WordPress exports have.
OWN = ("language", "kind", "authors_speak", "type", "taxonomy")
TARGETS = ("topics", "kind", "speaker")
DRY = "This was a dry run: nothing was kept."
OUTCOMES = ("new", "corrected", "updated", "unchanged", "bad")


class Command(BaseCommand):
    help = (
        "Load an archive: JSON Lines in the project’s own format, RSS, Atom, JSON Feed or a WordPress export "
        "(docs/import.md)."
    )

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path, metavar="FILE", help="the archive; its content tells its format")
        parser.add_argument("--mission", metavar="SLUG", help="the mission of the lines before the first mission line")
        parser.add_argument("--strict", action="store_true", help="keep nothing unless every line is good")
        parser.add_argument("--dry-run", action="store_true", help="say what would happen and keep nothing")
        parser.add_argument("--report", type=Path, metavar="FILE", help="write there what was changed in each line")
        parser.add_argument(
            "--time-zone", metavar="NAME", help="the zone of times that name none (default: the reference city’s)"
        )
        feeds = parser.add_argument_group("for feeds and WordPress exports, which do not say this themselves")
        feeds.add_argument("--language", metavar="CODE", help="the language of the texts")
        feeds.add_argument("--kind", metavar="SLUG", help="the kind of the statements (default: press-release)")
        feeds.add_argument(
            "--type",
            metavar="NAME[=KIND]",
            action="append",
            help="take posts of this type of the site’s own, as this kind (default: that of --kind); may be repeated",
        )
        feeds.add_argument(
            "--taxonomy",
            metavar="NAME[=topics|kind|speaker]",
            action="append",
            help="what a taxonomy of the site’s own becomes (default: topics); may be repeated",
        )
        feeds.add_argument("--authors-speak", action="store_true", help="make the author of an entry its speaker")

    def handle(self, *, file, mission, strict, dry_run, verbosity, report=None, time_zone=None, **options):
        check_time_zone(time_zone)
        if report and report.resolve() == file.resolve():
            raise CommandError("The report would be written over the archive. Name another file with --report.")
        self.inventory = Inventory(say=self.stdout.write)
        with ExitStack() as open_files:
            archive = open_files.enter_context(opened(file))
            if report:
                self.inventory.file = open_files.enter_context(opened(report, "w"))
            given = {name: options.get(name) for name in OWN if options.get(name)}
            lines, foreign = open_files.enter_context(self._lines(archive, file, mission, given, time_zone, strict))
            run = Run(
                LINE_TYPES,
                at=now(),
                stamp=fingerprint(lines),
                mission=mission_of(mission),
                folder=file.parent,
                dry=dry_run,
                strict=strict,
                time_zone=time_zone,
                report=self._report,
                remark=self.inventory.remark,
                **foreign,
            )
            with transaction.atomic() if strict or dry_run else nullcontext():
                self._read(lines, run)
                kept = not dry_run and not (strict and run.bad)
                if not kept:
                    transaction.set_rollback(True)
            came_in = self._came_in(run, refused=not kept and not dry_run)
            self.inventory.close([*came_in, *([DRY] if dry_run else [])], in_words(run.total.repairs))
        if verbosity:
            self._summarise(run, came_in, dry_run)
        if run.bad:
            raise CommandError(_verdict(run, strict=strict, dry_run=dry_run))

    @contextmanager
    def _lines(self, archive, file: Path, mission, given: dict, time_zone, strict) -> Iterator[tuple[IO[bytes], dict]]:
        """The lines of the archive and, for a foreign format, the run's arguments `entries` and `refused`."""
        if not is_markup(archive) and not is_json_feed(archive):
            if given:
                options = ", ".join(f"--{name.replace('_', '-')}" for name in given)
                raise CommandError(f"Each line of the archive {file} says this itself. Leave out: {options}.")
            yield archive, {}
            return
        self.inventory.unit = "entry"
        owner = only_mission(mission)
        place = Place(time_zone or owner.reference.zone, is_given=bool(time_zone))
        facts = FeedOptions(mission=owner, folder=file.parent, place=place, strict=strict, inventory=self.inventory)
        try:
            with entries_of(archive, replace(facts, **as_mappings(given))) as found:
                yield (
                    found.file,
                    {"entries": found.entries, "refused": found.refused, "titles": self.inventory.titles},
                )
        except Unreadable as reason:
            raise CommandError(printable(f"The archive {file} {reason}")) from reason

    def _read(self, lines, run: Run):
        size = lines.seek(0, 2)
        lines.seek(0)
        bar = tqdm(total=size, unit="B", unit_scale=True, file=sys.stderr, disable=not sys.stderr.isatty())
        with bar:
            run.read(lines, bar.update)

    def _report(self, number: int, text: str):
        self.inventory.refuse(number, text)
        with tqdm.external_write_mode(file=sys.stderr):
            self.stderr.write(text)

    def _came_in(self, run: Run, *, refused: bool) -> list[str]:
        """What was stored. If --strict has refused the archive, only the number of bad lines is still true."""
        outcomes = ("bad",) if refused else OUTCOMES
        lines = list(run.total.notes)
        for name in sorted({type_ for type_, _what in run.total.counts}):
            counts = (f"{run.total.counts[name, what]} {what}" for what in outcomes)
            lines.append(f"{name}: {', '.join(counts)}")
        if not lines:
            lines.append(self._nothing())
        return lines

    def _nothing(self) -> str:
        if self.inventory.sentences.get(Matter.ENTRY):
            return "Nothing was taken: every entry was left out."
        return f"The archive holds no {PLURALS[self.inventory.unit]}."

    def _summarise(self, run: Run, came_in: list[str], dry_run: bool):
        for line in came_in:
            self.stdout.write(line)
        if run.total.repairs:
            self.stdout.write(f"Put right in the texts: {in_words(run.total.repairs)}.")
        if self.inventory.remarked and not self.inventory.file:
            many = len(self.inventory.remarked)
            remark = f"There are remarks on {many} {run.unit if many == 1 else PLURALS[run.unit]}"
            self.stdout.write(f"{remark}. Name a file with --report, and they are written there.")
        if dry_run:
            self.stdout.write(DRY)


@contextmanager
def entries_of(archive: IO[bytes], options: FeedOptions) -> Iterator[Converted]:
    if is_json_feed(archive):
        with converted(archive, json_feed.FORMAT, options) as found:
            yield found
    else:
        with (
            in_utf8(archive, options.language or "", options.inventory.remark) as markup,
            converted(markup, format_of(markup, FORMATS), options) as found,
        ):
            yield found


def as_mappings(given: dict) -> dict:
    """The options, with the types as {type: kind} and the taxonomies as {taxonomy: what it becomes}."""
    given = dict(given)
    types = [value.partition("=") for value in given.pop("type", ())]
    taxonomies = [value.partition("=") for value in given.pop("taxonomy", ())]
    for name, _sign, target in taxonomies:
        if target and target not in TARGETS:
            raise Unreadable(f"has a taxonomy {name} that was to become {target}. Write {', '.join(TARGETS)}.")
    return {
        **given,
        "types": {name: kind for name, _sign, kind in types},
        "taxonomies": {name: target or "topics" for name, _sign, target in taxonomies},
    }


def check_time_zone(name: str | None):
    try:
        validate_time_zone(name or "UTC")
    except ValidationError as error:
        raise CommandError(" ".join(error.messages)) from error


@contextmanager
def opened(file: Path, mode: str = "rb"):
    try:
        found = file.open(mode, encoding=None if "b" in mode else "utf-8")
    except OSError as problem:
        verb = "read" if mode == "rb" else "written"
        raise CommandError(
            f"The {'archive' if mode == 'rb' else 'report'} {file} cannot be {verb}: {problem.strerror}."
        ) from problem
    with found:
        if mode == "rb" and not found.seekable():
            raise CommandError(f"The archive {file} must be a file, because it is read more than once.")
        yield found


def only_mission(slug: str | None) -> Mission:
    mission = mission_of(slug)
    if mission is None:
        known = ", ".join(Mission.objects.values_list("slug", flat=True))
        raise CommandError(
            f"There are several missions. Say with --mission which one the entries belong to: {known}."
            if known
            else "There is no mission yet. Import or add the mission before its feed."
        )
    return mission


def mission_of(slug: str | None) -> Mission | None:
    if slug is None:
        first, second, *_rest = [*Mission.objects.all()[:2], None, None]
        return None if second else first
    try:
        return Mission.objects.get(slug=slug)
    except Mission.DoesNotExist as nobody:
        known = ", ".join(Mission.objects.values_list("slug", flat=True)) or "none yet"
        raise CommandError(f"There is no mission “{slug}”. The missions are: {known}.") from nobody


def _verdict(run: Run, *, strict: bool, dry_run: bool) -> str:
    lines = f"{run.bad} of {run.lines} {PLURALS[run.unit]} {'is' if run.bad == 1 else 'are'} bad"
    if dry_run:
        return f"{lines}; nothing was kept, because this was a dry run."
    if strict:
        return f"{lines}; nothing was kept, because of --strict."
    return f"{lines}; the others are kept. Mend the bad ones and run the import again."
