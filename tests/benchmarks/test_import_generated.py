from io import StringIO

import pytest
import time_machine
from django.core.management import CommandError, call_command

from embassy.models import Mission
from statements.models import Edition, Source, Statement
from tests.making import NOON, make_mission

pytestmark = [pytest.mark.database, pytest.mark.django_db, pytest.mark.usefixtures("noon")]


def generate(number, **options):
    out = StringIO()
    call_command("generate_statements", str(number), stdout=out, **options)
    return out.getvalue()


def test_statements_are_generated_for_a_mission_made_for_them(client):
    assert generate(30) == "30 statements were made for synthetic; 0 were there already.\n"
    editions = Edition.objects.live(at=NOON)
    assert editions.count() == 30
    assert all(100 < len(edition.body.split()) < 500 for edition in editions)
    assert NOON.year - Statement.objects.order_by("day").first().day.year in (19, 20)
    assert client.get(editions.newest()[0].get_absolute_url()).status_code == 200


def test_the_same_seed_makes_the_same_statements_and_none_twice():
    make_mission()
    make_mission("grenmark")
    generate(20, seed=7, mission="port-brennick")
    with time_machine.travel(NOON.replace(day=20), tick=False):
        generate(25, seed=7, mission="port-brennick")
        generate(25, seed=7, mission="grenmark")
    first, second = Mission.objects.order_by("pk")
    assert Source.objects.of(first).count() == 25
    assert wordings(first) == wordings(second)


def wordings(mission):
    sources = Source.objects.of(mission).select_related("edition").order_by("identifier")
    return [(source.identifier, source.edition.title, source.edition.body) for source in sources]


def test_another_seed_makes_others():
    generate(10, seed=1)
    generate(10, seed=2)
    assert Edition.objects.values("body").distinct().count() == 20


def test_with_several_missions_one_must_be_named():
    make_mission()
    make_mission("grenmark")
    with pytest.raises(CommandError, match="--mission"):
        generate(1)
