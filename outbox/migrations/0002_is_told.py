from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('outbox', '0001_initial'),
    ]

    operations = [
        migrations.AddField(
            model_name='job',
            name='is_told',
            field=models.BooleanField(default=False),
        ),
    ]
