import richtext.body
from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('statements', '0008_bin'),
    ]

    operations = [
        migrations.AlterField(
            model_name='attachment',
            name='title',
            field=richtext.body.LineField(help_text='The title that readers see, in the language of this edition.', max_length=1000, verbose_name='title'),
        ),
        migrations.AlterField(
            model_name='edition',
            name='change_note',
            field=richtext.body.LineField(blank=True, help_text='For the readers of a correction: what was put right.', max_length=1000, verbose_name='change note'),
        ),
        migrations.AlterField(
            model_name='edition',
            name='lead',
            field=richtext.body.LeadField(blank=True, help_text='One or two sentences that stand under the title in lists.', max_length=10000, verbose_name='lead'),
        ),
        migrations.AlterField(
            model_name='edition',
            name='title',
            field=richtext.body.LineField(max_length=1000, verbose_name='title'),
        ),
        migrations.AlterField(
            model_name='figure',
            name='alt',
            field=richtext.body.LineField(blank=True, help_text='What the picture shows, for those who cannot see it.', max_length=1000, verbose_name='alternative text'),
        ),
        migrations.AlterField(
            model_name='figure',
            name='caption',
            field=richtext.body.LineField(blank=True, max_length=1000, verbose_name='caption'),
        ),
        migrations.AlterField(
            model_name='figure',
            name='credit',
            field=richtext.body.LineField(blank=True, max_length=300, verbose_name='credit'),
        ),
    ]
