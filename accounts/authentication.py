"""Finds the account to which a name and a password belong."""

import re

from allauth.account.auth_backends import AuthenticationBackend
from django.contrib.auth.models import User
from django.db.models import Q

from embassy.free_slug import first_free

LONGEST = 150


class NameOrEmailBackend(AuthenticationBackend):
    """Takes a user name or an e-mail address. Hashes the password once, whether or not there is such an account.

    allauth's own backend hashes twice for a known e-mail address with a wrong password, but once for an unknown one.
    """

    def _authenticate(self, request, **credentials):
        # allauth passes an e-mail address as `username`, too.
        return self._check_password(account_named(credentials.get("username") or ""), credentials["password"])

    @classmethod
    def _stash_user(cls, user):
        # allauth would tell whoever knows the password that the account has been deactivated.
        return None


def account_named(name: str) -> User | None:
    """The account with this user name; otherwise the only account with this e-mail address."""
    found = list(User.objects.filter(Q(username=name) | Q(email__iexact=name))[:3]) if name else []
    exact = [user for user in found if user.username == name]
    if exact:
        return exact[0]
    return found[0] if len(found) == 1 else None


def free_user_name(email: str) -> str:
    """The part of the address before the @, with a number if another account has this user name already."""
    name = re.sub(r"[^\w.+-]", "", email.partition("@")[0].lower())[:LONGEST] or "account"
    alike = User.objects.filter(username__istartswith=name).values_list("username", flat=True)
    return first_free(name, {taken.lower() for taken in alike}, LONGEST)
