"""Migrations back: afterwards the database accepts changes, and can migrate forward again."""

import pytest
from django.core.management import call_command

from embassy.db.content_version import read
from embassy.models import Mission
from tests.databases import another
from tests.making import make_mission

pytestmark = pytest.mark.database


def test_the_version_of_the_content_can_be_migrated_back_and_forward(db, migrated, tmp_path):
    with another(tmp_path, migrated):
        call_command("migrate", "embassy", "0003", verbosity=0)
        make_mission()
        Mission.objects.update(consular_email="consul@orlemar.example")
        call_command("migrate", verbosity=0)
        before = read()
        Mission.objects.update(consular_email="consulate@orlemar.example")
        assert read() > before
