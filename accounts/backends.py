"""Permissions come from postings alone. Only superusers need none."""

from django.contrib.auth.models import Permission
from django.db.models import Q

from accounts.authentication import NameOrEmailBackend
from embassy.instant import now
from embassy.roles import bind

# Permissions that concern every mission. Only postings to the ministry give them, whatever the role.
OF_THE_MINISTRY = [
    "administer_every_mission",
    "add_mission",
    "delete_mission",
    "add_group",
    "change_group",
    "delete_group",
]


class PostingsBackend(NameOrEmailBackend):
    """A user has the permissions of those postings to the request's mission and to the ministry that are live now.

    In a shell, where no mission is bound to the user, only postings to the ministry count. Django's own groups and
    permissions of a user are never read.
    """

    def authenticate(self, request, **credentials):
        user = super().authenticate(request, **credentials)
        # The middleware has bound the user of the session. From now on, the request is this user's.
        return user if user is None or request is None else bind(user, request.mission, now())

    def _get_user_permissions(self, user_obj):
        return Permission.objects.none()

    def _get_group_permissions(self, user_obj):
        mission = getattr(user_obj, "at_mission", None)
        postings = user_obj.postings.held_at(mission).live(at=getattr(user_obj, "at_minute", None) or now())
        at_ministry = Q(group__postings__in=postings.filter(mission=None))
        return Permission.objects.filter(
            at_ministry | Q(group__postings__in=postings) & ~Q(codename__in=OF_THE_MINISTRY)
        )

    def with_perm(self, *args, **kwargs):
        raise NotImplementedError("Who may do something depends on the mission and the instant: ask Posting.objects.")
