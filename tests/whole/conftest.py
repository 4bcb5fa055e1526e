import logging

import pytest
from django.core.signals import request_finished, request_started
from django.db import close_old_connections

from embassy.models import Mission
from tests.making import make_incident, make_mission, make_office, make_topic


@pytest.fixture
def world(db, settings, monkeypatch):
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
    # Without Django's test client, each request would close the database connection, which the test still needs.
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield missions, subjects
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)
    logging.disable(logging.NOTSET)
