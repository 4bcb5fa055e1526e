"""Postings that the ministry's identity provider gives, in the claim that OIDC_POSTINGS_CLAIM names.

The claim is a list of texts: "mission/role", or "mission/role/until" for a posting that ends at that minute. The
mission is named by its identifier or its host name; "*" is the ministry.
"""

import logging
from datetime import UTC, datetime

from django.conf import settings
from django.contrib.auth.models import Group, User
from django.core.exceptions import MultipleObjectsReturned, ObjectDoesNotExist
from django.db import transaction
from django.db.models import Q

from accounts.models import AuditEvent
from embassy.instant import floor_to_minute
from embassy.models import Mission

logger = logging.getLogger(__name__)

MINISTRY = "*"
# When each claimed posting ends, by the primary keys of its mission (None for the ministry) and of its role.
Claimed = dict[tuple[int | None, int], datetime | None]


def claimed_postings(claims: dict, of: str, at: datetime) -> Claimed:
    """The postings that the provider claims for this person. A text with an unknown part is logged, and gives none."""
    claim = claims.get(settings.OIDC_POSTINGS_CLAIM) or []
    claimed: Claimed = {}
    for text in claim if isinstance(claim, list) else [claim]:
        try:
            posting, until = _read(str(text))
        except (ValueError, OverflowError, ObjectDoesNotExist, MultipleObjectsReturned):
            logger.warning("The identity provider claims a posting of %r that is not known here: %r", of, text)
            AuditEvent.record(AuditEvent.Action.UNKNOWN_POSTING, about=f"{of}: {text!r}"[:250])
            continue
        if until is None or until > at:
            # A posting that is claimed twice lasts until the later of the two ends.
            claimed[posting] = _later(claimed.get(posting, until), until)
    return claimed


def _later(one: datetime | None, other: datetime | None) -> datetime | None:
    return max(one, other) if one and other else None


def _read(text: str):
    named, role, *end = text.split("/", 2)
    mission = None if named == MINISTRY else Mission.objects.get(Q(slug=named) | Q(host=named)).pk
    return (mission, Group.objects.get(name=role).pk), _end(*end) if end else None


def _end(text: str) -> datetime:
    until = datetime.fromisoformat(text)
    if until.tzinfo is None:
        raise ValueError("It names no time zone.")
    return floor_to_minute(until.astimezone(UTC))


@transaction.atomic
def bring_into_line(user: User, claimed: Claimed, at: datetime):
    """End, change or add postings, so that those from the provider are those it claims now. Other postings stay."""
    new = dict(claimed)
    for posting in user.postings.filter(from_provider=True).not_ended(at=at):
        key = posting.mission_id, posting.role_id
        if key not in claimed:
            posting.end(at)
        elif posting.live_until != claimed[key]:
            posting.live_until = claimed[key]
            posting.save(update_fields=["live_until"])
        new.pop(key, None)
    for (mission, role), until in new.items():
        user.postings.create(mission_id=mission, role_id=role, live_from=at, live_until=until, from_provider=True)
