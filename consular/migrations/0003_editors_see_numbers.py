from django.db import migrations

from embassy.roles import EDITORS, grant


def give(apps, schema_editor):
    grant(apps, EDITORS, "consular", "view_phone", "view_email")


class Migration(migrations.Migration):
    dependencies = [("consular", "0002_roles")]

    operations = [migrations.RunPython(give, migrations.RunPython.noop)]
