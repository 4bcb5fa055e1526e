import consular.hours
import django.db.models.deletion
import embassy.fields.telephone
import embassy.fields.translated
import embassy.instant
from django.db import migrations, models

from embassy.db.grants import grant


def grant_permissions(apps, schema_editor):
    grant(apps, "Consular editors", "consular")
    grant(apps, "Administrators", "consular")
    grant(
        apps, "Editors", "consular",
        "view_office", "view_phone", "view_email", "view_closure", "view_notice", "add_notice", "change_notice",
    )


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('auth', '0012_alter_user_first_name_max_length'),
        ('contenttypes', '0002_remove_content_type_name'),
        ('embassy', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Office',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('live_from', embassy.instant.InstantField(blank=True, null=True, verbose_name='live from')),
                ('live_until', embassy.instant.InstantField(blank=True, null=True, verbose_name='live until')),
                ('slug', models.SlugField(help_text='The last part of the page’s address on the web.', max_length=100, verbose_name='address of the page')),
                ('name', embassy.fields.translated.LabelField(default=embassy.fields.translated.Labels, max_length=200, multiline=False, verbose_name='name')),
                ('summary', embassy.fields.translated.LabelField(blank=True, default=embassy.fields.translated.Labels, help_text='Say in two or three sentences what people can come for.', max_length=2000, multiline=True, verbose_name='what it does')),
                ('address', embassy.fields.translated.LabelField(blank=True, default=embassy.fields.translated.Labels, help_text='Write it as on an envelope, line by line.', max_length=500, multiline=True, verbose_name='address')),
                ('district', embassy.fields.translated.LabelField(blank=True, default=embassy.fields.translated.Labels, help_text='Say whom the office serves: people living in …', max_length=500, multiline=False, verbose_name='district')),
                ('hours', models.CharField(blank=True, help_text='Write days and times in the host city’s time, such as Mo-Fr 09:00-12:00; We 14:00-17:00. The days are Mo, Tu, We, Th, Fr, Sa and Su; times for the same day add up.', max_length=200, validators=[consular.hours.validate_hours], verbose_name='opening hours')),
                ('position', models.PositiveSmallIntegerField(default=10, help_text='The smallest number comes first.', verbose_name='place in the list')),
                ('mission', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to='embassy.mission', verbose_name='mission')),
            ],
            options={
                'verbose_name': 'office',
                'verbose_name_plural': 'offices',
                'ordering': ['position', 'slug'],
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Email',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('address', models.EmailField(max_length=254, verbose_name='e-mail address')),
                ('label', embassy.fields.translated.LabelField(blank=True, default=embassy.fields.translated.Labels, max_length=200, multiline=False, verbose_name='label')),
                ('position', models.PositiveSmallIntegerField(default=10, verbose_name='place in the list')),
                ('office', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='emails', to='consular.office', verbose_name='office')),
            ],
            options={
                'verbose_name': 'e-mail address',
                'verbose_name_plural': 'e-mail addresses',
                'ordering': ['position', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='Closure',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('first_day', models.DateField(verbose_name='first day')),
                ('last_day', models.DateField(help_text='Leave it empty if the office is closed for one day.', verbose_name='last day')),
                ('reason', embassy.fields.translated.LabelField(default=embassy.fields.translated.Labels, help_text='Visitors read it beside the days. Example: a public holiday at home.', max_length=200, multiline=False, verbose_name='reason')),
                ('office', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='closures', to='consular.office', verbose_name='office')),
            ],
            options={
                'verbose_name': 'closure',
                'verbose_name_plural': 'closures',
                'ordering': ['-first_day', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='Phone',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', embassy.fields.telephone.TelephoneField(help_text='Write it with “+” and the country code: +44 20 7946 0958.', max_length=40, verbose_name='number')),
                ('label', embassy.fields.translated.LabelField(blank=True, default=embassy.fields.translated.Labels, max_length=200, multiline=False, verbose_name='label')),
                ('emergency', models.BooleanField(default=False, help_text='The number to call in an emergency comes first and is marked.', verbose_name='for emergencies')),
                ('position', models.PositiveSmallIntegerField(default=10, verbose_name='place in the list')),
                ('office', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='phones', to='consular.office', verbose_name='office')),
            ],
            options={
                'verbose_name': 'telephone number',
                'verbose_name_plural': 'telephone numbers',
                'ordering': ['-emergency', 'position', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='Notice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('live_from', embassy.instant.InstantField(blank=True, null=True, verbose_name='live from')),
                ('live_until', embassy.instant.InstantField(blank=True, null=True, verbose_name='live until')),
                ('slug', models.SlugField(blank=True, help_text='This identifies the notice in archives.', max_length=100, verbose_name='identifier')),
                ('text', embassy.fields.translated.LabelField(default=embassy.fields.translated.Labels, help_text='Say in one or two sentences what people must know.', max_length=500, multiline=True, verbose_name='text')),
                ('mission', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to='embassy.mission', verbose_name='mission')),
            ],
            options={
                'verbose_name': 'notice',
                'verbose_name_plural': 'notices',
                'ordering': [models.OrderBy(models.F('live_from'), descending=True, nulls_last=True), '-pk'],
                'abstract': False,
                'constraints': [models.CheckConstraint(condition=models.Q(('live_from__isnull', True), ('live_until__isnull', True), ('live_from__lt', models.F('live_until')), _connector='OR'), name='consular_notice_live_from_before_until', violation_error_message='“Live until” must be later than “live from”.'), models.UniqueConstraint(condition=models.Q(('slug', ''), _negated=True), fields=('mission', 'slug'), name='consular_notice_one_slug_a_mission')],
            },
        ),
        migrations.AddConstraint(
            model_name='office',
            constraint=models.CheckConstraint(condition=models.Q(('live_from__isnull', True), ('live_until__isnull', True), ('live_from__lt', models.F('live_until')), _connector='OR'), name='consular_office_live_from_before_until', violation_error_message='“Live until” must be later than “live from”.'),
        ),
        migrations.AddConstraint(
            model_name='office',
            constraint=models.UniqueConstraint(fields=('mission', 'slug'), name='consular_office_one_slug_a_mission', violation_error_message='The page of another office has this address. Choose another address.'),
        ),
        migrations.AddConstraint(
            model_name='closure',
            constraint=models.CheckConstraint(condition=models.Q(('first_day__lte', models.F('last_day'))), name='consular_closure_first_day_before_last', violation_error_message='The last day must not be earlier than the first day.'),
        ),
        migrations.AddConstraint(
            model_name='closure',
            constraint=models.UniqueConstraint(fields=('office', 'first_day'), name='consular_closure_one_a_first_day', violation_error_message='The office already has a closure that begins on this day. Change that closure, or the first day here.'),
        ),
        migrations.RunPython(grant_permissions, migrations.RunPython.noop),
    ]
