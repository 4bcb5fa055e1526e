"""Single sign-on by OpenID Connect. The provider says who has come and, with OIDC_POSTINGS_CLAIM, who works where."""

import logging

from allauth.account.internal.flows.login import record_authentication
from allauth.account.signals import user_logged_in
from allauth.mfa.models import Authenticator
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.providers.base.constants import AuthProcess
from django.conf import settings
from django.contrib.auth.models import User
from django.db.models import Q
from django.dispatch import receiver

from accounts.authentication import free_user_name
from accounts.claimed_postings import bring_into_line, claimed_postings
from accounts.models import AuditEvent

logger = logging.getLogger(__name__)


class ProviderAdapter(DefaultSocialAccountAdapter):
    def on_authentication_error(self, request, provider, error=None, exception=None, extra_context=None):
        # The page says only that the sign-in failed.
        logger.warning("The sign-in through the identity provider failed: %s", error, exc_info=exception)

    def pre_social_login(self, request, sociallogin):
        """At the first sign-in through the provider, connect the account that has the verified e-mail address.

        With OIDC_POSTINGS_CLAIM, also follow the claim, at each sign-in.

        allauth could connect the account itself, but would also delete a superuser's password. Superusers need theirs
        when the provider is down.
        """
        address = verified_address(sociallogin)
        if not sociallogin.is_existing:
            found = list(User.objects.filter(email__iexact=address, is_active=True)[:2]) if address else []
            if len(found) == 1:
                end_other_ways_in(found[0])
                sociallogin.connect(request, found[0])
        if settings.OIDC_POSTINGS_CLAIM:
            self.follow_claim(request, sociallogin, address)

    def follow_claim(self, request, sociallogin, address):
        claimed = claimed_postings(claims_of(sociallogin), address or sociallogin.account.uid, request.instant)
        if claimed and not sociallogin.is_existing and sociallogin.state.get("process") == AuthProcess.LOGIN:
            make_account(request, sociallogin, address)
        if sociallogin.is_existing:
            bring_into_line(sociallogin.user, claimed, request.instant)


def end_other_ways_in(user: User):
    """Delete the account's password and second factors, before it is connected with the provider.

    An administrator of a mission can write another person's address into an account whose password they know. Without
    this, they could still sign in after that person has connected the account. Only superusers can change a
    superuser's account, so it keeps its password and factors.
    """
    if user.is_superuser:
        return
    user.set_unusable_password()
    user.save(update_fields=["password"])
    for _factor in range(Authenticator.objects.filter(user=user).delete()[0]):
        AuditEvent.record(AuditEvent.Action.FACTOR_REMOVED, account=user)


def claims_of(sociallogin) -> dict:
    said = sociallogin.account.extra_data
    return {**(said.get("id_token") or {}), **(said.get("userinfo") or {})}


def verified_address(sociallogin) -> str:
    return next((address.email for address in sociallogin.email_addresses if address.verified), "")


def make_account(request, sociallogin, address):
    """Make an account for a newcomer. But make none without a verified address, or if another account has this one."""
    user = sociallogin.user
    if not address or User.objects.filter(Q(email__iexact=address) | Q(username__iexact=address)).exists():
        return
    user.username, user.email = free_user_name(address), address
    user.set_unusable_password()
    # With `connect`, allauth does not copy the address to a table of its own. No account has an address there.
    sociallogin.save(request, connect=True)


@receiver(user_logged_in)
def believe_second_factor(request, user, sociallogin=None, **details):
    """Accept the provider's second factor, if it has asked for one. Its claim `amr` (RFC 8176) says so by “mfa”."""
    told = (sociallogin.account.extra_data.get("id_token") or {}).get("amr") if sociallogin else None
    if isinstance(told, list) and "mfa" in told:
        record_authentication(request, user, "mfa", type="provider")
