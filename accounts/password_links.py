"""Mails with a link by which the owner of an account chooses a first password (an invitation) or a new one."""

from allauth.account.adapter import get_adapter
from allauth.account.utils import user_pk_to_url_str
from django.contrib.auth.models import User
from django.contrib.auth.tokens import default_token_generator

from accounts.audit_log import AuditEvent


def is_newcomer(account: User) -> bool:
    return account.last_login is None


def send_link(account: User):
    invited = is_newcomer(account)
    key = f"{user_pk_to_url_str(account)}-{default_token_generator.make_token(account)}"
    context = {
        "password_reset_url": get_adapter().get_reset_password_from_key_url(key),
        "username": account.get_username(),
    }
    template = "account/email/invitation" if invited else "account/email/password_reset_key"
    get_adapter().send_mail(template, account.email, context)
    AuditEvent.record(AuditEvent.Action.INVITED if invited else AuditEvent.Action.LINK_SENT, account=account)


def tell_of_new_address(account: User, before: str):
    """Tell the owner at the old address, because whoever reads mail at the new address can choose a new password."""
    if before:
        addresses = {"from_email": before, "to_email": account.email or "—"}
        get_adapter().send_notification_mail("account/email/email_changed", account, addresses, email=before)
