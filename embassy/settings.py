"""Settings, read from the environment and safe by default; docs/settings.md lists them.

`DEBUG=1` alone is enough to run every command on a fresh clone.
"""

import os
from importlib.util import find_spec
from pathlib import Path

import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from embassy.conf.database_url import SQLITE, database_at
from embassy.conf.storage_url import storage_at
from embassy.conf.time_zones import use_newest
from uploads.handler import IN_MEMORY

ROOT = Path(__file__).resolve().parent.parent
env = environ.FileAwareEnv()
# django-environ reads a value that begins with "$" as the name of another variable. With this, "\$" is a dollar sign.
env.escape_proxy = True

DEBUG = env.bool("DEBUG", default=False)
VAR = Path(env.str("VAR_ROOT", default=str(ROOT / "var")))

SECRET_KEY = env.str("SECRET_KEY", default="development-only" if DEBUG else "")
if not SECRET_KEY:
    raise ImproperlyConfigured(
        "SECRET_KEY is not set. Give the site a long random SECRET_KEY in the environment, "
        "or set DEBUG=1 on a development machine. docs/settings.md says how to make one."
    )
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost", "[::1]"] if DEBUG else [])
TRUSTED_PROXIES = [address.strip() for address in env.list("TRUSTED_PROXIES", default=["127.0.0.1"])]
# The only host name with a desk and sessions. If it is empty, each mission has its desk at its own host name.
DESK_HOST = env.str("DESK_HOST", default="").lower()
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])

INSTALLED_APPS = [
    # This app loads the demonstration mission. It depends on most of the apps below.
    "demonstration",
    "api",
    "importing",
    # Installed for its commands backup and restore.
    "recovery",
    # Installed for its command generate_statements.
    "benchmarks",
    "incidents",
    "statements",
    "consular",
    # Before accounts, which replaces auditlog's admin with its own.
    "auditlog",
    "accounts",
    "outbox",
    "embassy",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.usersessions",
    "csp",
    # Installed only for its script, which the editor (static/embassy/writing/) imports.
    "django_prose_editor",
    # Django's admin, but with the admin site of embassy.desk.site.
    "embassy.apps.DeskConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    # Installed for its template tags, which allauth's pages use.
    "django.contrib.humanize",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.sitemaps",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.forms",
]

MIDDLEWARE = [
    # Must come before anything that writes into the log.
    "embassy.http.request_log.logged",
    # Must come before anything that asks the database.
    "embassy.db.time_limit.limited",
    "embassy.http.probes.probes",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "embassy.http.middleware.headers",
    "embassy.http.middleware.addresses",
    # Must come before anything that reads a cookie.
    "embassy.http.desk_host.know_nobody",
    "accounts.attempts.refuse_again",
    "django.middleware.gzip.GZipMiddleware",
    "embassy.http.middleware.Conditional",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "embassy.http.middleware.instant",
    "embassy.http.middleware.mission",
    "embassy.http.middleware.language",
    # Must come after mission and language, which it notes, and before anything that answers 404 for want of a page.
    "statements.knocks.noting.noted",
    # Must come after language, for the language of its page, and before anything that asks who the user is.
    "embassy.http.desk_host.from_own_page",
    # Must come after language, for its error page, and before anything that reads the request's body.
    "embassy.http.middleware.bounded",
    # Must come before legacy_redirects, CommonMiddleware and the views: it adds the instant to their redirects.
    "embassy.http.time_travel.travel",
    # Must come after travel, which lets staff see public pages at the desk host.
    "embassy.http.desk_host.one_desk",
    "statements.public.redirects.legacy_redirects",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "accounts.middleware.postings",
    "accounts.audit_log.audited",
    "embassy.desk.sign_in.session_limits",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "accounts.second_factor.second_factor",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "embassy.desk.session_recovery.recover_form",
]

ROOT_URLCONF = "embassy.urls"
WSGI_APPLICATION = "embassy.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [ROOT / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

# With this renderer, the project's own templates may override those of Django's widgets.
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

