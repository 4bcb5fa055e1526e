"""How long a session lives."""

from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth import logout


def session_limits(get_response):
    """Keep a session alive while its owner works at the desk, until SESSION_LONGEST seconds after the sign-in.

    A session without requests to the desk ends after SESSION_COOKIE_AGE seconds: Django ignores expired sessions.
    """

    def middleware(request):
        if request.path_info.startswith("/admin/") and request.user.is_authenticated:
            _prolong(request)
        return get_response(request)

    return middleware


def _prolong(request):
    now = request.instant
    began = datetime.fromisoformat(request.session.setdefault("began", now.isoformat()))
    left = began + timedelta(seconds=settings.SESSION_LONGEST) - now
    if left <= timedelta(0):
        logout(request)
    # Renew at most once a minute, because each renewal writes to the database.
    elif request.session.get("renewed") != now.isoformat():
        request.session["renewed"] = now.isoformat()
        request.session.set_expiry(min(settings.SESSION_COOKIE_AGE, int(left.total_seconds())))
