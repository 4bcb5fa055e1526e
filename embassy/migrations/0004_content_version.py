from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('embassy', '0003_sign_in_attempts'),
    ]

    operations = [
        migrations.CreateModel(
            name='ContentVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.BigIntegerField(default=0)),
            ],
        ),
    ]
