import accounts.audit_log
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0002_audit_log'),
    ]

    operations = [
        migrations.AlterField(
            model_name='auditevent',
            name='action',
            field=models.PositiveSmallIntegerField(choices=[(0, 'added'), (1, 'changed'), (2, 'deleted'), (10, 'signed in'), (11, 'signed out'), (12, 'failed to sign in'), (13, 'was refused'), (14, 'exported the audit log'), (15, 'added a second factor'), (16, 'removed a second factor'), (17, 'ended a session'), (18, 'linked with the identity provider'), (19, 'no longer linked with the identity provider')], db_index=True, verbose_name='what'),
        ),
        # The column stays as it is. To alter it, SQLite would rebuild the table and lose the triggers that protect it.
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.AlterField(
                    model_name='auditevent',
                    name='changes',
                    field=models.JSONField(encoder=accounts.audit_log.AsWritten, null=True, verbose_name='changes'),
                ),
            ],
        ),
    ]
