"""The addresses of allauth's views that the desk offers. They come before the admin's own (embassy/urls.py)."""

from allauth.account import views as account
from allauth.usersessions import views as sessions
from django.urls import path, re_path

from accounts.attempts import by_email, by_name, by_user, counted
from accounts.views import SignInView, at_the_desk


def page(route, view, name):
    return path(route, at_the_desk(view), name=name)


urlpatterns = [
    # At the addresses of the admin's own pages, so that these are no way around.
    page("login/", counted(by_name)(SignInView.as_view()), "account_login"),
    page("password_change/", counted(by_user)(account.password_change), "account_change_password"),
    page("account/sign-out/", account.logout, "account_logout"),
    page("account/inactive/", account.account_inactive, "account_inactive"),
    page("account/again/", counted(by_user)(account.reauthenticate), "account_reauthenticate"),
    page("account/password/", counted(by_email, forgiving=False)(account.password_reset), "account_reset_password"),
    page("account/password/sent/", account.password_reset_done, "account_reset_password_done"),
    page("account/password/done/", account.password_reset_from_key_done, "account_reset_password_from_key_done"),
    re_path(
        r"^account/password/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>[^/]+)/$",
        at_the_desk(account.password_reset_from_key),
        name="account_reset_password_from_key",
    ),
    page("account/sessions/", sessions.list_usersessions, "usersessions_list"),
]
