from django.db import migrations

from embassy.roles import ADMINISTRATORS, AUTHORS, EDITORS, grant


def give(apps, schema_editor):
    grant(apps, AUTHORS, "incidents", "view_incident")
    grant(apps, EDITORS, "incidents")
    grant(apps, ADMINISTRATORS, "incidents")


class Migration(migrations.Migration):
    dependencies = [("incidents", "0001_initial"), ("embassy", "0003_roles")]

    operations = [migrations.RunPython(give, migrations.RunPython.noop)]
