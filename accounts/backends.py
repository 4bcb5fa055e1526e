"""Permissions come from postings, and from nothing else."""

from django.contrib.auth.models import Permission
from django.db.models import Q

from accounts.authentication import NameOrEmailBackend
from embassy.instant import now
from embassy.roles import bind

# What concerns the whole deployment. A posting to one mission does not give these, whatever its role.
OF_THE_MINISTRY = [
    "administer_every_mission",
    "add_mission",
    "delete_mission",
    "add_group",
    "change_group",
    "delete_group",
]


class PostingsBackend(NameOrEmailBackend):
    """A user has the permissions of the roles in which he is posted to the mission of the request, at this minute.

    A user who is bound to no mission, as in a shell, has those of his postings to the ministry. Django's own groups
    and permissions of a user are not read.
    """

    def authenticate(self, request, **credentials):
        user = super().authenticate(request, **credentials)
        # The rest of this request is answered for this user, whom the middleware has not seen.
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
