import uuid

from django.db import migrations


def give_each_notice_a_key(apps, schema_editor):
    # Migration 0005 called the default once, so all existing rows got the same key.
    for notice in apps.get_model("consular", "Notice").objects.all():
        notice.key = uuid.uuid4()
        notice.save(update_fields=["key"])


class Migration(migrations.Migration):

    dependencies = [
        ('consular', '0005_notice_key'),
    ]

    operations = [
        migrations.RunPython(give_each_notice_a_key, migrations.RunPython.noop),
    ]
