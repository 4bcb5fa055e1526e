from django.db import migrations, models


class Migration(migrations.Migration):
    """From now on, words are counted for each mission. `manage.py rebuild_search` counts them anew."""

    dependencies = [("statements", "0003_featured")]

    operations = [
        migrations.DeleteModel("Word"),
        migrations.CreateModel(
            name="Word",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("language", models.CharField(max_length=12)),
                ("word", models.TextField()),
                ("backwards", models.TextField()),
                ("count", models.IntegerField()),
                (
                    "watermark",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=models.deletion.CASCADE,
                        related_name="words",
                        to="statements.watermark",
                    ),
                ),
            ],
            options={
                "default_permissions": (),
                "indexes": [
                    models.Index(
                        fields=["watermark", "language", "backwards"],
                        name="statements_word_ends",
                        opclasses=["", "", "text_pattern_ops"],
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=["watermark", "language", "word"],
                        name="statements_word_once",
                        opclasses=["", "", "text_pattern_ops"],
                    )
                ],
            },
        ),
    ]
