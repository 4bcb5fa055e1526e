"""The import of `mission` lines. The lines after a mission line belong to its mission."""

from typing import Annotated, Literal

from django.core.validators import validate_email

from embassy.fields.telephone import check_written
from embassy.models import Mission, validate_time_zone
from importing.errors import Refused
from importing.fields import Line, RequiredLabels, SlugIdentifier, obeys, text, unless_empty
from importing.upsert import upsert

KEYS = {"slug": "id", "default_language": "languages"}


class MissionLine(Line):
    type: Literal["mission"]
    id: SlugIdentifier
    name: RequiredLabels
    home_city: RequiredLabels
    home_time_zone: Annotated[str, text(required=True), obeys(validate_time_zone)]
    host_city: RequiredLabels
    host_time_zone: Annotated[str, text(required=True), obeys(validate_time_zone)]
    languages: list[str]
    reference_city: Literal["host", "home"] | None = None
    consular_phone: Annotated[str, text(), obeys(unless_empty(check_written))] | None = None
    consular_email: Annotated[str, text(), obeys(unless_empty(validate_email))] | None = None
    host: Annotated[str, text(required=True)] | None = None


def store(line: MissionLine, run) -> str:
    mission = Mission.objects.filter(slug=line.id).first() or Mission(slug=line.id)
    if not mission._state.adding:
        _check_addresses_stay(line.languages, mission)
    values = line.given(
        "name",
        "home_city",
        "home_time_zone",
        "host_city",
        "host_time_zone",
        "reference_city",
        "consular_phone",
        "consular_email",
        "host",
    )
    languages = list(dict.fromkeys(line.languages))
    first = languages[0] if languages else ""
    stood, latest = mission.line(at=run.at), mission.latest_line
    outcome = upsert(mission, {**values, "languages": languages, "default_language": first}, KEYS)
    if mission.latest_line != latest and outcome == "updated":
        mission.keep_line(stood, at=run.at)
    run.mission = mission
    return outcome


def _check_addresses_stay(languages: list[str], mission: Mission):
    """Refuse a line that changes the first language or leaves out a language: public addresses would break."""
    if languages[:1] != [mission.default_language] or not set(mission.languages) <= set(languages):
        raise Refused(
            {
                "languages": f"would break public addresses: the mission publishes in {', '.join(mission.languages)} "
                f"and its first language is {mission.default_language}. Name all of these, the first one first; "
                "a language can be taken away at the desk."
            }
        )
