from django.core.management.base import BaseCommand
from tqdm import tqdm

from statements.models import Picture


class Command(BaseCommand):
    help = (
        "Make the picture sizes that are missing, after an import or a new version of Embassy. Without this command, "
        "each size is made when it is first asked for."
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
            self.stderr.write(
                f"{failed} pictures cannot be read from the store. Put their files back, or withdraw the statements."
            )
