import consular.hours
import django.db.models.deletion
import embassy.fields.translated
import embassy.instant
import embassy.models
import uuid
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('consular', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Timetable',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('live_from', embassy.instant.InstantField(blank=True, null=True, verbose_name='live from')),
                ('live_until', embassy.instant.InstantField(blank=True, null=True, verbose_name='live until')),
                ('key', models.UUIDField(default=uuid.uuid4, editable=False)),
                ('hours', models.CharField(help_text='Write days and times by the clocks of the office, such as Mo-Fr 09:00-12:00; We 14:00-17:00. The days are Mo, Tu, We, Th, Fr, Sa and Su, and Mo[1] is the first Monday of a month; times for a day add up. Night hours: 22:00-02:00. Day and night: 00:00-24:00. Behind the times you may write: by appointment.', max_length=400, validators=[consular.hours.validate_hours], verbose_name='opening hours')),
                ('first_day', models.DateField(blank=True, help_text='Fill in these days for a summer, a change of hours or an exception. The shorter time counts.', null=True, verbose_name='from the day')),
                ('last_day', models.DateField(blank=True, help_text='This day is included.', null=True, verbose_name='until the day')),
                ('note', embassy.fields.translated.LabelField(blank=True, default=embassy.fields.translated.Labels, help_text='Visitors read it beside the hours.', max_length=200, multiline=False, verbose_name='note')),
            ],
            options={
                'verbose_name': 'opening hours',
                'verbose_name_plural': 'opening hours',
                'ordering': [models.OrderBy(models.F('first_day'), nulls_first=True), 'pk'],
                'abstract': False,
            },
        ),
        migrations.RemoveConstraint(
            model_name='closure',
            name='consular_closure_one_a_first_day',
        ),
        migrations.AddField(
            model_name='closure',
            name='key',
            field=models.UUIDField(default=uuid.uuid4, editable=False),
        ),
        migrations.AddField(
            model_name='closure',
            name='live_from',
            field=embassy.instant.InstantField(blank=True, null=True, verbose_name='live from'),
        ),
        migrations.AddField(
            model_name='closure',
            name='live_until',
            field=embassy.instant.InstantField(blank=True, null=True, verbose_name='live until'),
        ),
        migrations.AddField(
            model_name='email',
            name='key',
            field=models.UUIDField(default=uuid.uuid4, editable=False),
        ),
        migrations.AddField(
            model_name='email',
            name='live_from',
            field=embassy.instant.InstantField(blank=True, null=True, verbose_name='live from'),
        ),
        migrations.AddField(
            model_name='email',
            name='live_until',
            field=embassy.instant.InstantField(blank=True, null=True, verbose_name='live until'),
        ),
        migrations.AddField(
            model_name='office',
            name='city',
            field=embassy.fields.translated.LabelField(blank=True, default=embassy.fields.translated.Labels, help_text='The city by whose clocks it opens, if that is not the host city.', max_length=200, multiline=False, verbose_name='city'),
        ),
        migrations.AddField(
            model_name='office',
            name='time_zone',
            field=models.CharField(blank=True, help_text='That of the city.', max_length=64, validators=[embassy.models.validate_time_zone], verbose_name='time zone'),
        ),
        migrations.AddField(
            model_name='phone',
            name='key',
            field=models.UUIDField(default=uuid.uuid4, editable=False),
        ),
        migrations.AddField(
            model_name='phone',
            name='live_from',
            field=embassy.instant.InstantField(blank=True, null=True, verbose_name='live from'),
        ),
        migrations.AddField(
            model_name='phone',
            name='live_until',
            field=embassy.instant.InstantField(blank=True, null=True, verbose_name='live until'),
        ),
        migrations.AddConstraint(
            model_name='closure',
            constraint=models.CheckConstraint(condition=models.Q(('live_from__isnull', True), ('live_until__isnull', True), ('live_from__lt', models.F('live_until')), _connector='OR'), name='consular_closure_live_from_before_until', violation_error_message='“Live until” must be later than “live from”.'),
        ),
        migrations.AddConstraint(
            model_name='closure',
            constraint=models.UniqueConstraint(condition=models.Q(('live_until', None)), fields=('office', 'first_day'), name='consular_closure_one_a_first_day', violation_error_message='The office already has a closure that begins on this day. Change that closure, or the first day here.'),
        ),
        migrations.AddConstraint(
            model_name='email',
            constraint=models.CheckConstraint(condition=models.Q(('live_from__isnull', True), ('live_until__isnull', True), ('live_from__lt', models.F('live_until')), _connector='OR'), name='consular_email_live_from_before_until', violation_error_message='“Live until” must be later than “live from”.'),
        ),
        migrations.AddConstraint(
            model_name='phone',
            constraint=models.CheckConstraint(condition=models.Q(('live_from__isnull', True), ('live_until__isnull', True), ('live_from__lt', models.F('live_until')), _connector='OR'), name='consular_phone_live_from_before_until', violation_error_message='“Live until” must be later than “live from”.'),
        ),
        migrations.AddField(
            model_name='timetable',
            name='office',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='timetables', to='consular.office', verbose_name='office'),
        ),
        migrations.AddConstraint(
            model_name='timetable',
            constraint=models.CheckConstraint(condition=models.Q(('live_from__isnull', True), ('live_until__isnull', True), ('live_from__lt', models.F('live_until')), _connector='OR'), name='consular_timetable_live_from_before_until', violation_error_message='“Live until” must be later than “live from”.'),
        ),
        migrations.AddConstraint(
            model_name='timetable',
            constraint=models.CheckConstraint(condition=models.Q(('first_day__isnull', True), ('last_day__isnull', True), ('first_day__lte', models.F('last_day')), _connector='OR'), name='consular_timetable_first_day_before_last', violation_error_message='The last day must not be earlier than the first day.'),
        ),
    ]
