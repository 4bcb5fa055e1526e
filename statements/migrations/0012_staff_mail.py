import django.db.models.deletion
import embassy.models
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('auth', '0012_alter_user_first_name_max_length'),
        ('statements', '0011_pages'),
    ]

    operations = [
        migrations.CreateModel(
            name='MailWish',
            fields=[
                ('user', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='mail_wish', serialize=False, to=settings.AUTH_USER_MODEL, verbose_name='person')),
                ('language', models.CharField(choices=embassy.models.languages, max_length=12, verbose_name='language of the mails')),
                ('handed_in', models.BooleanField(default=False, help_text='For those who may approve it.', verbose_name='A text is handed in for review')),
                ('given_back', models.BooleanField(default=False, verbose_name='A text of mine is given back, or taken back to draft')),
                ('approved', models.BooleanField(default=False, verbose_name='A text of mine is approved')),
                ('soon', models.BooleanField(default=False, help_text='Or sooner, if it is approved for less than that.', verbose_name='A text goes out in an hour')),
                ('published', models.BooleanField(default=False, verbose_name='A text has become public')),
                ('could_not', models.BooleanField(default=False, help_text='For administrators.', verbose_name='A mail or another job could not be done')),
            ],
            options={
                'verbose_name': 'wish for mail',
                'verbose_name_plural': 'wishes for mail',
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='Told',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('what', models.CharField(max_length=12)),
                ('edition', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='told', to='statements.edition', verbose_name='edition')),
            ],
            options={
                'default_permissions': (),
                'constraints': [models.UniqueConstraint(fields=('edition', 'what'), name='statements_told_once')],
            },
        ),
    ]
