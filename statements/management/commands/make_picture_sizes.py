from django.core.management.base import BaseCommand
from tqdm import tqdm

from statements.models import Picture


class Command(BaseCommand):
    help = (
        "Make every size of every picture that is not there yet: after an import, or when the site has been brought "
        "up to date. Whatever is missing is made when it is asked for first, too."
    )

    def handle(self, *, verbosity, **options):
        failed = 0
        for picture in tqdm(Picture.objects.order_by("pk"), unit=" pictures", disable=not verbosity):
            try:
                picture.make_sizes()
            except OSError as problem:
                failed += 1
                self.stderr.write(f"{picture.file.name}: {problem}")
        if failed:
            self.stderr.write(f"{failed} pictures cannot be read from the store. Put their files back, or withdraw.")
