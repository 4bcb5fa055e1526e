from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from embassy.instant import now
from embassy.models import Mission
from statements.public.websub import ChangedFeed, changed_feeds, ping_hub


class Command(BaseCommand):
    help = "Tell the WebSub hub (WEBSUB_HUB) of the feeds that have changed since it was last told. For cron."

    def handle(self, *, verbosity, **options):
        if not settings.WEBSUB_HUB.startswith(("https://", "http://")):
            raise CommandError("WEBSUB_HUB is not set to the address of a hub, such as https://hub.example/.")
        if nameless := list(Mission.objects.filter(host=None).values_list("slug", flat=True)):
            raise CommandError(
                f"The feeds of {', '.join(nameless)} have no complete address: give each mission its host name first."
            )
        at = now()
        missions = Mission.objects.all()
        heard = [self.ping(mission, feed) for mission in missions for feed in changed_feeds(mission, at)]
        if verbosity and any(heard):
            self.stdout.write(f"The hub has been told of {sum(heard)} feeds.")
        if deaf := heard.count(False):
            raise CommandError(f"The hub did not accept the news of {deaf} feeds. The next run tries again.")

    def ping(self, mission: Mission, feed: ChangedFeed) -> bool:
        try:
            for address in feed.addresses:
                ping_hub(settings.WEBSUB_HUB, f"https://{mission.host}{address}")
        except OSError as problem:
            self.stderr.write(f"{mission.host}{feed.addresses[0]}: {problem}")
            return False
        feed.mark_pinged()
        return True
