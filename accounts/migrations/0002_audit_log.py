import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

from embassy.db.grants import grant

# By these triggers, the database refuses to change or delete an entry, whoever asks for it.
KEPT = {
    "sqlite": [
        f"""CREATE TRIGGER accounts_auditevent_{what} BEFORE {what} ON accounts_auditevent BEGIN
        SELECT RAISE(ABORT, 'An entry of the audit log never changes.'); END"""
        for what in ("update", "delete")
    ]
    # Without the next trigger, INSERT OR REPLACE could delete an entry: it does not fire SQLite's delete triggers.
    + [
        """CREATE TRIGGER accounts_auditevent_insert BEFORE INSERT ON accounts_auditevent
        WHEN NEW.id IN (SELECT id FROM accounts_auditevent) BEGIN
        SELECT RAISE(ABORT, 'An entry of the audit log never changes.'); END"""
    ],
    "postgresql": [
        """CREATE FUNCTION accounts_auditevent_kept() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION 'An entry of the audit log never changes.'; END $$""",
        """CREATE TRIGGER accounts_auditevent_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON accounts_auditevent
        EXECUTE FUNCTION accounts_auditevent_kept()""",
    ],
}
NO_LONGER = {
    "sqlite": [f"DROP TRIGGER accounts_auditevent_{what}" for what in ("update", "delete", "insert")],
    "postgresql": [
        "DROP TRIGGER accounts_auditevent_kept ON accounts_auditevent",
        "DROP FUNCTION accounts_auditevent_kept",
    ],
}


def keep(apps, schema_editor):
    for statement in KEPT[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


def let_go(apps, schema_editor):
    for statement in NO_LONGER[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


def grant_reading(apps, schema_editor):
    grant(apps, "Administrators", "accounts", "view_auditevent")


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0001_initial'),
        ('contenttypes', '0002_remove_content_type_name'),
        ('embassy', '0003_sign_in_attempts'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='AuditEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('object_pk', models.CharField(db_index=True, max_length=255, verbose_name='object pk')),
                ('object_id', models.BigIntegerField(blank=True, db_index=True, null=True, verbose_name='object id')),
                ('object_repr', models.TextField(verbose_name='object representation')),
                ('serialized_data', models.JSONField(null=True)),
                ('changes', models.JSONField(null=True, verbose_name='change message')),
                ('cid', models.CharField(blank=True, db_index=True, max_length=255, null=True, verbose_name='Correlation ID')),
                ('remote_addr', models.GenericIPAddressField(blank=True, null=True, verbose_name='remote address')),
                ('timestamp', models.DateTimeField(db_index=True, default=django.utils.timezone.now, verbose_name='timestamp')),
                ('actor_name', models.CharField(blank=True, max_length=150, verbose_name='who')),
                ('action', models.PositiveSmallIntegerField(choices=[(0, 'added'), (1, 'changed'), (2, 'deleted'), (10, 'signed in'), (11, 'signed out'), (12, 'failed to sign in'), (13, 'was refused'), (14, 'exported the audit log'), (15, 'added a second factor'), (16, 'removed a second factor')], db_index=True, verbose_name='what')),
                ('actor', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='who')),
                ('content_type', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='contenttypes.contenttype', verbose_name='type')),
                ('mission', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='embassy.mission', verbose_name='mission')),
            ],
            options={
                'verbose_name': 'entry of the audit log',
                'verbose_name_plural': 'audit log',
                'ordering': ['-pk'],
                'default_permissions': ('view',),
                'indexes': [models.Index(fields=['mission', '-id'], name='accounts_auditevent_newest')],
            },
        ),
        migrations.RunPython(keep, let_go),
        migrations.RunPython(grant_reading, migrations.RunPython.noop),
    ]
