import django.db.models.deletion
import embassy.fields.translated
import embassy.instant
from django.db import migrations, models

from embassy.db.grants import grant


def grant_permissions(apps, schema_editor):
    grant(apps, "Authors", "incidents", "view_incident")
    grant(apps, "Editors", "incidents")
    grant(apps, "Administrators", "incidents")


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('auth', '0012_alter_user_first_name_max_length'),
        ('contenttypes', '0002_remove_content_type_name'),
        ('embassy', '0001_initial'),
        ('statements', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Incident',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('live_from', embassy.instant.InstantField(blank=True, null=True, verbose_name='live from')),
                ('live_until', embassy.instant.InstantField(blank=True, null=True, verbose_name='live until')),
                ('slug', models.SlugField(help_text='The last part of the counter’s address on the web.', max_length=100, verbose_name='address')),
                ('direction', models.CharField(choices=[('since', 'days since'), ('until', 'days until')], default='since', max_length=5, verbose_name='counts')),
                ('date', models.DateField(help_text='The day itself, by the calendar of the reference city.', verbose_name='day zero')),
                ('title', embassy.fields.translated.LabelField(default=embassy.fields.translated.Labels, help_text='The words that follow “1424 days have passed since”. Example: the opening of the bridge.', max_length=200, multiline=False, verbose_name='title')),
                ('remark', embassy.fields.translated.LabelField(blank=True, default=embassy.fields.translated.Labels, help_text='A short clause at the end of the banner. Example: it is still closed.', max_length=200, multiline=False, verbose_name='remark')),
                ('summary', embassy.fields.translated.LabelField(blank=True, default=embassy.fields.translated.Labels, help_text='What the counter’s own page says. A blank line begins a new paragraph.', max_length=4000, multiline=True, verbose_name='account')),
                ('has_page', models.BooleanField(default=False, help_text='If you tick this, the banner leads to a page with the account and the statements below.', verbose_name='has a page of its own')),
                ('position', models.PositiveSmallIntegerField(default=10, help_text='The smallest number comes first.', verbose_name='place among the banners')),
                ('mission', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to='embassy.mission', verbose_name='mission')),
                ('statements', models.ManyToManyField(blank=True, help_text='What the mission has said about it. Each statement is listed on the page once it is public.', related_name='incidents', to='statements.statement', verbose_name='statements')),
            ],
            options={
                'verbose_name': 'counter',
                'verbose_name_plural': 'counters',
                'ordering': ['position', 'date', 'pk'],
                'abstract': False,
                'constraints': [models.CheckConstraint(condition=models.Q(('live_from__isnull', True), ('live_until__isnull', True), ('live_from__lt', models.F('live_until')), _connector='OR'), name='incidents_incident_live_from_before_until', violation_error_message='“Live until” must be later than “live from”.'), models.UniqueConstraint(fields=('mission', 'slug'), name='incidents_incident_one_slug_a_mission', violation_error_message='Another counter has this address. Choose another address.')],
            },
        ),
        migrations.RunPython(grant_permissions, migrations.RunPython.noop),
    ]