DATABASES = {"default": database_at(env.str("DATABASE_URL", default="") or f"sqlite:///{VAR / 'embassy.sqlite3'}")}
DATABASES["default"]["CONN_MAX_AGE"] = 60
# After a restart of PostgreSQL, the next request of each process finds its connection closed, and makes another.
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
# In seconds: how long a request waits for the database, for all its queries together. A command waits without limit.
DATABASE_TIMEOUT = env.float("DATABASE_TIMEOUT", default=10)
if DATABASES["default"]["ENGINE"] == SQLITE:
    DATABASES["default"]["OPTIONS"] = {
        # By default, a transaction takes the lock only at its first write. If another transaction has written after
        # the first read, this write fails at once with "database is locked". With IMMEDIATE, a transaction takes the
        # lock at its beginning, and waits for the lock up to 20 s, in a request up to DATABASE_TIMEOUT.
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        # Not in this list: foreign_keys, which Django itself switches on.
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-16000;",
    }
    if DATABASES["default"]["NAME"] == str(VAR / "embassy.sqlite3"):
        VAR.mkdir(exist_ok=True)
else:
    options = DATABASES["default"].setdefault("OPTIONS", {})
    # No parallel workers: PostgreSQL needs more time to start them than most pages need altogether.
    options.setdefault("options", "-c max_parallel_workers_per_gather=0")
    # In seconds. A connection to a machine that is no longer there ends after a minute.
    for name, seconds in {"connect_timeout": 10, "keepalives_idle": 30, "keepalives_interval": 10}.items():
        options.setdefault(name, seconds)
    options.setdefault("keepalives_count", 3)
# In bytes. If a disk that the site writes to has less free space, /readyz answers “not ready”.
DISK_LEAST_FREE = env.int("DISK_LEAST_FREE", default=100_000_000)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

CACHES = {"default": env.cache_url("CACHE_URL", default="locmemcache://")}
# How many bytes each process keeps of public pages, ready to be sent. 0 keeps none.
PAGE_CACHE_BYTES = env.int("PAGE_CACHE_BYTES", default=0 if DEBUG else 64_000_000)
# The folder for copies of public pages, shown while the database does not answer, and its size in bytes. 0: no copies.
LAST_GOOD_PAGES = env.str("LAST_GOOD_PAGES", default=str(VAR / "last-good-pages"))
LAST_GOOD_BYTES = env.int("LAST_GOOD_BYTES", default=200_000_000)
# For how many seconds shared caches (CDNs) may serve a page without asking. A withdrawn page may be seen that long.
CDN_SECONDS = env.int("CDN_SECONDS", default=0)
# In seconds: how long the worker waits for a mail server that accepts the connection and then does not answer.
EMAIL_TIMEOUT = 10
vars().update(env.email_url("EMAIL_URL", default="consolemail://" if DEBUG else "smtp://localhost:25"))
# Whether staff can get mail about texts: only if EMAIL_URL is set.
STAFF_MAIL = bool(env.str("EMAIL_URL", default=""))
# The addresses that get mail about errors of the site.
OPERATORS = env.list("OPERATORS", default=[])
# All mail goes into the outbox. The worker sends it through MAIL_SERVER, the backend that EMAIL_URL names.
MAIL_SERVER, EMAIL_BACKEND = vars()["EMAIL_BACKEND"], "outbox.mail.OutboxBackend"
# The address of the WebSub hub that the site notifies of new items in its feeds. If it is empty, there is no hub.
WEBSUB_HUB = env.str("WEBSUB_HUB", default="")
# Whether requests that were answered with 404 are stored for the worker (statements/knocks/noting.py).
HAND_NOTES_OVER = not DEBUG
# For security.txt: contacts for security reports (`mailto:` or `https:`), and the address of the policy for reporters.
SECURITY_CONTACT = env.list("SECURITY_CONTACT", default=[])
SECURITY_POLICY = env.str("SECURITY_POLICY", default="")
# The parts of the sitemap: the name in the address, and the class.
SITEMAPS = {
    "lists": "statements.public.sitemaps.Lists",
    "statements": "statements.public.sitemaps.Statements",
    "topics": "statements.public.sitemaps.Topics",
    "speakers": "statements.public.sitemaps.Speakers",
    "pages": "statements.public.sitemaps.PagesThatStay",
    "incidents": "incidents.sitemaps.Incidents",
    "offices": "consular.sitemaps.Offices",
}
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="embassy@localhost")

