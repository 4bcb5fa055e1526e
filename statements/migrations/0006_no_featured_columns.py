from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('statements', '0005_slots'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='statement',
            name='statements_statement_featured_from_before_until',
        ),
        migrations.RemoveIndex(
            model_name='statement',
            name='statements_statement_featured',
        ),
        migrations.RemoveField(
            model_name='statement',
            name='featured_from',
        ),
        migrations.RemoveField(
            model_name='statement',
            name='featured_until',
        ),
    ]
