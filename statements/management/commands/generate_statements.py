import sys
from collections.abc import Iterator
from itertools import islice

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from embassy.archive.line_types import discover
from embassy.archive.reading import digest
from embassy.archive.run import Entry, Run
from embassy.instant import now
from embassy.management.commands.import_archive import mission_of
from embassy.models import Mission
from statements.archive.lines import StatementLine
from statements.models import Source
from statements.synthetic import lines

LOOKED_UP_AT_ONCE = 500


class Command(BaseCommand):
    help = "Make synthetic statements for measuring. The same number and seed again make nothing twice."

    def add_arguments(self, parser):
        parser.add_argument("number", type=int, metavar="N", help="how many statements there are to be")
        parser.add_argument("--seed", type=int, default=1, metavar="S", help="another seed makes others (default: 1)")
        parser.add_argument("--mission", metavar="SLUG", help="whose they are; by default the only mission’s")

    def handle(self, *, number, seed, mission, verbosity, **options):
        discover()
        instant = now()
        found = mission_of(mission) or make_mission()
        if number < 0:
            raise CommandError("N must not be negative.")
        run = Run(at=instant, stamp=f"generated-{seed}"[:20], mission=found, report=self.stderr.write)
        wanted = lines(number, seed=seed, until=instant)
        bar = tqdm(wanted, total=number, file=sys.stderr, disable=not sys.stderr.isatty())
        run.take_all(missing(bar, found))
        if verbosity:
            made = run.total.counts["statement", "new"]
            self.stdout.write(f"{made} statements were made for {found.slug}; {number - made} were there already.")


def make_mission() -> Mission:
    """A mission to measure with, where there is none yet."""
    if Mission.objects.exists():
        raise CommandError("There are several missions. Say with --mission whose statements these are to be.")
    return Mission.objects.create(
        slug="synthetic",
        name={"en": "Synthetic Embassy"},
        home_city={"en": "Tavelle"},
        home_time_zone="Asia/Tbilisi",
        host_city={"en": "Port Brennick"},
        host_time_zone="Europe/Dublin",
    )


def missing(wanted: Iterator[dict], mission: Mission) -> Iterator[Entry]:
    """Those of the lines that earlier runs have not made, whatever day those ran on."""
    wanted, number = iter(wanted), 0
    while some := list(islice(wanted, LOOKED_UP_AT_ONCE)):
        identifiers = [value["id"] for value in some]
        sources = Source.objects.of(mission).filter(identifier__in=identifiers)
        there = set(sources.values_list("identifier", flat=True))
        for value in some:
            number += 1
            if value["id"] not in there:
                yield Entry(number, 0, digest(value), StatementLine.model_validate(value))
