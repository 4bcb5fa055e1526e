"""The WebSub hub is notified of the feeds that have changed. If it refuses the notification, it is notified again."""

from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from urllib.parse import parse_qs

import pytest
from django.core.management import call_command

from outbox.models import PAUSES, Job
from statements.public import websub
from statements.public.websub import changed_feeds
from statements.system_checks import hub as hub_check
from tests.making import NOON, make_draft, make_mission, make_statement, make_topic, publish

HOUR = timedelta(hours=1)


@pytest.fixture
def embassy(db, settings):
    settings.ALLOWED_HOSTS = ["embassy.example"]
    return make_mission(host="embassy.example", languages=["en", "fr"])


@pytest.fixture
def hub(settings):
    """A local hub that records the notifications that it receives. It refuses them if `listens` is False."""

    class Listener(BaseHTTPRequestHandler):
        def do_POST(self):
            said = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
            if server.listens:
                server.received.append(
                    (said["hub.mode"][0], said["hub.url"][0].removeprefix("https://embassy.example"))
                )
            self.send_response(204 if server.listens else 503)
            self.end_headers()

        def log_message(self, *_said):
            pass

    server = HTTPServer(("127.0.0.1", 0), Listener)
    server.received, server.listens = [], True
    settings.WEBSUB_HUB = f"http://127.0.0.1:{server.server_port}/"
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def ping_hub(hub):
    """Returns a function. It runs the worker, and returns the feeds in the notifications that the hub has received."""

    def ping():
        hub.received.clear()
        # Make the repeated job due, even if the worker has done it in this minute.
        Job.objects.filter(repeats="compare_feeds").update(due=NOON)
        call_command("work", once=True)
        assert {mode for mode, _address in hub.received} <= {"publish"}
        return sorted(address for _mode, address in hub.received)

    return ping


def test_the_hub_is_notified_once_of_each_changed_feed_in_every_format(embassy, noon, ping_hub):
    publish(embassy)
    feeds = ping_hub()
    assert "/statements/feed.rss" in feeds
    assert "/statements/feed.atom" in feeds
    assert "/statements/feed.json?kind=press-release" in feeds
    assert not [feed for feed in feeds if feed.startswith("/fr/") or "comment" in feed]
    assert ping_hub() == []


def test_it_is_told_at_the_minute_and_of_a_withdrawal(embassy, noon, ping_hub, time_machine):
    edition = publish(embassy, at=NOON + HOUR)
    assert ping_hub() == []
    time_machine.move_to(NOON + HOUR, tick=False)
    assert "/statements/feed.rss" in ping_hub()
    time_machine.move_to(NOON + 2 * HOUR, tick=False)
    edition.withdraw(None, "It was wrong.", NOON + 2 * HOUR)
    assert "/statements/feed.rss?kind=press-release" in ping_hub()
    assert ping_hub() == []


def test_it_is_told_of_the_topic_that_changed_in_its_language_and_of_no_other(embassy, noon, ping_hub):
    lakes = make_statement(embassy, topics=[make_topic(embassy, "озёра")])
    make_topic(embassy, "harbours")
    make_draft(lakes, "fr").approve(by=None, live_from=NOON, now=NOON)
    feeds = ping_hub()
    topic = "topic=%D0%BE%D0%B7%D1%91%D1%80%D0%B0"
    assert f"/fr/statements/feed.atom?{topic}" in feeds
    assert not [feed for feed in feeds if not feed.startswith("/fr/") or "harbours" in feed]


def test_the_feeds_of_which_it_is_told_name_it_and_no_others_do(embassy, noon, ping_hub, hub, client, settings):
    topic = make_topic(embassy, "lakes")
    statement = make_statement(embassy, topics=[topic])
    make_draft(statement).approve(by=None, live_from=NOON, now=NOON)
    for address in ping_hub():
        answer = client.get(address, headers={"host": "embassy.example"}, secure=True)
        assert f'<{settings.WEBSUB_HUB}>; rel="hub"' in answer["Link"]
        assert f'<https://embassy.example{address}>; rel="self"' in answer["Link"]
    several = client.get("/statements/feed.rss?topic=lakes&kind=press-release", headers={"host": "embassy.example"})
    assert 'rel="hub"' not in several["Link"]


def test_a_refused_notification_is_repeated_after_a_pause(embassy, noon, ping_hub, hub, time_machine):
    publish(embassy)
    hub.listens = False
    assert ping_hub() == []
    hub.listens = True
    assert ping_hub() == []
    time_machine.move_to(NOON + PAUSES[0])
    assert len(ping_hub()) == 6
    time_machine.move_to(NOON + HOUR)
    assert ping_hub() == []


def test_a_hub_without_an_address_and_a_mission_without_a_host_name_are_pointed_out(mission, settings):
    settings.WEBSUB_HUB = "hub.example"
    assert [each.id for each in hub_check(None, ["default"])] == ["statements.E002"]
    settings.WEBSUB_HUB = "https://hub.example/"
    [warning] = hub_check(None, ["default"])
    assert (warning.id, "feeds of port-brennick" in warning.msg) == ("statements.W003", True)


def test_an_error_at_one_mission_keeps_no_ping_from_the_others(embassy, noon, ping_hub, monkeypatch, caplog):
    def broken(mission, at):
        if mission == embassy:
            raise RuntimeError
        return changed_feeds(mission, at)

    monkeypatch.setattr(websub, "changed_feeds", broken)
    publish(make_mission("sull", host="sull.example"))
    assert "https://sull.example/statements/feed.rss" in ping_hub()
    assert "has failed for Embassy of the Republic of Orlemar" in caplog.text
