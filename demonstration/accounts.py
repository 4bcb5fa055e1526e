"""The demonstration's staff accounts, with random passwords."""

import os
import secrets
from pathlib import Path

from django.contrib.auth.models import Group, User

from embassy.models import Mission
from embassy.roles import ADMINISTRATORS, AUTHORS, CONSULAR_EDITORS, EDITORS

STAFF = {
    "ysolde": ("Ysolde", "Karamin", ADMINISTRATORS),
    "oren": ("Oren", "Halloway", EDITORS),
    "mirela": ("Mirela", "Fenn", AUTHORS),
    "amara": ("Amara", "Linde", CONSULAR_EDITORS),
}


def make(file: Path, mission: Mission) -> str:
    """Create the accounts with the passwords in the file. If the file is missing, write it first. Return its text."""
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        lines = "".join(f"{name}  {secrets.token_urlsafe(12)}  ({STAFF[name][2]})\n" for name in STAFF)
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as opened:
            opened.write(lines)
    text = file.read_text()
    for line in text.splitlines():
        name, password, *_role = line.split()
        _make_one(name, password, mission)
    return text


def _make_one(name, password, mission):
    first, last, role = STAFF[name]
    details = {
        "first_name": first,
        "last_name": last,
        "email": f"{name}@orlemar.example",
        "is_superuser": role == ADMINISTRATORS,
    }
    user, _new = User.objects.get_or_create(username=name, defaults=details)
    if not user.check_password(password):
        user.set_password(password)
        user.save(update_fields=["password"])
    user.postings.get_or_create(mission=mission, role=Group.objects.get(name=role))
