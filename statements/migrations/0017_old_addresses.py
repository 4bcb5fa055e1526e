import django.db.models.deletion
from django.db import migrations, models

ROWS = 1000


def copy(apps, schema_editor):
    Source, OldAddress = (apps.get_model("statements", name) for name in ("Source", "OldAddress"))
    sources = Source.objects.exclude(legacy_url=None).order_by("pk")
    named = sources.values_list("mission", "statement", "language", "legacy_url", "legacy_key")
    rows = (
        OldAddress(
            mission_id=mission, statement_id=statement, language=language, address=address, key=key, is_link=True
        )
        for mission, statement, language, address, key in named.iterator(ROWS)
    )
    OldAddress.objects.bulk_create(rows, batch_size=ROWS)


class Migration(migrations.Migration):

    dependencies = [
        ("embassy", "0006_working_copies"),
        ("statements", "0016_what_comes_next"),
    ]

    operations = [
        migrations.CreateModel(
            name="OldAddress",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("language", models.CharField(max_length=12, verbose_name="language")),
                ("address", models.CharField(max_length=500, verbose_name="address on the old site")),
                ("key", models.CharField(editable=False, max_length=1500)),
                ("is_link", models.BooleanField(default=False, editable=False)),
                (
                    "mission",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, to="embassy.mission", verbose_name="mission"
                    ),
                ),
                (
                    "statement",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="old_addresses",
                        to="statements.statement",
                    ),
                ),
            ],
            options={
                "verbose_name": "old address",
                "verbose_name_plural": "old addresses",
                "ordering": ["pk"],
            },
        ),
        migrations.AddIndex(
            model_name="oldaddress",
            index=models.Index(fields=["mission", "key"], name="statements_oldaddress_key"),
        ),
        migrations.AddConstraint(
            model_name="oldaddress",
            constraint=models.UniqueConstraint(
                fields=("mission", "address"), name="statements_oldaddress_one_a_mission"
            ),
        ),
        migrations.RunPython(copy, migrations.RunPython.noop),
        migrations.RemoveConstraint(
            model_name="source",
            name="statements_source_one_legacy_url_a_mission",
        ),
        migrations.RemoveIndex(
            model_name="source",
            name="statements_source_legacy_key",
        ),
        migrations.RemoveField(model_name="source", name="legacy_key"),
        migrations.RemoveField(model_name="source", name="legacy_url"),
    ]
