import sys

from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from tqdm import tqdm

from benchmarks.synthetic.jsonl import Series
from benchmarks.synthetic.rows import Maker
from benchmarks.synthetic.tables import tell_the_planner
from benchmarks.synthetic.vocabulary import SYLLABLES
from embassy.instant import now
from embassy.models import Mission
from fulltext.backends import dialect
from importing.management.commands.import_archive import mission_of


class Command(BaseCommand):
    help = "Make synthetic statements for measuring. The same number and seed again make nothing twice."

    def add_arguments(self, parser):
        parser.add_argument("number", type=int, metavar="N", help="how many statements there are to be")
        parser.add_argument("--seed", type=int, default=1, metavar="S", help="another seed makes others (default: 1)")
        parser.add_argument("--mission", metavar="SLUG", help="whose they are; by default the only mission’s")
        parser.add_argument(
            "--languages",
            default="en",
            metavar="CODES",
            help=f"the languages that they are in, by turns: of {','.join(SYLLABLES)} (default: en)",
        )

    def handle(self, *, number, seed, mission, languages, verbosity, **options):
        codes = tuple(code.strip() for code in languages.split(","))
        if wrong := [code for code in codes if code not in SYLLABLES]:
            raise CommandError(f"Of the languages, {wrong[0]!r} is not one of {', '.join(SYLLABLES)}.")
        if number < 0:
            raise CommandError("N must not be negative.")
        found = mission_of(mission) or make_mission()
        maker = Maker(found, Series(number, seed, now(), codes))
        made = maker.make(tqdm(range(number), file=sys.stderr, disable=not sys.stderr.isatty()))
        if made:
            dialect(connection.alias).tidy()
            tell_the_planner()
        if verbosity:
            self.stdout.write(f"{made} statements were made for {found.slug}; {number - made} were there already.")


def make_mission() -> Mission:
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