LOGIN_URL, LOGIN_REDIRECT_URL, LOGOUT_REDIRECT_URL = "admin:login", "admin:index", "admin:login"
AUTHENTICATION_BACKENDS = ["accounts.backends.PostingsBackend"]
# In seconds: how long the link in a mail for a new password is valid.
PASSWORD_RESET_TIMEOUT = 60 * 60
ACCOUNT_ADAPTER = "accounts.adapters.AccountAdapter"
USERSESSIONS_ADAPTER = "accounts.adapters.SessionsAdapter"
ACCOUNT_FORMS = {
    "login": "accounts.forms.SignInForm",
    "change_password": "accounts.forms.ChangePasswordForm",
    "reset_password": "accounts.forms.ResetPasswordForm",
    "reset_password_from_key": "accounts.forms.ResetPasswordKeyForm",
    "reauthenticate": "accounts.forms.ReauthenticateForm",
}
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_NOTIFICATIONS = True
# allauth's generator would copy each user's e-mail address to a table of its own. If the address of the account
# changed later, the copy would stay.
ACCOUNT_PASSWORD_RESET_TOKEN_GENERATOR = "django.contrib.auth.tokens.PasswordResetTokenGenerator"
# accounts.attempts limits the attempts instead of allauth.
ACCOUNT_RATE_LIMITS = False
MFA_RATE_LIMITS = False
# Somebody who is signed in but has no access here may sign in with another account.
ACCOUNT_AUTHENTICATED_LOGIN_REDIRECTS = False
# SESSION_COOKIE_AGE holds for all sessions: the form does not ask users whether to remember them.
ACCOUNT_SESSION_REMEMBER = True
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_FORMS = {
    "add_webauthn": "accounts.factor_forms.AddWebAuthnForm",
    "login_webauthn": "accounts.factor_forms.PasskeyForm",
    "authenticate": "accounts.factor_forms.CodeForm",
    "authenticate_webauthn": "accounts.factor_forms.KeyForm",
    "reauthenticate": "accounts.factor_forms.CodeAgainForm",
    "reauthenticate_webauthn": "accounts.factor_forms.KeyAgainForm",
}
# Telephones' clocks differ, so the previous and the next code are accepted, too.
MFA_TOTP_TOLERANCE = 1
# Users cannot change the e-mail addresses of their accounts, so they need not verify them.
MFA_ALLOW_UNVERIFIED_EMAIL = True
# Whether people who may publish or give access need a second factor, and for how many days after their account was
# made they may go without.
SECOND_FACTOR = env.bool("SECOND_FACTOR", default=True)
SECOND_FACTOR_GRACE = env.int("SECOND_FACTOR_GRACE", default=7)
# After how many seconds a password or factor is asked for again, before publishing, withdrawing or giving access.
REAUTHENTICATE_AFTER = env.int("REAUTHENTICATE_AFTER", default=60 * 60)
# Time travel calls this function with the request, the user of its session and the instant. It returns the user, or
# an anonymous user if the session lacks a second factor.
TRAVELLER = "accounts.second_factor.whole_user"
# Single sign-on through the ministry's identity provider.
OIDC_URL = env.str("OIDC_URL", default="")
# The claim that gives postings (accounts/claimed_postings.py). If it is empty, postings are given only at the desk.
OIDC_POSTINGS_CLAIM = env.str("OIDC_POSTINGS_CLAIM", default="")
SOCIALACCOUNT_PROVIDERS = {
    "openid_connect": {
        "APPS": [
            {
                "provider_id": "ministry",
                "name": env.str("OIDC_NAME", default="OpenID Connect"),
                "client_id": env.str("OIDC_CLIENT_ID", default=""),
                "secret": env.str("OIDC_CLIENT_SECRET", default=""),
                "settings": {
                    "server_url": OIDC_URL,
                    "oauth_pkce_enabled": True,
                    "scope": env.str("OIDC_SCOPE", default="openid profile email").split(),
                    # E-mail addresses in these domains count as verified, even without the claim email_verified.
                    "verified_email": env.list("OIDC_VERIFIED_DOMAINS", default=[]),
                },
            }
        ]
        if OIDC_URL
        else []
    }
}
SOCIALACCOUNT_ADAPTER = "accounts.single_sign_on.ProviderAdapter"
# A link, not a form, leads to the provider: browsers would apply `form-action` of our Content-Security-Policy to the
# redirect of a form.
SOCIALACCOUNT_LOGIN_ON_GET = True

