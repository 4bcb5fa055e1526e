from django.db import migrations

from embassy.roles import ADMINISTRATORS, CONSULAR_EDITORS, EDITORS, grant


def give(apps, schema_editor):
    grant(apps, CONSULAR_EDITORS, "consular")
    grant(apps, ADMINISTRATORS, "consular")
    grant(apps, EDITORS, "consular", "view_office", "view_closure", "view_notice", "add_notice", "change_notice")


class Migration(migrations.Migration):
    dependencies = [("consular", "0001_initial"), ("embassy", "0003_roles")]

    operations = [migrations.RunPython(give, migrations.RunPython.noop)]
