import uuid

from django.db import migrations

from embassy.db.grants import grant


def grant_permissions(apps, schema_editor):
    grant(apps, "Consular editors", "consular")
    grant(apps, "Administrators", "consular")
    grant(apps, "Editors", "consular", "view_timetable")


def give_each_row_a_key(apps, schema_editor):
    # Adding the field gave all rows of a table the same key.
    for name in ("Phone", "Email", "Closure"):
        for row in apps.get_model("consular", name).objects.all():
            row.key = uuid.uuid4()
            row.save(update_fields=["key"])


def move_hours(apps, schema_editor):
    timetables = apps.get_model("consular", "Timetable").objects
    for office in apps.get_model("consular", "Office").objects.exclude(hours=""):
        timetables.create(office=office, hours=office.hours)


def move_hours_back(apps, schema_editor):
    weeks = apps.get_model("consular", "Timetable").objects.filter(first_day=None, last_day=None, live_until=None)
    for timetable in weeks.select_related("office"):
        timetable.office.hours = timetable.hours[:200]
        timetable.office.save(update_fields=["hours"])


class Migration(migrations.Migration):

    dependencies = [
        ('consular', '0002_dated'),
    ]

    operations = [
        migrations.RunPython(give_each_row_a_key, migrations.RunPython.noop),
        migrations.RunPython(move_hours, move_hours_back),
        migrations.RunPython(grant_permissions, migrations.RunPython.noop),
    ]