# The audit log has its table in the app accounts, so the library's own table is not created.
MIGRATION_MODULES = {"auditlog": None}
AUDITLOG_LOGENTRY_MODEL = "accounts.AuditEvent"
# Loading a dump is no action at the desk. A row of the dump may also come before its content type.
AUDITLOG_DISABLE_ON_RAW_SAVE = True
AUDITLOG_INCLUDE_TRACKING_MODELS = [
    {
        "model": "auth.User",
        "exclude_fields": ["last_login"],
        "mask_fields": ["password"],
        "mask_callable": "accounts.audit_log.hidden",
    },
    {"model": "auth.Group", "m2m_fields": {"permissions"}},
    "accounts.Posting",
    "embassy.Mission",
    "embassy.OtherHost",
    "consular.Office",
    "consular.OfficeCheck",
    "consular.Phone",
    "consular.Email",
    "consular.Service",
    "consular.Timetable",
    "consular.Closure",
    "consular.Notice",
    {"model": "incidents.Incident", "m2m_fields": {"statements"}},
    "statements.Invitation",
    "statements.Kind",
    "statements.Release",
    "statements.Remark",
    "statements.Speaker",
    {"model": "statements.Statement", "include_fields": ["slug"]},
    "statements.Topic",
]

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]

# Languages with complete catalogues (docs/translating.md). A mission uses some or all of them. Pages in its first
# language have addresses without a prefix.
LANGUAGES = [("en", _("English")), ("fr", _("French")), ("ar", _("Arabic")), ("ru", _("Russian"))]
LANGUAGE_CODE = "en"
LOCALE_PATHS = [ROOT / "locale"]
FORMAT_MODULE_PATH = ["embassy.formats"]
USE_I18N = True
USE_TZ = True
# Instants are stored and handled in UTC. Pages show them in the time of the mission's cities.
TIME_ZONE = "UTC"
# Chosen here, because every process reads the settings before it asks for a time zone.
TIME_ZONE_TABLE = use_newest()

STATIC_URL = "/static/"
STATIC_ROOT = VAR / "static"
STATICFILES_DIRS = [ROOT / "static"]
# No MEDIA_URL: uploads are served by views that check whether they are public.
MEDIA_ROOT = env.str("MEDIA_ROOT", default=str(VAR / "media"))
STORAGE_URL = env.str("STORAGE_URL", default="")
# The front server's internal location for MEDIA_ROOT. Django checks each request for a file. If the file may be sent,
# Django's response gives its path under this location (X-Accel-Redirect), and the front server sends it.
X_ACCEL_LOCATION = env.str("X_ACCEL_LOCATION", default="")
if X_ACCEL_LOCATION and not (X_ACCEL_LOCATION.startswith("/") and X_ACCEL_LOCATION.endswith("/")):
    raise ImproperlyConfigured(
        "X_ACCEL_LOCATION must begin and end with “/”, as the front server’s location does: /sealed/ for instance."
    )
if X_ACCEL_LOCATION and STORAGE_URL:
    raise ImproperlyConfigured(
        "X_ACCEL_LOCATION lets the front server send what lies in MEDIA_ROOT, but with STORAGE_URL nothing lies "
        "there. Leave out one of the two."
    )
