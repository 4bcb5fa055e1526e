from django.db import migrations

from embassy.db.grants import grant


def grant_permissions(apps, schema_editor):
    grant(apps, "Consular editors", "consular")
    grant(apps, "Administrators", "consular")
    grant(apps, "Editors", "consular", "view_service")


class Migration(migrations.Migration):

    dependencies = [
        ('consular', '0009_services'),
    ]

    operations = [
        migrations.RunPython(grant_permissions, migrations.RunPython.noop),
    ]
