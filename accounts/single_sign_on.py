"""Single sign-on by OpenID Connect. Accounts are made at the desk; the provider says only who has come."""

from allauth.account.internal.flows.login import record_authentication
from allauth.account.signals import user_logged_in
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.contrib.auth.models import User
from django.dispatch import receiver


class ProviderAdapter(DefaultSocialAccountAdapter):
    def pre_social_login(self, request, sociallogin):
        """The first time, the account is the one with the e-mail address that the provider has verified.

        allauth's own way would take the account's password away, which is for the day when the provider is down.
        """
        if sociallogin.is_existing:
            return
        verified = [address.email for address in sociallogin.email_addresses if address.verified]
        found = list(User.objects.filter(email__iexact=verified[0], is_active=True)[:2]) if verified else []
        if len(found) == 1:
            sociallogin.connect(request, found[0])


@receiver(user_logged_in)
def believe_second_factor(request, user, sociallogin=None, **details):
    """The provider says in the claim `amr` (RFC 8176) whether it has asked for a second factor."""
    told = (sociallogin.account.extra_data.get("id_token") or {}).get("amr") if sociallogin else None
    if isinstance(told, list) and "mfa" in told:
        record_authentication(request, user, "mfa", type="provider")
