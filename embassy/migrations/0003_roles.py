from django.db import migrations

from embassy.roles import ADMINISTRATORS, CONSULAR_EDITORS, EDITORS, grant


def give(apps, schema_editor):
    grant(apps, ADMINISTRATORS, "embassy")
    grant(apps, ADMINISTRATORS, "auth", *(f"{act}_user" for act in ("view", "add", "change")), "view_group")
    grant(apps, EDITORS, "embassy", "view_mission", "travel_in_time")
    grant(apps, CONSULAR_EDITORS, "embassy", "view_mission", "change_consular_line")


class Migration(migrations.Migration):
    dependencies = [
        ("embassy", "0002_permissions"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [migrations.RunPython(give, migrations.RunPython.noop)]
