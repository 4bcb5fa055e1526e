import logging

import pytest

from embassy.models import Mission
from tests.making import make_incident, make_mission, make_office, make_topic


@pytest.fixture
def world(db, settings, monkeypatch, lasting_connection):
    """Two missions, each with a topic, an incident and an office. The missions differ only in slug and host name."""
    settings.ALLOWED_HOSTS = ["brennick.example", "sull.example"]
    memory = {"BACKEND": "django.core.files.storage.InMemoryStorage"}
    settings.STORAGES = {**settings.STORAGES, "default": memory}
    make_mission(host="brennick.example")
    make_mission("sull", host="sull.example")
    missions = list(Mission.objects.with_former_lines().order_by("pk"))
    subjects = {mission.pk: (make_topic(mission), make_incident(mission, has_page=True)) for mission in missions}
    for mission in missions:
        make_office(mission)
    # Find the mission of a host without a query. Otherwise, each of the many requests would need one more query.
    by_host = {mission.host: mission for mission in missions}
    monkeypatch.setattr("embassy.models.MissionQuerySet.for_host", lambda missions, host: by_host[host])
    # Switch logging off, because Django would log each "not found".
    logging.disable(logging.CRITICAL)
    yield missions, subjects
    logging.disable(logging.NOTSET)
