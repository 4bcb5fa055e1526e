"""What is read once a minute is read again after a change of the content. What was rolled back is never kept."""

from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from consular.models import Notice
from embassy.models import Mission
from incidents.models import Incident
from statements.models import Kind
from tests.browsing import words
from tests.making import NOON, make_incident, make_mission, make_notice, publish, publish_page

HOUR = timedelta(hours=1)

# Within a transaction nothing is kept, and without `transaction=True` each test would run in one.
pytestmark = [
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
    pytest.mark.usefixtures("noon"),
    pytest.mark.database,
]


def test_a_change_is_on_every_page_in_the_same_minute(client, time_machine):
    mission = make_mission()
    publish(mission)
    make_incident(mission)
    notice = make_notice(mission, "The ferry is late.", live_until=NOON + HOUR)

    def page(path="/statements/"):
        return words(client.get(path))

    def asked(path):
        with CaptureQueriesContext(connection) as queries:
            client.get(path)
        return len(queries)

    for _again in range(2):
        assert "The ferry is late." in page() and "the theft of the atlas" in page("/") and "1 message " in page()
    # Two queries: the version of the content, and the list itself.
    assert asked("/statements/") == 2
    assert asked("/") == 6
    publish_page(mission)
    assert "Visas" in page() and "Visas" in page("/")
    assert asked("/statements/") == 2
    Notice.objects.filter(pk=notice.pk).update(text={"en": "The ferry is early."})
    assert "The ferry is early." in page()
    Incident.objects.update(title={"en": "the return of the atlas"})
    assert "the return of the atlas" in page()
    Mission.objects.update(consular_phone="+442079460000")
    assert "+44 20 7946 0000" in page()
    publish(mission, "The bridge is open")
    assert "2 messages " in page() and "2 messages " in page()
    Kind.objects.filter(slug="press-release").update(name={"en": "Communiqué"})
    assert "Communiqué 2" in page()
    time_machine.move_to(NOON + HOUR, tick=False)
    assert "The ferry is early." not in page()


def test_each_mission_and_each_host_has_its_own(client, settings):
    settings.ALLOWED_HOSTS = ["*"]
    first, second = make_mission(host="one.example"), make_mission("tavelle", host="two.example")
    make_notice(first, "The ferry is late.")
    make_notice(second, "The train is late.")
    for host, other in (("one.example", "two.example"), ("two.example", "one.example")) * 2:
        page, beside = (words(client.get("/", headers={"host": name})) for name in (host, other))
        assert ("The ferry is late." in page) != ("The ferry is late." in beside)
    assert client.get("/", headers={"host": "three.example"}).status_code == 400


def test_what_is_taken_back_has_never_been_read(client):
    mission = make_mission()
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        make_notice(mission, "The ferry is late.")
        assert "The ferry is late." in words(client.get("/"))
        raise ZeroDivisionError
    make_notice(mission, "The ferry is early.")
    assert "The ferry is late." not in words(client.get("/"))
