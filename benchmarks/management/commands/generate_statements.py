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
    help = "Make synthetic statements for measuring. Running it again with the same number and seed doubles nothing."

    def add_arguments(self, parser):
        parser.add_argument("number", type=int, metavar="N", help="how many statements to make")
        parser.add_argument("--seed", type=int, default=1, metavar="S", help="another seed makes others (default: 1)")
        parser.add_argument("--mission", metavar="SLUG", help="the mission they belong to (default: the only one)")
        parser.add_argument(
            "--languages",
            default="en",
            metavar="CODES",
            help=f"the languages of the statements, in turn: some of {','.join(SYLLABLES)} (default: en)",
        )

    def handle(self, *, number, seed, mission, languages, verbosity, **options):
        codes = tuple(code.strip() for code in languages.split(","))
        if wrong := [code for code in codes if code not in SYLLABLES]:
            raise CommandError(f"{wrong[0]!r} is not one of the languages {', '.join(SYLLABLES)}.")
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
        raise CommandError("There are several missions. Say with --mission which one the statements belong to.")
    return Mission.objects.create(
        slug="synthetic",
        name={"en": "Synthetic Embassy"},
        home_city={"en": "Tavelle"},
        home_time_zone="Asia/Tbilisi",
        host_city={"en": "Port Brennick"},
        host_time_zone="Europe/Dublin",
    )
