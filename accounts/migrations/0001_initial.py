import django.db.models.deletion
import embassy.instant
from django.conf import settings
from django.db import migrations, models

from embassy.db.grants import grant


def grant_permissions(apps, schema_editor):
    grant(apps, "Administrators", "accounts")


def post_the_staff(apps, schema_editor):
    """Make postings of the users' groups, which held at every mission, if there is no more than one mission.

    With several missions, only the ministry knows who works where.
    """
    missions = list(apps.get_model("embassy", "Mission").objects.all()[:2])
    if len(missions) > 1:
        return
    mission = missions[0] if missions else None
    for user in apps.get_model("auth", "User").objects.filter(is_staff=True):
        for role in user.groups.all():
            apps.get_model("accounts", "Posting").objects.create(user=user, mission=mission, role=role)


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('auth', '0012_alter_user_first_name_max_length'),
        ('embassy', '0003_sign_in_attempts'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Posting',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('live_from', embassy.instant.InstantField(blank=True, help_text='Leave this empty to let the posting begin now.', null=True, verbose_name='from')),
                ('live_until', embassy.instant.InstantField(blank=True, help_text='At this minute the posting ends by itself.', null=True, verbose_name='until')),
                ('mission', models.ForeignKey(blank=True, help_text='Leave this empty for the ministry’s own staff: they have the role at every mission.', null=True, on_delete=django.db.models.deletion.CASCADE, related_name='postings', to='embassy.mission', verbose_name='mission')),
                ('role', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='postings', to='auth.group', verbose_name='role')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='postings', to=settings.AUTH_USER_MODEL, verbose_name='person')),
            ],
            options={
                'verbose_name': 'posting',
                'verbose_name_plural': 'postings',
                'ordering': ['-pk'],
                'permissions': [('administer_every_mission', 'Can administer every mission')],
                'constraints': [models.CheckConstraint(condition=models.Q(('live_from__isnull', True), ('live_until__isnull', True), ('live_from__lt', models.F('live_until')), _connector='OR'), name='accounts_posting_from_before_until', violation_error_message='“Until” must be later than “from”.')],
            },
        ),
        migrations.RunPython(grant_permissions, migrations.RunPython.noop),
        migrations.RunPython(post_the_staff, migrations.RunPython.noop),
    ]
