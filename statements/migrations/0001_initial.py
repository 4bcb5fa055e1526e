import datetime
import django.core.validators
import django.db.models.deletion
import embassy.db.intervals
import embassy.fields.translated
import embassy.instant
import embassy.models
import fulltext.backends
import richtext.body
import statements.models.attachment
from django.conf import settings
from django.db import migrations, models

from embassy.db.grants import grant

# The kinds of statement that every mission uses.
KINDS = {
    "press-release": {"en": "Press release", "fr": "Communiqué de presse", "ar": "بيان صحفي", "ru": "Пресс-релиз"},
    "statement": {"en": "Statement", "fr": "Déclaration", "ar": "بيان", "ru": "Заявление"},
    "comment": {"en": "Comment", "fr": "Commentaire", "ar": "تعليق", "ru": "Комментарий"},
    "interview": {"en": "Interview", "fr": "Entretien", "ar": "مقابلة", "ru": "Интервью"},
    "remarks": {"en": "Remarks", "fr": "Allocution", "ar": "كلمة", "ru": "Выступление"},
    "answer": {
        "en": "Answer to a question",
        "fr": "Réponse à une question",
        "ar": "رد على سؤال",
        "ru": "Ответ на вопрос",
    },
    "article": {"en": "Article", "fr": "Article", "ar": "مقال", "ru": "Статья"},
    "announcement": {"en": "Announcement", "fr": "Annonce", "ar": "إعلان", "ru": "Объявление"},
}

WRITING = [
    *(
        f"{act}_{model}"
        for model in ("statement", "edition", "figure", "attachment")
        for act in ("view", "add", "change", "delete")
    ),
    *(f"view_{model}" for model in ("kind", "topic", "speaker", "picture", "document", "release", "editionevent")),
    "submit_edition",
]
EDITING = [
    *WRITING,
    *(f"{act}_{model}" for model in ("topic", "speaker", "release") for act in ("add", "change")),
    "delete_release",
    "approve_edition",
    "withdraw_edition",
]
# All permissions except those for tables that only the code writes: list index, counts, watermarks and pings.
ADMINISTERING = [
    *(
        f"{act}_{model}"
        for model in (
            "kind", "topic", "speaker", "statement", "edition", "release", "picture", "figure", "document", "attachment",
            "source", "editionevent",
        )
        for act in ("view", "add", "change", "delete")
    ),
    "submit_edition",
    "approve_edition",
    "withdraw_edition",
    "override_four_eyes",
]

# The full text. In SQLite, it is a separate table: a trigger deletes a row together with its entry. In PostgreSQL, it
# is a column of the entries. The view has the same columns in both.
CREATE_FULL_TEXT = {
    "sqlite": [
        "CREATE VIRTUAL TABLE statements_words USING fts5(title, lead, names, body, tokenize='ascii')",
        """CREATE TRIGGER statements_entry_forget AFTER DELETE ON statements_entry BEGIN
        DELETE FROM statements_words WHERE rowid = OLD.moment; END""",
        # The plus prevents SQLite from looking up each edition in the word index. Instead, SQLite reads the hits from
        # the word index, newest first, looks up their editions, and stops when it has enough.
        """CREATE VIEW statements_hit AS
        SELECT words.rowid AS moment, entry.edition_id, words.statements_words AS words
        FROM statements_words words JOIN statements_entry entry ON entry.moment = +words.rowid""",
    ],
    "postgresql": [
        "ALTER TABLE statements_entry ADD COLUMN words tsvector NOT NULL DEFAULT ''",
        "ALTER TABLE statements_entry ALTER COLUMN words DROP DEFAULT",
        # With more statistics, the planner knows which words are common.
        "ALTER TABLE statements_entry ALTER COLUMN words SET STATISTICS 1000",
        "CREATE INDEX statements_entry_words ON statements_entry USING gin (words)",
        "CREATE VIEW statements_hit AS SELECT moment, edition_id, words FROM statements_entry",
    ],
}
DROP_FULL_TEXT = {
    "sqlite": [
        "DROP VIEW statements_hit",
        "DROP TRIGGER statements_entry_forget",
        "DROP TABLE statements_words",
    ],
    "postgresql": ["DROP VIEW statements_hit", "ALTER TABLE statements_entry DROP COLUMN words"],
}


