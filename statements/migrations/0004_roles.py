from django.db import migrations

from embassy.roles import ADMINISTRATORS, AUTHORS, EDITORS, grant

WRITING = [
    *(f"{act}_{model}" for model in ("statement", "edition", "figure") for act in ("view", "add", "change", "delete")),
    *(f"view_{model}" for model in ("kind", "topic", "speaker", "picture", "release", "deed")),
    "submit_edition",
]
EDITING = [
    *WRITING,
    *(f"{act}_{model}" for model in ("topic", "speaker", "release") for act in ("add", "change")),
    "delete_release",
    "approve_edition",
    "withdraw_edition",
]


def give(apps, schema_editor):
    grant(apps, AUTHORS, "statements", *WRITING)
    grant(apps, EDITORS, "statements", *EDITING)
    grant(apps, ADMINISTRATORS, "statements")


class Migration(migrations.Migration):
    dependencies = [("statements", "0003_newsroom"), ("embassy", "0003_roles")]

    operations = [migrations.RunPython(give, migrations.RunPython.noop)]
