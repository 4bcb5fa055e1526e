import django.db.models.deletion
from django.db import migrations, models

from embassy.db.grants import grant


def grant_permissions(apps, schema_editor):
    grant(apps, "Administrators", "outbox", "view_job", "change_job")


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('embassy', '0004_content_version'),
    ]

    operations = [
        migrations.CreateModel(
            name='Job',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=50, verbose_name='what')),
                ('given', models.JSONField()),
                ('repeats', models.CharField(max_length=50, null=True, unique=True)),
                ('put_at', models.DateTimeField(verbose_name='since')),
                ('due', models.DateTimeField(verbose_name='next attempt')),
                ('tries', models.PositiveSmallIntegerField(default=0, verbose_name='attempts')),
                ('error', models.TextField(blank=True, verbose_name='what went wrong')),
                ('given_up_at', models.DateTimeField(null=True, verbose_name='given up')),
                ('mission', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='embassy.mission', verbose_name='mission')),
            ],
            options={
                'verbose_name': 'job',
                'verbose_name_plural': 'jobs',
                'default_permissions': ('view', 'change'),
                'indexes': [models.Index(condition=models.Q(('given_up_at', None)), fields=['due'], name='outbox_job_due')],
            },
        ),
        migrations.RunPython(grant_permissions, migrations.RunPython.noop),
    ]