def allow_exclusion(apps, schema_editor):
    """Install btree_gist (a trusted extension): the exclusion constraint compares keys and ranges."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("CREATE EXTENSION IF NOT EXISTS btree_gist")


def create_full_text(apps, schema_editor):
    for statement in CREATE_FULL_TEXT[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


def drop_full_text(apps, schema_editor):
    for statement in DROP_FULL_TEXT[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


def add_kinds(apps, schema_editor):
    Kind = apps.get_model("statements", "Kind")
    Kind.objects.bulk_create(
        Kind(slug=slug, name=name, position=10 * place) for place, (slug, name) in enumerate(KINDS.items(), start=1)
    )


def grant_permissions(apps, schema_editor):
    grant(apps, "Authors", "statements", *WRITING)
    grant(apps, "Editors", "statements", *EDITING)
    grant(apps, "Administrators", "statements", *ADMINISTERING)


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('auth', '0012_alter_user_first_name_max_length'),
        ('contenttypes', '0002_remove_content_type_name'),
        ('embassy', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunPython(allow_exclusion, migrations.RunPython.noop),
        migrations.CreateModel(
            name='Hit',
            fields=[
                ('moment', models.BigIntegerField(primary_key=True, serialize=False)),
                ('words', fulltext.backends.WordsField()),
            ],
            options={
                'db_table': 'statements_hit',
                'managed': False,
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='Document',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('digest', models.CharField(editable=False, max_length=64, verbose_name='digest')),
                ('kind', models.CharField(choices=[('pdf', 'PDF'), ('docx', 'DOCX'), ('odt', 'ODT'), ('jpg', 'JPEG'), ('png', 'PNG'), ('webp', 'WebP')], editable=False, max_length=4, verbose_name='kind')),
                ('file', models.FileField(max_length=120, upload_to='documents', verbose_name='file')),
                ('size', models.PositiveIntegerField(editable=False, verbose_name='size in bytes')),
                ('traces', models.JSONField(blank=True, default=dict, editable=False, verbose_name='what was left in it')),
                ('mission', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to='embassy.mission', verbose_name='mission')),
            ],
            options={
                'verbose_name': 'document',
                'verbose_name_plural': 'documents',
                'constraints': [
                    models.UniqueConstraint(fields=('mission', 'digest'), name='statements_document_stored_once_a_mission'),
                ],
            },
        ),
        migrations.CreateModel(
            name='Topic',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('stems', models.TextField(default='', editable=False)),
                ('slug', models.SlugField(allow_unicode=True, help_text='The last part of the topic’s address on the web.', verbose_name='address')),
                ('name', embassy.fields.translated.LabelField(default=embassy.fields.translated.Labels, max_length=200, multiline=False, verbose_name='name')),
                ('mission', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to='embassy.mission', verbose_name='mission')),
            ],
            options={
                'verbose_name': 'topic',
                'verbose_name_plural': 'topics',
                'ordering': ['slug'],
                'constraints': [
                    models.UniqueConstraint(fields=('mission', 'slug'), name='statements_topic_one_slug_a_mission'),
                ],
            },
        ),
        migrations.CreateModel(
            name='Speaker',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('stems', models.TextField(default='', editable=False)),
                ('slug', models.SlugField(allow_unicode=True, help_text='This identifies the speaker in archives and addresses.', verbose_name='identifier')),
                ('name', embassy.fields.translated.LabelField(default=embassy.fields.translated.Labels, max_length=200, multiline=False, verbose_name='name')),
                ('role', embassy.fields.translated.LabelField(blank=True, default=embassy.fields.translated.Labels, help_text='As it is written after the name. Example: Ambassador of …', max_length=200, multiline=False, verbose_name='office held')),
                ('mission', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to='embassy.mission', verbose_name='mission')),
            ],
            options={
                'verbose_name': 'speaker',
                'verbose_name_plural': 'speakers',
                'ordering': ['slug'],
                'constraints': [
                    models.UniqueConstraint(fields=('mission', 'slug'), name='statements_speaker_one_slug_a_mission'),
                ],
            },
        ),
        migrations.CreateModel(
            name='Kind',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slug', models.SlugField(help_text='This identifies the kind in archives and addresses.', verbose_name='identifier')),
                ('name', embassy.fields.translated.LabelField(default=embassy.fields.translated.Labels, max_length=200, multiline=False, verbose_name='name')),
                ('position', models.PositiveSmallIntegerField(default=100, verbose_name='place in lists')),
                ('mission', models.ForeignKey(blank=True, help_text='Leave this empty for a kind that every mission uses.', null=True, on_delete=django.db.models.deletion.CASCADE, to='embassy.mission', verbose_name='mission')),
            ],
            options={
                'verbose_name': 'kind of statement',
                'verbose_name_plural': 'kinds of statement',
                'ordering': ['position', 'slug'],
                'constraints': [
                    models.UniqueConstraint(condition=models.Q(('mission__isnull', True)), fields=('slug',), name='statements_kind_one_slug_for_all'),
                    models.UniqueConstraint(fields=('mission', 'slug'), name='statements_kind_one_slug_a_mission'),
                ],
            },
        ),
        migrations.CreateModel(
            name='Statement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slug', models.SlugField(allow_unicode=True, blank=True, help_text='The last part of the page’s address. Leave it empty to have it made from the title.', max_length=100, verbose_name='address')),
                ('published_at', embassy.instant.InstantField(editable=False, null=True, verbose_name='first published')),
                ('day', models.DateField(editable=False, null=True, verbose_name='day of first publication')),
                ('featured_from', embassy.instant.InstantField(blank=True, help_text='From this minute the front page shows it in full, unless a newer one is featured.', null=True, verbose_name='featured from')),
                ('featured_until', embassy.instant.InstantField(blank=True, help_text='Leave this empty to feature it until a newer statement is featured.', null=True, verbose_name='featured until')),
                ('kind', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='statements.kind', verbose_name='kind')),
                ('mission', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to='embassy.mission', verbose_name='mission')),
                ('speaker', models.ForeignKey(blank=True, help_text='The person whose words these are, if it is one person.', null=True, on_delete=django.db.models.deletion.PROTECT, to='statements.speaker', verbose_name='speaker')),
                ('topics', models.ManyToManyField(blank=True, help_text='The subjects that its readers follow.', to='statements.topic', verbose_name='topics')),
            ],
            options={
                'verbose_name': 'statement',
                'verbose_name_plural': 'statements',
                'ordering': ['-published_at', '-pk'],
                'indexes': [
                    models.Index(condition=models.Q(('featured_from__isnull', False)), fields=['mission', 'featured_from'], name='statements_statement_featured'),
                ],
                'constraints': [
                    models.UniqueConstraint(fields=('mission', 'day', 'slug'), name='statements_statement_one_slug_a_day_and_mission'),
                    models.CheckConstraint(condition=models.Q(models.Q(('day__isnull', True), ('published_at__isnull', True)), models.Q(('day__isnull', False), ('published_at__isnull', False)), _connector='OR'), name='statements_statement_published_on_a_day'),
                    models.CheckConstraint(condition=models.Q(('featured_until__isnull', True), ('featured_from__lt', models.F('featured_until')), _connector='OR'), name='statements_statement_featured_from_before_until', violation_error_message='“Featured until” must be later than “featured from”.'),
                ],
            },
        ),
        migrations.CreateModel(
            name='Release',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(help_text='For the newsroom. Example: the joint text on …', max_length=150, verbose_name='name')),
                ('mission', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to='embassy.mission', verbose_name='mission')),
            ],
            options={
                'verbose_name': 'joint release',
                'verbose_name_plural': 'joint releases',
                'ordering': ['-pk'],
            },
        ),
        migrations.CreateModel(
            name='Edition',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('live_from', embassy.instant.InstantField(blank=True, null=True, verbose_name='live from')),
                ('live_until', embassy.instant.InstantField(blank=True, null=True, verbose_name='live until')),
                ('language', models.CharField(choices=embassy.models.languages, max_length=12, verbose_name='language')),
                ('title', richtext.body.LineField(max_length=250, verbose_name='title')),
                ('lead', richtext.body.LeadField(blank=True, help_text='One or two sentences that stand under the title in lists.', max_length=600, verbose_name='lead')),
                ('body', richtext.body.BodyField(blank=True, help_text='Without the editor, leave a blank line between paragraphs; headings, lists, links and tables may be written in HTML. Everything else that is pasted along with the text is removed.', verbose_name='text')),
                ('place', richtext.body.LineField(blank=True, help_text='Where it was said or signed, in this language.', max_length=100, verbose_name='place')),
                ('change_note', richtext.body.LineField(blank=True, help_text='For the readers of a correction: what was put right.', max_length=300, verbose_name='change note')),
                ('status', models.CharField(choices=[('draft', 'draft'), ('review', 'in review'), ('approved', 'approved')], default='draft', editable=False, max_length=10, verbose_name='status')),
                ('published_at', embassy.instant.InstantField(editable=False, null=True, verbose_name='statement first published')),
                ('withdrawn_reason', models.TextField(blank=True, editable=False, verbose_name='reason for the withdrawal')),
                ('changed_at', embassy.instant.InstantField(editable=False, null=True, verbose_name='last changed')),
                ('withheld_reason', models.TextField(blank=True, editable=False, verbose_name='reason for withholding it')),
                ('withheld_from', embassy.instant.InstantField(editable=False, null=True, verbose_name='withheld since')),
                ('override_reason', models.TextField(blank=True, editable=False, verbose_name='why its own author approved it')),
                ('approved_by', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='published by')),
                ('changed_by', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='last changed by')),
                ('corrects', models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='corrections', to='statements.edition', verbose_name='corrects')),
                ('looked_again_by', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='looked at again by')),
                ('mission', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.CASCADE, to='embassy.mission', verbose_name='mission')),
                ('withdrawn_by', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='withdrawn by')),
                ('release', models.ForeignKey(blank=True, help_text='It goes out together with the others of this release.', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='editions', to='statements.release', verbose_name='joint release')),
                ('statement', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='editions', to='statements.statement', verbose_name='statement')),
            ],
            options={
                'verbose_name': 'edition',
                'verbose_name_plural': 'editions',
                'permissions': [('submit_edition', 'Can hand editions in for review'), ('approve_edition', 'Can approve, schedule and give back editions'), ('withdraw_edition', 'Can withdraw editions'), ('override_four_eyes', 'Can approve what they have written themselves, with a reason')],
                'abstract': False,
                'indexes': [
                    models.Index(fields=['mission', 'language', 'status', '-published_at', '-statement'], name='statements_edition_newest'),
                    models.Index(fields=['mission', 'language', 'live_from'], name='statements_edition_begun'),
                    models.Index(fields=['mission', 'language', 'live_until'], name='statements_edition_ended'),
                ],
                'constraints': [
                    models.CheckConstraint(condition=models.Q(('live_from__isnull', True), ('live_until__isnull', True), ('live_from__lt', models.F('live_until')), _connector='OR'), name='statements_edition_live_from_before_until', violation_error_message='“Live until” must be later than “live from”.'),
                    models.CheckConstraint(condition=models.Q(models.Q(('status', 'approved'), _negated=True), models.Q(('live_from__isnull', False), ('published_at__isnull', False)), _connector='OR'), name='statements_edition_approved_has_live_from'),
                    models.UniqueConstraint(condition=models.Q(('status__in', ['draft', 'review'])), fields=('statement', 'language'), name='statements_edition_one_draft_a_language', violation_error_message='This statement already has a draft in this language. Continue with that draft.'),
                    embassy.db.intervals.NoOverlap(fields=('statement', 'language'), name='statements_edition_one_live_a_language', violation_error_message='Another edition in this language is live for part of that time.', where={'status': 'approved'}),
                ],
            },
        ),
        migrations.CreateModel(
            name='EditionEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('act', models.CharField(choices=[('began', 'began it'), ('wrote', 'wrote'), ('submitted', 'handed it in for review'), ('returned', 'gave it back'), ('approved', 'approved it'), ('rescheduled', 'moved it to another minute'), ('cancelled', 'took it back to draft'), ('withdrew', 'withdrew it'), ('withheld', 'withheld it from the record'), ('looked_again', 'looked at it again')], max_length=12, verbose_name='what')),
                ('by_name', models.CharField(blank=True, max_length=150, verbose_name='who')),
                ('at', embassy.instant.InstantField(verbose_name='when')),
                ('note', models.TextField(blank=True, verbose_name='note')),
                ('live_from', embassy.instant.InstantField(null=True, verbose_name='public from')),
                ('live_until', embassy.instant.InstantField(null=True, verbose_name='public until')),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='who')),
                ('edition', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='events', to='statements.edition', verbose_name='edition')),
            ],
            options={
                'db_table': 'statements_deed',
                'verbose_name': 'history entry',
                'verbose_name_plural': 'history entries',
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='Attachment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(default=statements.models.attachment.new_key, editable=False, max_length=10)),
                ('name', models.CharField(max_length=100, verbose_name='name in its address')),
                ('title', richtext.body.LineField(help_text='The title that readers see, in the language of this edition.', max_length=200, verbose_name='title')),
                ('language', models.CharField(blank=True, choices=embassy.models.languages, help_text='Leave it empty for a file without words.', max_length=12, verbose_name='language of the file')),
                ('position', models.PositiveSmallIntegerField(blank=True, help_text='Leave it empty to put it last.', verbose_name='place in the row')),
                ('document', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='attachments', to='statements.document', verbose_name='file')),
                ('edition', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='attachments', to='statements.edition', verbose_name='edition')),
            ],
            options={
                'verbose_name': 'attachment',
                'verbose_name_plural': 'attachments',
                'ordering': ['position', 'pk'],
                'constraints': [
                    models.UniqueConstraint(fields=('key', 'edition'), name='statements_attachment_one_key_an_edition'),
                ],
            },
        ),
        migrations.CreateModel(
            name='SearchEntry',
            fields=[
                ('moment', models.BigIntegerField(primary_key=True, serialize=False)),
                ('edition', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='search_entry', to='statements.edition')),
            ],
            options={
                'db_table': 'statements_entry',
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='Invitation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=100, verbose_name='name')),
                ('made_at', embassy.instant.InstantField(verbose_name='made')),
                ('expires_at', embassy.instant.InstantField(verbose_name='open until')),
                ('revoked_at', embassy.instant.InstantField(null=True, verbose_name='taken back')),
                ('edition', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='invitations', to='statements.edition', verbose_name='edition')),
                ('made_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='made by')),
            ],
            options={
                'verbose_name': 'invitation',
                'verbose_name_plural': 'invitations',
                'ordering': ['pk'],
                'default_permissions': (),
                'constraints': [
                    models.CheckConstraint(condition=models.Q(('expires_at__gt', models.F('made_at'))), name='statements_invitation_made_before_it_expires'),
                ],
            },
        ),
        migrations.CreateModel(
            name='Watermark',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('as_of', embassy.instant.InstantField(default=datetime.datetime(1900, 1, 1, 0, 0, tzinfo=datetime.timezone.utc))),
                ('mission', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='embassy.mission')),
            ],
            options={
                'db_table': 'statements_ledger',
            },
        ),
        migrations.CreateModel(
            name='Picture',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('digest', models.CharField(editable=False, max_length=64, verbose_name='digest')),
                ('file', models.FileField(max_length=120, upload_to='pictures', verbose_name='file')),
                ('width', models.PositiveIntegerField(editable=False)),
                ('height', models.PositiveIntegerField(editable=False)),
                ('mission', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to='embassy.mission', verbose_name='mission')),
            ],
            options={
                'verbose_name': 'picture',
                'verbose_name_plural': 'pictures',
                'constraints': [
                    models.UniqueConstraint(fields=('mission', 'digest'), name='statements_picture_stored_once_a_mission'),
                ],
            },
        ),
        migrations.CreateModel(
            name='Figure',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('alt', richtext.body.LineField(blank=True, help_text='What the picture shows, for those who cannot see it.', max_length=300, verbose_name='alternative text')),
                ('decorative', models.BooleanField(default=False, help_text='The picture says nothing that is not in the text. Screen readers pass over it.', verbose_name='decorative')),
                ('caption', richtext.body.LineField(blank=True, max_length=300, verbose_name='caption')),
                ('credit', richtext.body.LineField(blank=True, max_length=100, verbose_name='credit')),
                ('focus_x', models.PositiveSmallIntegerField(default=50, validators=[django.core.validators.MaxValueValidator(100)], verbose_name='focal point, % from the left')),
                ('focus_y', models.PositiveSmallIntegerField(default=50, validators=[django.core.validators.MaxValueValidator(100)], verbose_name='focal point, % from the top')),
                ('position', models.PositiveSmallIntegerField(blank=True, help_text='Leave it empty to put it last.', verbose_name='place in the row')),
                ('edition', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='figures', to='statements.edition', verbose_name='edition')),
                ('picture', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='figures', to='statements.picture', verbose_name='picture')),
            ],
            options={
                'verbose_name': 'figure',
                'verbose_name_plural': 'figures',
                'ordering': ['position', 'pk'],
                'constraints': [
                    models.CheckConstraint(condition=models.Q(('focus_x__lte', 100), ('focus_y__lte', 100)), name='statements_figure_focus_within_the_picture'),
                    models.CheckConstraint(condition=models.Q(('decorative', False), ('alt', ''), _connector='OR'), name='statements_figure_described_or_decorative', violation_error_message='A decorative picture is not described.'),
                ],
            },
        ),
        migrations.CreateModel(
            name='Ping',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('language', models.CharField(max_length=12, verbose_name='language')),
                ('query', models.CharField(blank=True, max_length=1000, verbose_name='filter')),
                ('held', models.CharField(max_length=64, verbose_name='digest of what it held')),
                ('mission', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to='embassy.mission', verbose_name='mission')),
            ],
            options={
                'verbose_name': 'ping',
                'verbose_name_plural': 'pings',
                'constraints': [
                    models.UniqueConstraint(fields=('mission', 'language', 'query'), name='statements_ping_one_a_feed'),
                ],
            },
        ),
        migrations.CreateModel(
            name='Source',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('identifier', models.CharField(max_length=200, verbose_name='sender’s identifier')),
                ('language', models.CharField(max_length=12, verbose_name='language')),
                ('legacy_url', models.CharField(blank=True, max_length=500, null=True, verbose_name='address on the old site')),
                ('digest', models.CharField(max_length=64)),
                ('seen_in', models.CharField(max_length=32)),
                ('edition', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='statements.edition')),
                ('mission', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to='embassy.mission', verbose_name='mission')),
                ('statement', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='sources', to='statements.statement')),
            ],
            options={
                'verbose_name': 'source',
                'verbose_name_plural': 'sources',
                'constraints': [
                    models.UniqueConstraint(fields=('mission', 'identifier'), name='statements_source_one_identifier_a_mission'),
                    models.UniqueConstraint(fields=('mission', 'legacy_url'), name='statements_source_one_legacy_url_a_mission'),
                ],
            },
        ),
        migrations.CreateModel(
            name='ListIndexEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('language', models.CharField(max_length=12)),
                ('kind', models.PositiveBigIntegerField(default=0)),
                ('topic', models.PositiveBigIntegerField(default=0)),
                ('speaker', models.PositiveBigIntegerField(default=0)),
                ('published_at', embassy.instant.InstantField()),
                ('day', models.DateField()),
                ('settled', models.BooleanField(default=False)),
                ('edition', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='list_entries', to='statements.edition')),
                ('mission', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='embassy.mission')),
                ('statement', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='statements.statement')),
            ],
            options={
                'db_table': 'statements_filing',
                'indexes': [
                    models.Index(fields=['mission', 'language', 'kind', 'topic', 'speaker', '-published_at', '-statement'], name='statements_filing_place'),
                ],
            },
        ),
        migrations.CreateModel(
            name='StoredCount',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('year', models.PositiveSmallIntegerField(default=0)),
                ('month', models.PositiveSmallIntegerField(default=0)),
                ('language', models.CharField(max_length=12)),
                ('kind', models.PositiveBigIntegerField()),
                ('topic', models.PositiveBigIntegerField()),
                ('speaker', models.PositiveBigIntegerField()),
                ('count', models.IntegerField()),
                ('watermark', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='counts', to='statements.watermark')),
            ],
            options={
                'db_table': 'statements_tally',
                'indexes': [
                    models.Index(fields=['watermark', 'language', 'year', 'month', 'topic', 'speaker', 'kind'], name='statements_tally_of_kinds'),
                    models.Index(fields=['watermark', 'language', 'month', 'kind', 'topic', 'speaker', 'year'], name='statements_tally_of_years'),
                ],
                'constraints': [
                    models.UniqueConstraint(fields=('watermark', 'year', 'month', 'language', 'kind', 'topic', 'speaker'), name='statements_tally_once'),
                ],
            },
        ),
        migrations.CreateModel(
            name='Viewing',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', embassy.instant.InstantField(verbose_name='when')),
                ('invitation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='viewings', to='statements.invitation')),
            ],
            options={
                'verbose_name': 'viewing',
                'verbose_name_plural': 'viewings',
                'ordering': ['pk'],
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='Word',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('language', models.CharField(max_length=12)),
                ('word', models.TextField()),
                ('backwards', models.TextField()),
            ],
            options={
                'default_permissions': (),
                'indexes': [models.Index(fields=['language', 'word'], name='statements_word_begins', opclasses=['', 'text_pattern_ops']), models.Index(fields=['language', 'backwards'], name='statements_word_ends', opclasses=['', 'text_pattern_ops'])],
            },
        ),
        migrations.RunPython(create_full_text, drop_full_text),
        migrations.RunPython(add_kinds, migrations.RunPython.noop),
        migrations.RunPython(grant_permissions, migrations.RunPython.noop),
    ]
