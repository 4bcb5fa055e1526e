"""The forms for signing in and for passwords. They limit what is hashed and what is sent back."""

from allauth.account import forms as allauth
from allauth.account.adapter import get_adapter
from allauth.account.internal.userkit import unicode_ci_compare
from django import forms
from django.contrib.auth.models import User
from django.core.validators import MaxLengthValidator
from django.utils.translation import gettext_lazy as _

LONGEST_NAME, LONGEST_PASSWORD = 254, 1024


class BoundedPasswords(forms.Form):
    """Refuses an overlong password before it is hashed."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            # The placeholders repeat the labels.
            field.widget.attrs.pop("placeholder", None)
            if isinstance(field.widget, forms.PasswordInput):
                field.validators.append(MaxLengthValidator(LONGEST_PASSWORD))


class SignInForm(BoundedPasswords, allauth.LoginForm):
    """Does not show an overlong name again."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["login"].label = _("User name or e-mail address")
        self.fields["login"].widget.attrs |= {"autocomplete": "username", "autofocus": True}
        # The page shows this link after the button, so that the Tab key leads from the password to the button.
        self.forgotten, self.fields["password"].help_text = self.fields["password"].help_text, ""
        if len(self.data.get("login", "")) > LONGEST_NAME:
            self.data = {**self.data.dict(), "login": ""}

    def _clean_with_password(self, credentials):
        try:
            return super()._clean_with_password(credentials)
        except forms.ValidationError as wrong:
            # allauth's message depends on whether the name looks like an e-mail address.
            raise forms.ValidationError(
                _("There is no active account with this name and password. Both may be case-sensitive."), "wrong"
            ) from wrong


class ChangePasswordForm(BoundedPasswords, allauth.ChangePasswordForm):
    pass


class ResetPasswordKeyForm(BoundedPasswords, allauth.ResetPasswordKeyForm):
    pass


class ReauthenticateForm(BoundedPasswords, allauth.ReauthenticateForm):
    pass


def may_choose_password(user) -> bool:
    """Whether the account may have a password. One that signs in through the provider alone may not.

    Otherwise its owner could still sign in after the provider has closed their account there.
    """
    return user.has_usable_password() or not user.socialaccount_set.exists()


class ResetPasswordForm(allauth.ResetPasswordForm):
    def clean_email(self):
        # allauth finds only addresses that are stored in lower case.
        email = self.cleaned_data["email"].lower()
        found = User.objects.filter(email__iexact=email, is_active=True)
        self.users = [user for user in found if unicode_ci_compare(user.email, email) and may_choose_password(user)]
        return email

    def save(self, request, **kwargs):
        if self.users:
            return super().save(request, **kwargs)
        # Send a mail even if there is no account. Otherwise the time of the answer would tell whether there is one.
        get_adapter().send_mail("account/email/unknown_account", self.cleaned_data["email"], {})
        return self.cleaned_data["email"]
