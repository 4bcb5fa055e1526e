"""A migration can be reversed. Afterwards the database accepts changes, and can migrate forward again."""

import pytest
from django.core.management import call_command
from django.core.management.sql import emit_post_migrate_signal, emit_pre_migrate_signal
from django.db import connections
from django.db.migrations.loader import MigrationLoader

from embassy.db.content_version import MADE_BY, read
from embassy.models import Mission
from tests.databases import another
from tests.making import make_mission

pytestmark = pytest.mark.database


@pytest.mark.slow
def test_the_version_of_the_content_can_be_migrated_back_and_forward(db, migrated, tmp_path):
    with another(tmp_path, migrated):
        call_command("migrate", "embassy", "0003", verbosity=0)
        assert_changes_are_counted_again(lambda: call_command("migrate", verbosity=0))


def test_the_migration_that_makes_the_version_is_taken_back_and_made_again(db, migrated, tmp_path):
    """This runs one migration alone, as `migrate` would. To migrate back through all of them takes ten seconds."""
    with another(tmp_path, migrated):
        step(backwards=True)
        assert_changes_are_counted_again(lambda: step(backwards=False))


def step(backwards):
    connection = connections["default"]
    loader = MigrationLoader(connection)
    migration, before = loader.get_migration(*MADE_BY), loader.project_state(MADE_BY, at_end=False)
    emit_pre_migrate_signal(0, False, "default", plan=[(migration, backwards)])
    with connection.schema_editor(atomic=migration.atomic) as editor:
        (migration.unapply if backwards else migration.apply)(before, editor)
    emit_post_migrate_signal(0, False, "default")


def assert_changes_are_counted_again(migrate_forward):
    make_mission()
    Mission.objects.update(consular_email="consul@orlemar.example")
    migrate_forward()
    before = read()
    Mission.objects.update(consular_email="consulate@orlemar.example")
    assert read() > before
