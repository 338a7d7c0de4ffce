"""Django's settings, derived from `firstline.config`. What people may set is there, not here."""

import os
import secrets
import stat
from pathlib import Path
from urllib.parse import urlsplit

from django.utils.translation import gettext_lazy as _
from psycopg.conninfo import conninfo_to_dict

from firstline.config import config
from firstline.kit import file_modes, logs, messages
from firstline.kit.database_connections import Line
from firstline.kit.postgres import Server

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "firstline"
CONFIG = config()
DATA = CONFIG.data.resolve()
DEBUG = CONFIG.debug


# Over a network both ends give up within half a minute one that they no longer hear. Otherwise a node that lost its
# link would hang for a quarter of an hour, and the database would keep the locks of one that is gone for two hours.
NETWORK = {
    "connect_timeout": "5",
    "tcp_user_timeout": "10000",
    "keepalives_idle": "10",
    "keepalives_interval": "3",
    "keepalives_count": "4",
}
# Of several hosts one that is switched off costs each new connection no more than this, the least that libpq knows.
SEVERAL_HOSTS = {"connect_timeout": "2"}
SERVERS_NETWORK = {
    "tcp_user_timeout": "10000",
    "tcp_keepalives_idle": "10",
    "tcp_keepalives_interval": "3",
    "tcp_keepalives_count": "4",
}


def _secret_key() -> str:
    if CONFIG.secret_key:
        return CONFIG.secret_key
    path = DATA / "secret.key"
    if not path.exists():
        file_modes.folder(DATA)
        try:
            with os.fdopen(
                os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, stat.S_IRUSR | stat.S_IWUSR), "w"
            ) as file:
                file.write(secrets.token_urlsafe(50))
        except FileExistsError:
            pass
    return path.read_text().strip()


def _database() -> dict:
    """Django's words for DATABASE_URL, or for the embedded server; every libpq parameter of the address is kept."""
    url = CONFIG.database_url or Server(DATA).url
    given = {name: str(value) for name, value in conninfo_to_dict(url).items()}
    said = NETWORK | (SEVERAL_HOSTS if "," in given.get("host", "") else {}) | given
    server = " ".join(f"-c {name}={value}" for name, value in SERVERS_NETWORK.items())
    said["options"] = f"{server} {said.get('options', '')}".strip()
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": said.pop("dbname", "firstline"),
        "USER": said.pop("user", ""),
        "PASSWORD": said.pop("password", ""),
        "HOST": said.pop("host", ""),
        "PORT": said.pop("port", ""),
        # Values apart from the sentence, so that it can be prepared (`kit/prepared_statements.py` says which are).
        "OPTIONS": {
            **said,
            "server_side_binding": True,
            # One that cannot be had is tried for three seconds, and anew when the next request wants one. By itself a
            # pool tries ever more rarely, and would find a promoted database half a minute late.
            "pool": {
                "connection_class": Line,
                "min_size": 1,
                "max_size": CONFIG.threads + 4,
                "timeout": 5,
                "reconnect_timeout": 3,
            },
        },
        # After a restart of the database no page should meet a dead connection of the pool.
        "CONN_HEALTH_CHECKS": True,
        "TEST": {"NAME": "firstline_test"},
    }


SECRET_KEY = _secret_key()
ENCRYPTION_KEYS = CONFIG.encryption_keys
ENCRYPTION_KEYS_FILE = DATA / "encryption.keys"
HTTP_ALLOW = CONFIG.http_allow
_host = urlsplit(CONFIG.base_url).hostname or "127.0.0.1"
ALLOWED_HOSTS = [_host, "127.0.0.1", "localhost", "[::1]", *CONFIG.allowed_hosts]
CSRF_TRUSTED_ORIGINS = [CONFIG.base_url] if CONFIG.base_url.startswith("https") else []

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django_htmx",
    "ninja",
    "procrastinate.contrib.django",
    "allauth.account",
    "allauth.mfa",
    "firstline.audit",
    "firstline.people",
    "firstline.sla",
    "firstline.catalog",
    "firstline.tickets",
    "firstline.notices",
    "firstline.channels",
    "firstline.web",
    "firstline.api",
    "firstline.retention",
]
MIDDLEWARE = [
    "firstline.web.request_log.WatchedMiddleware",
    "firstline.web.headers.HeadersMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "firstline.web.middleware.PersonMiddleware",
    "firstline.web.refused.RefusedMiddleware",
]
if DEBUG:
    MIDDLEWARE.append("firstline.web.slow_queries.SlowMiddleware")
ROOT_URLCONF = "firstline.urls"
WSGI_APPLICATION = "firstline.asgi.pages"

DATABASES = {"default": _database()}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
# Every floor's jobs.py, and what belongs to no floor; the latter only a worker needs.
PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "jobs"
PROCRASTINATE_IMPORT_PATHS = ["firstline.worker", "firstline.reactions", "firstline.channels.email.account_letters"]

AUTH_USER_MODEL = "people.Person"
PASSWORD_HASHERS = [
    "firstline.people.hashing.Argon2",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "sign-in"
LOGIN_REDIRECT_URL = "home"
# Of allauth we use the second factors; its pages and its sign-up have no address here (docs/decisions).
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
MFA_ADAPTER = "firstline.people.factors.Adapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_TOTP_TOLERANCE = 1
MFA_RECOVERY_CODE_DIGITS = 10
SESSION_ENGINE = "firstline.people.session_reader"
SESSION_COOKIE_AGE = 60 * 60 * 24 * 14
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = CONFIG.base_url.startswith("https")
SESSION_COOKIE_NAME = "firstline_session"
CSRF_COOKIE_NAME = "firstline_csrf"
CSRF_FAILURE_VIEW = "firstline.web.errors.csrf"
LANGUAGE_COOKIE_NAME = "firstline_language"

LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("zh-hans", _("Chinese"))]
LOCALE_PATHS = messages.locale_paths()
USE_TZ = True
TIME_ZONE = "UTC"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "DIRS": [PACKAGE / "web" / "templates", PACKAGE / "notices" / "templates"],
        "OPTIONS": {"environment": "firstline.web.jinja.environment"},
    },
]
# Widgets are drawn by Jinja2 too: a filter's ninety choices cost a fifth of what Django's own templates take.
FORM_RENDERER = "django.forms.renderers.Jinja2"
STATIC_URL = "/static/"
STATIC_ROOT = DATA / "static"
STORAGES = {
    "default": {
        "BACKEND": "firstline.kit.blob_storage.Store",
        "OPTIONS": {"location": DATA / "files", "base_url": None},
    },
    "staticfiles": {"BACKEND": "firstline.web.storage.Storage"},
}
if DEBUG:
    STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
WHITENOISE_USE_FINDERS = DEBUG
WHITENOISE_ALLOW_ALL_ORIGINS = False
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
FILE_UPLOAD_PERMISSIONS, FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o600, 0o700

SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = 60 * 60 * 24 * 365 if CONFIG.base_url.startswith("https") else 0
X_FRAME_OPTIONS = "SAMEORIGIN"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:", "blob:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "frame-src": ["'self'"],
        "manifest-src": ["'self'"],
        "object-src": ["'none'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'self'"],
        "form-action": ["'self'"],
    }
}
LOGGING = logs.configuration(CONFIG.log_format)
