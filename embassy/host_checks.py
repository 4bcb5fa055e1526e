"""System checks: the server answers to DESK_HOST, no mission has this name, and each mission has a host name."""

from django.conf import settings
from django.core.checks import Error
from django.core.exceptions import ValidationError
from django.db import connections
from django.http.request import validate_host

from embassy.models import HOST_NAME, Mission, OtherHost


def desk_host(app_configs, **kwargs):
    """E001: DESK_HOST is not a host name. E002: the server does not answer to this name."""
    if not settings.DESK_HOST:
        return []
    try:
        HOST_NAME(settings.DESK_HOST)
    except ValidationError:
        hint = "Write the host name alone, without “https://” and port: desk.example.org."
        return [Error(f"DESK_HOST is not a host name: {settings.DESK_HOST}", hint=hint, id="embassy.E001")]
    if validate_host(settings.DESK_HOST, settings.ALLOWED_HOSTS):
        return []
    hint = "Add it to ALLOWED_HOSTS."
    return [Error(f"DESK_HOST is not in ALLOWED_HOSTS: {settings.DESK_HOST}", hint=hint, id="embassy.E002")]


def hosts_beside_desk(app_configs, databases=None, **kwargs):
    """E003: a mission has the host name of the desk. E004: DESK_HOST is set, and a mission has no host name."""
    if not settings.DESK_HOST:
        return []
    return [error for alias in databases or () for error in _wrong_hosts(alias)]


def _wrong_hosts(alias: str):
    tables = connections[alias].introspection.table_names()
    if not {Mission._meta.db_table, OtherHost._meta.db_table} <= set(tables):
        return
    hint = "Start the site without DESK_HOST, and mend the mission’s host name and other host names at the desk."
    missions = Mission.objects.using(alias).values_list("slug", "host")
    others = OtherHost.objects.using(alias).values_list("mission__slug", "name")
    for slug, host in [*missions, *others]:
        if host == settings.DESK_HOST:
            yield Error(f"The mission {slug} has the host name of the desk: {host}", hint=hint, id="embassy.E003")
        if host is None:
            yield Error(f"The mission {slug} has no host name beside DESK_HOST.", hint=hint, id="embassy.E004")
