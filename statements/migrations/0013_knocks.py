import django.db.models.deletion
import embassy.instant
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('embassy', '0004_content_version'),
        ('statements', '0012_staff_mail'),
    ]

    operations = [
        migrations.CreateModel(
            name='NotFound',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('language', models.CharField(max_length=12)),
                ('path', models.TextField()),
                ('at', embassy.instant.InstantField()),
                ('times', models.PositiveIntegerField()),
                ('mission', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='embassy.mission')),
            ],
            options={
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='Alarm',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', embassy.instant.InstantField(verbose_name='when')),
                ('edition', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='alarms', to='statements.edition', verbose_name='edition')),
            ],
            options={
                'default_permissions': (),
                'indexes': [models.Index(fields=['edition', 'at'], name='statements_alarm_at')],
            },
        ),
        migrations.CreateModel(
            name='Knock',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', embassy.instant.InstantField(verbose_name='when')),
                ('times', models.PositiveIntegerField()),
                ('edition', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='knocks', to='statements.edition', verbose_name='edition')),
            ],
            options={
                'default_permissions': (),
                'indexes': [models.Index(fields=['edition', 'at'], name='statements_knock_at')],
            },
        ),
    ]
