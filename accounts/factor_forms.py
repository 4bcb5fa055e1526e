"""The forms for second factors and passkeys."""

import struct

from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn import forms as webauthn
from django.utils.translation import gettext_lazy as _

# How many codes of an app are valid at one time with MFA_TOTP_TOLERANCE = 1: the previous, the present, the next.
HOLDING = 3


# allauth and fido2 raise these when they read a malformed answer, which no browser gives.
MALFORMED = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError, struct.error)


class AddWebAuthnForm(webauthn.AddWebAuthnForm):
    """Stores whether the user lets the key sign in without a password. Some browsers report that every key can."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["name"].label = _("Name of the key")
        self.fields["passwordless"].initial = True

    def clean(self):
        try:
            cleaned = super().clean()
        except MALFORMED as wrong:
            raise get_adapter().validation_error("incorrect_code") from wrong
        if "credential" in cleaned:
            said = cleaned["credential"].setdefault("clientExtensionResults", {})
            said["credProps"] = {"rk": cleaned["passwordless"]}
        return cleaned


class WellFormed:
    def clean_credential(self):
        try:
            return super().clean_credential()
        except MALFORMED as wrong:
            raise get_adapter().validation_error("incorrect_code") from wrong


class KeyForm(WellFormed, webauthn.AuthenticateWebAuthnForm):
    pass


class KeyAgainForm(WellFormed, webauthn.ReauthenticateWebAuthnForm):
    pass


class PasskeyForm(WellFormed, webauthn.LoginWebAuthnForm):
    """Refuses a key that was added only as a second factor: whoever finds such a key could sign in with it alone."""

    def clean_credential(self):
        authenticator = super().clean_credential()
        if not authenticator.wrap().is_passwordless:
            raise get_adapter().validation_error("incorrect_code")
        return authenticator


class CodeOnce:
    """Accepts a code of an app once. allauth notes used codes only in the cache, which processes need not share."""

    def clean_code(self):
        code = super().clean_code()
        if self.authenticator.type == Authenticator.Type.TOTP:
            used = self.authenticator.data.get("used_codes", [])
            if code in used:
                raise get_adapter().validation_error("incorrect_code")
            self.authenticator.data["used_codes"] = [*used, code][-HOLDING:]
            self.authenticator.save(update_fields=["data"])
        return code


class CodeForm(CodeOnce, AuthenticateForm):
    pass


class CodeAgainForm(CodeOnce, ReauthenticateForm):
    pass