# Backups are encrypted with this key, and cannot be read without it. If it is empty, they are not encrypted.
BACKUP_KEY = env.str("BACKUP_KEY", default="")
FILE_UPLOAD_HANDLERS = [
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "uploads.handler.BoundedUploadHandler",
]
# Enough for two texts of the maximum length (richtext/limits.py) in characters of 4 bytes: if another user has changed
# an edition meanwhile, the form sends the stored text beside the user's own.
DATA_UPLOAD_MAX_MEMORY_SIZE = 9_000_000
FILE_UPLOAD_MAX_MEMORY_SIZE = IN_MEMORY
STORAGES = {
    "default": storage_at(STORAGE_URL),
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "embassy.conf.static_files.HashedStaticFiles"
    },
}
WHITENOISE_MAX_AGE = 0 if DEBUG else 31_536_000

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        # The admin's style sheets contain small pictures as data: URLs.
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "object-src": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = env.int("SECURE_HSTS_SECONDS", default=0 if DEBUG else 63_072_000)
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = env.bool("SECURE_HSTS_SUBDOMAINS", default=not DEBUG)
SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", default=False)
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = env.bool("SECURE_COOKIES", default=not DEBUG)
# With DESK_HOST, only the desk needs cookies, so they can be SameSite=Strict. If a link on another site leads to the
# desk, a page of our own makes the browser send them (embassy/http/desk_host.py).
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Strict" if DESK_HOST else "Lax"
if SESSION_COOKIE_SECURE:
    # With this prefix, browsers take the cookies only over HTTPS, from this host itself and for no other host.
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-sessionid", "__Host-csrftoken"
    if DESK_HOST:
        MESSAGE_STORAGE = "embassy.desk.messages.HostStorage"
# In seconds: how long a session lasts without a request to the desk, and how long a session lasts at most.
SESSION_COOKIE_AGE = env.int("SESSION_IDLE", default=2 * 60 * 60)
SESSION_LONGEST = env.int("SESSION_LONGEST", default=12 * 60 * 60)
CSRF_FAILURE_VIEW = "embassy.views.form_refused"
# W008 asks for SECURE_SSL_REDIRECT. It is off by default, because the front server redirects HTTP to HTTPS.
SILENCED_SYSTEM_CHECKS = ["security.W008", *env.list("SILENCED_SYSTEM_CHECKS", default=[])]

# If it is set, /metrics tells figures to programs that send it. Each process writes its figures into files of its own.
METRICS_TOKEN = env.str("METRICS_TOKEN", default="")
if METRICS_TOKEN:
    if find_spec("prometheus_client") is None:
        raise ImproperlyConfigured("METRICS_TOKEN needs a library: pip install --requirement requirements-scale.txt")
    os.environ.setdefault("PROMETHEUS_MULTIPROC_DIR", str(VAR / "metrics"))
    # The first, so that it measures all of the others.
    MIDDLEWARE.insert(0, "embassy.http.metrics.measured")

# Whether the log has a line for each request, in addition to warnings and errors.
ACCESS_LOG = env.bool("ACCESS_LOG", default=False)
LOG_FORMATTERS = {"text": "embassy.http.request_log.TextLines", "json": "embassy.http.request_log.JSONLines"}
LOG_FORMAT = env.str("LOG_FORMAT", default="text")
if LOG_FORMAT not in LOG_FORMATTERS:
    raise ImproperlyConfigured(f"LOG_FORMAT must be text or json, not “{LOG_FORMAT}”. docs/settings.md says more.")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"()": LOG_FORMATTERS[LOG_FORMAT]}},
    "filters": {"without_secrets": {"()": "embassy.http.request_log.WithoutSecrets"}},
    "handlers": {
        "console": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["without_secrets"]},
        "operators": {"()": "outbox.error_handler.ErrorMail"},
        "nowhere": {"class": "logging.NullHandler"},
    },
    "root": {"handlers": ["console", "operators"], "level": "INFO"},
    "loggers": {
        # Anybody can send too much, so this is logged, but the operators get no mail.
        **{
            f"django.security.{refusal}": {"handlers": ["console"], "propagate": False}
            for refusal in ("RequestDataTooBig", "FileTooLarge")
        },
        # Django's own handlers would write each line once more, with whole paths.
        "django": {"handlers": [], "propagate": True},
        # Not logged: scanners send many requests with random host names. They get the answer 400.
        "django.security.DisallowedHost": {"handlers": ["nowhere"], "propagate": False},
    },
}
