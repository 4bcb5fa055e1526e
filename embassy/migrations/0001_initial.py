import django.core.validators
import embassy.fields.telephone
import embassy.fields.translated
import embassy.models
from django.db import migrations, models

from embassy.db.grants import grant


def grant_permissions(apps, schema_editor):
    grant(apps, "Administrators", "embassy")
    grant(apps, "Administrators", "auth", "view_user", "add_user", "change_user", "view_group")
    grant(apps, "Editors", "embassy", "view_mission", "travel_in_time")
    grant(apps, "Consular editors", "embassy", "view_mission", "change_consular_line")


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('auth', '0012_alter_user_first_name_max_length'),
        ('contenttypes', '0002_remove_content_type_name'),
    ]

    operations = [
        migrations.CreateModel(
            name='Mission',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slug', models.SlugField(help_text='A short name for machines, such as “london”. It identifies the mission in archives.', unique=True, verbose_name='identifier')),
                ('host', models.CharField(blank=True, help_text='The site’s address without “https://”. If there is only one mission, it needs none.', max_length=253, null=True, unique=True, validators=[django.core.validators.RegexValidator('^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$', 'Write the host name alone, in small letters: embassy.example.org.')], verbose_name='host name')),
                ('name', embassy.fields.translated.LabelField(default=embassy.fields.translated.Labels, help_text='The mission’s full name, as it stands at the top of each page.', max_length=200, multiline=False, verbose_name='name')),
                ('home_city', embassy.fields.translated.LabelField(default=embassy.fields.translated.Labels, help_text='The city of the first clock.', max_length=200, multiline=False, verbose_name='home capital')),
                ('home_time_zone', models.CharField(max_length=64, validators=[embassy.models.validate_time_zone], verbose_name='time zone of the home capital')),
                ('host_city', embassy.fields.translated.LabelField(default=embassy.fields.translated.Labels, help_text='The city of the second clock.', max_length=200, multiline=False, verbose_name='host city')),
                ('host_time_zone', models.CharField(max_length=64, validators=[embassy.models.validate_time_zone], verbose_name='time zone of the host city')),
                ('reference_city', models.CharField(choices=[('host', 'the host city'), ('home', 'the home capital')], default='host', help_text='The dates that readers see, and the counters, follow the calendar of this city.', max_length=4, verbose_name='reference city')),
                ('crest', models.ImageField(blank=True, help_text='A PNG or WebP picture with a transparent background, at least 200 pixels high.', upload_to='crests', verbose_name='crest')),
                ('default_language', models.CharField(choices=embassy.models.languages, default='en', help_text='Pages in this language have addresses without a prefix.', max_length=12, verbose_name='first language')),
                ('languages', models.JSONField(default=embassy.models.all_languages, help_text='The languages that the mission publishes in.', verbose_name='languages')),
                ('consular_phone', embassy.fields.telephone.TelephoneField(blank=True, help_text='With “+” and the country code. It stands at the top of every page.', max_length=40, verbose_name='telephone for consular queries')),
                ('consular_email', models.EmailField(blank=True, max_length=254, verbose_name='e-mail for consular queries')),
            ],
            options={
                'verbose_name': 'mission',
                'verbose_name_plural': 'missions',
                'ordering': ['slug'],
                'permissions': [('travel_in_time', 'Can see the site as of another instant'), ('change_consular_line', 'Can change the telephone and e-mail for consular queries')],
                'constraints': [models.CheckConstraint(condition=models.Q(('host', ''), _negated=True), name='embassy_mission_host_is_a_name_or_null')],
            },
        ),
        migrations.RunPython(grant_permissions, migrations.RunPython.noop),
    ]
