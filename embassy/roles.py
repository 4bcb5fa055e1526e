"""The roles of the staff, each a Django group. The migrations of each app give the groups the app's permissions.

Who has which role at which mission, and how long, is a posting (accounts/models.py).
"""

from datetime import datetime

from embassy.models import Mission

AUTHORS = "Authors"
EDITORS = "Editors"
CONSULAR_EDITORS = "Consular editors"
ADMINISTRATORS = "Administrators"


def bind(user, mission: Mission | None, minute: datetime):
    """Let the user have the permissions of their postings at this mission and minute (accounts/backends.py)."""
    user.at_mission, user.at_minute = mission, minute
    return user


def called(user) -> str:
    """The name by which the desk calls a member of staff."""
    return user.get_full_name() or user.get_username()


def may_enter(user) -> bool:
    """Whether the desk is open to the user: a role here opens it, not Django's “staff status”."""
    return user.is_active and (user.is_superuser or bool(user.get_all_permissions()))
