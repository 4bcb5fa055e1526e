import json
import shutil
import tempfile
from datetime import datetime, timedelta
from pathlib import Path

from django.core.files import File
from django.core.management import call_command
from django.core.management.base import BaseCommand

from demonstration import accounts, newsroom, refresh
from demonstration.relative_dates import on_the_calendar
from embassy.instant import now
from embassy.models import Mission

ARCHIVE = Path(__file__).resolve().parents[2] / "archive"
FILES = ("world", "en", "fr", "ar", "ru")
# Lines of these types are imported only once, because staff may change their rows at the desk. Later runs only move
# the dates of the rows.
ONCE = {"mission", "office", "closure", "notice", "incident"}


class Command(BaseCommand):
    help = "Load the demonstration mission, dated so that it is fresh today. Running it again doubles nothing."

    def add_arguments(self, parser):
        parser.add_argument(
            "--accounts",
            dest="accounts_file",
            type=Path,
            metavar="FILE",
            help="also make the demonstration's staff accounts, and write their random passwords to FILE",
        )

    def handle(self, *, accounts_file: Path | None, verbosity, **options):
        instant = now()
        written = [json.loads(line) for name in FILES for line in (ARCHIVE / f"{name}.jsonl").read_text().splitlines()]
        about = written[0]
        zone = about["host_time_zone"]
        today = Mission(host_time_zone=zone).today(instant)
        lines = on_the_calendar(written, today, zone)
        mission = Mission.objects.filter(slug=about["id"]).first()
        if mission:
            self.refresh(mission, written, lines, today)
            again = [line for line in lines if line["type"] not in ONCE]
            self.load(refresh.without_taken_back(mission, again), mission=mission.slug)
        else:
            self.load(lines)
        mission = Mission.objects.get(slug=about["id"])
        self.give_crest(mission)
        events = on_the_calendar(json.loads((ARCHIVE / "newsroom.json").read_text()), today, zone)
        self.publish_pages(mission, today)
        for correction in events["corrections"]:
            newsroom.correct(mission, correction)
        for withdrawal in events["withdrawals"]:
            newsroom.withdraw(mission, withdrawal)
        for slug, identifiers in events["incidents"].items():
            newsroom.gather(mission, slug, identifiers)
        for draft in events["drafts"]:
            newsroom.draft(mission, draft, at=instant)
        if verbosity:
            self.stdout.write(f"The demonstration is loaded: {mission.name}.")
        if accounts_file:
            self.stdout.write(f"Staff accounts (kept in {accounts_file}):")
            self.stdout.write(accounts.make(accounts_file, mission), ending="")
            self.set_to_work(mission, events)

    def refresh(self, mission, written, lines, today):
        first = next(line for line in lines if line["type"] == "statement")
        day = mission.today(datetime.fromisoformat(first["published_at"]))
        days = refresh.days_since_loading(mission, first["id"], day)
        before = on_the_calendar(written, today - timedelta(days=days), mission.host_time_zone)
        refresh.move(mission, days, before, lines)

    def load(self, lines, **options):
        with tempfile.TemporaryDirectory(prefix="embassy-demonstration-") as folder:
            file = Path(folder) / "archive.jsonl"
            file.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines))
            shutil.copytree(ARCHIVE / "pictures", Path(folder) / "pictures")
            call_command("import_archive", file, strict=True, verbosity=0, **options)

    def publish_pages(self, mission, today):
        written = json.loads((ARCHIVE / "pages.json").read_text())
        for page in on_the_calendar(written, today, mission.host_time_zone):
            newsroom.publish_page(mission, page)

    def give_crest(self, mission):
        if not mission.crest:
            with (ARCHIVE / "pictures" / "crest.webp").open("rb") as crest:
                mission.crest.save("port-brennick.webp", File(crest))

    def set_to_work(self, mission, events):
        for draft in events["drafts"]:
            newsroom.work_at_draft(mission, draft)
        for translation in events["translations"]:
            newsroom.work_at_translation(mission, translation)
