from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('consular', '0003_hours_to_timetables'),
    ]

    operations = [
        migrations.RemoveField(
            model_name='office',
            name='hours',
        ),
    ]
