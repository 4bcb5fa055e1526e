from datetime import UTC, datetime

from django.db import migrations
from django.db.models import OuterRef, Subquery

import embassy.instant


def told_as_it_stands(apps, schema_editor):
    """Assume that earlier mails told the minute that the edition has now."""
    told, edition = (apps.get_model("statements", name) for name in ("Told", "Edition"))
    told.objects.filter(edition__live_from=None).delete()
    minute = edition._base_manager.filter(pk=OuterRef("edition")).values("live_from")
    told.objects.update(at=Subquery(minute))


class Migration(migrations.Migration):

    dependencies = [
        ('statements', '0014_remarks'),
    ]

    operations = [
        migrations.AddField(
            model_name='told',
            name='at',
            field=embassy.instant.InstantField(default=datetime(2025, 1, 1, tzinfo=UTC)),
            preserve_default=False,
        ),
        migrations.RunPython(told_as_it_stands, migrations.RunPython.noop),
    ]
