import logging

import pytest
from django.core.signals import request_finished, request_started
from django.db import close_old_connections

from embassy.models import Mission
from tests.making import make_incident, make_mission, make_office, make_topic


@pytest.fixture
def world(db, settings, monkeypatch):
    """Two missions on two hosts that differ only in their names, each with a topic, an incident and an office."""
    settings.ALLOWED_HOSTS = ["brennick.example", "sull.example"]
    memory = {"BACKEND": "django.core.files.storage.InMemoryStorage"}
    settings.STORAGES = {**settings.STORAGES, "default": memory}
    make_mission(host="brennick.example")
    make_mission("sull", host="sull.example")
    missions = list(Mission.objects.order_by("pk"))
    subjects = {mission.pk: (make_topic(mission), make_incident(mission, has_page=True)) for mission in missions}
    for mission in missions:
        make_office(mission)
    # Finding the mission by its host has nothing to do with embargoes, and would cost a hundred queries a minute.
    by_host = {mission.host: mission for mission in missions}
    monkeypatch.setattr("embassy.models.MissionQuerySet.for_host", lambda missions, host: by_host[host])
    # Otherwise Django logs each "not found".
    logging.disable(logging.CRITICAL)
    # A request that does not come from Django's test client would close the connection of the test's transaction.
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield missions, subjects
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)
    logging.disable(logging.NOTSET)
