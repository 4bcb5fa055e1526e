"""The addresses of allauth's views that the desk offers. They come before the admin's own (embassy/urls.py)."""

from allauth.account import views as account
from allauth.mfa.base import views as factors
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as apps
from allauth.mfa.webauthn import views as keys
from allauth.socialaccount import views as providers
from allauth.socialaccount.providers.openid_connect import views as oidc
from allauth.usersessions import views as sessions
from django.urls import path, re_path
from django.views.generic import RedirectView

from accounts.attempts import by_code, by_email, by_name, by_passkey, by_user, counted
from accounts.views import SignInView, at_the_desk, choose_mission, if_it_answers


def page(route, view, name):
    return path(route, at_the_desk(view), name=name)


urlpatterns = [
    # The next two pages replace the admin's own at the same addresses. The admin's would be a way round allauth.
    page("login/", counted(by_name)(SignInView.as_view()), "account_login"),
    page("password_change/", counted(by_user)(account.password_change), "account_change_password"),
    page("account/sign-out/", account.logout, "account_logout"),
    page("account/inactive/", account.account_inactive, "account_inactive"),
    page("account/again/", counted(by_user)(account.reauthenticate), "account_reauthenticate"),
    page("account/password/", counted(by_email, forgiving=False)(account.password_reset), "account_reset_password"),
    # allauth sends users who have no password to this address.
    path(
        "account/password/none/",
        RedirectView.as_view(pattern_name="account_reset_password"),
        name="account_set_password",
    ),
    page("account/password/sent/", account.password_reset_done, "account_reset_password_done"),
    # The sign-in page shows allauth's message that the password has been changed.
    path(
        "account/password/done/",
        RedirectView.as_view(pattern_name="account_login"),
        name="account_reset_password_from_key_done",
    ),
    re_path(
        r"^account/password/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>[^/]+)/$",
        at_the_desk(account.password_reset_from_key),
        name="account_reset_password_from_key",
    ),
    page("account/factors/", factors.index, "mfa_index"),
    page("account/factors/sign-in/", counted(by_code)(factors.authenticate), "mfa_authenticate"),
    page("account/factors/again/", counted(by_code)(factors.reauthenticate), "mfa_reauthenticate"),
    page("account/factors/app/add/", apps.activate_totp, "mfa_activate_totp"),
    page("account/factors/app/remove/", apps.deactivate_totp, "mfa_deactivate_totp"),
    page("account/factors/recovery-codes/", codes.view_recovery_codes, "mfa_view_recovery_codes"),
    page("account/factors/recovery-codes/new/", codes.generate_recovery_codes, "mfa_generate_recovery_codes"),
    page("account/factors/recovery-codes/file/", codes.download_recovery_codes, "mfa_download_recovery_codes"),
    page("account/factors/keys/", keys.list_webauthn, "mfa_list_webauthn"),
    page("account/factors/keys/add/", keys.add_webauthn, "mfa_add_webauthn"),
    page("account/factors/keys/sign-in/", counted(by_passkey)(keys.login_webauthn), "mfa_login_webauthn"),
    page("account/factors/keys/again/", counted(by_user)(keys.reauthenticate_webauthn), "mfa_reauthenticate_webauthn"),
    page("account/factors/keys/<int:pk>/", keys.edit_webauthn, "mfa_edit_webauthn"),
    page("account/factors/keys/<int:pk>/remove/", keys.remove_webauthn, "mfa_remove_webauthn"),
    page("account/oidc/<slug:provider_id>/", if_it_answers(oidc.login), "openid_connect_login"),
    page("account/oidc/<slug:provider_id>/back/", if_it_answers(oidc.callback), "openid_connect_callback"),
    page("account/oidc-accounts/", providers.connections, "socialaccount_connections"),
    page("account/oidc-cancelled/", providers.login_cancelled, "socialaccount_login_cancelled"),
    page("account/missions/", choose_mission, "choose_mission"),
    page("account/sessions/", sessions.list_usersessions, "usersessions_list"),
]
