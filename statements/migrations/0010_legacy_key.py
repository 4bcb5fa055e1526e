from unicodedata import normalize
from urllib.parse import quote, unquote_to_bytes

from django.db import migrations, models

PUNCTUATION = " /.,;:!?&=#%()[]{}<>|*_~^`'\"-–—…‘’‚‹›“”„«»،؛؟。、，；：！？（）「」『』《》\u00a0\u200b\u200e\u200f"


def folded(part):
    text = unquote_to_bytes(part).decode(errors="surrogateescape")
    return quote(normalize("NFC", text.lower()).rstrip(PUNCTUATION), safe="/=[]", errors="surrogateescape")


def write_keys(apps, schema_editor):
    Source = apps.get_model("statements", "Source")
    for source in Source.objects.exclude(legacy_url=None).only("legacy_url").iterator():
        path, _mark, query = source.legacy_url.partition("?")
        parameters = "&".join(sorted(filter(None, map(folded, query.split("&")))))
        key = f"{folded(path)}?{parameters}" if parameters else folded(path)
        Source.objects.filter(pk=source.pk).update(legacy_key=key)


class Migration(migrations.Migration):

    dependencies = [
        ("statements", "0009_generous_lengths"),
    ]

    operations = [
        migrations.AddField(
            model_name="source",
            name="legacy_key",
            field=models.CharField(editable=False, max_length=1500, null=True),
        ),
        # Add the index before the rows change: after that, PostgreSQL creates no index in the same transaction.
        migrations.AddIndex(
            model_name="source",
            index=models.Index(fields=["mission", "legacy_key"], name="statements_source_legacy_key"),
        ),
        migrations.RunPython(write_keys, migrations.RunPython.noop),
    ]
