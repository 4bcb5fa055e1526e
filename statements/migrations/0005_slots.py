import django.db.models.deletion
import embassy.instant
from django.db import migrations, models


def copy(apps, schema_editor):
    Statement, Slot = apps.get_model("statements", "Statement"), apps.get_model("statements", "Slot")
    featured = Statement.objects.exclude(featured_from=None).order_by("pk")
    Slot.objects.bulk_create(
        (
            Slot(
                mission_id=statement.mission_id,
                statement=statement,
                live_from=statement.featured_from,
                live_until=statement.featured_until,
            )
            for statement in featured.iterator()
        ),
        batch_size=500,
    )


def copy_back(apps, schema_editor):
    """Going back: each statement keeps only its last time on the front page."""
    Statement, Slot = apps.get_model("statements", "Statement"), apps.get_model("statements", "Slot")
    for slot in Slot.objects.order_by("live_from", "pk").iterator():
        Statement.objects.filter(pk=slot.statement_id).update(
            featured_from=slot.live_from, featured_until=slot.live_until
        )


class Migration(migrations.Migration):

    dependencies = [
        ('embassy', '0003_sign_in_attempts'),
        ('statements', '0004_live_words'),
    ]

    operations = [
        migrations.CreateModel(
            name='Slot',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('live_from', embassy.instant.InstantField(verbose_name='featured from')),
                ('live_until', embassy.instant.InstantField(blank=True, help_text='Leave it empty to feature it until the next one.', null=True, verbose_name='featured until')),
            ],
            options={
                'verbose_name': 'time on the front page',
                'verbose_name_plural': 'On the front page',
                'ordering': ['live_from', 'pk'],
                'abstract': False,
                'default_permissions': (),
            },
        ),
        migrations.AlterField(
            model_name='editionevent',
            name='act',
            field=models.CharField(choices=[('began', 'began it'), ('wrote', 'wrote'), ('submitted', 'handed it in for review'), ('returned', 'gave it back'), ('approved', 'approved it'), ('rescheduled', 'moved it to another minute'), ('cancelled', 'took it back to draft'), ('withdrew', 'withdrew it'), ('withheld', 'withheld it from the record'), ('looked_again', 'looked at it again'), ('filed', 'filed it anew'), ('featured', 'chose its time on the front page'), ('unfeatured', 'gave up its time on the front page'), ('invited', 'made a preview link'), ('revoked', 'closed a preview link')], max_length=12, verbose_name='what'),
        ),
        migrations.AddField(
            model_name='slot',
            name='mission',
            field=models.ForeignKey(editable=False, on_delete=django.db.models.deletion.CASCADE, to='embassy.mission', verbose_name='mission'),
        ),
        migrations.AddField(
            model_name='slot',
            name='statement',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='slots', to='statements.statement', verbose_name='statement'),
        ),
        migrations.AddIndex(
            model_name='slot',
            index=models.Index(fields=['mission', 'live_from'], name='statements_slot_begun'),
        ),
        migrations.AddConstraint(
            model_name='slot',
            constraint=models.CheckConstraint(condition=models.Q(('live_until__isnull', True), ('live_from__lt', models.F('live_until')), _connector='OR'), name='statements_slot_live_from_before_until', violation_error_message='“Featured until” must be later than “featured from”.'),
        ),
        migrations.RunPython(copy, copy_back),
    ]
