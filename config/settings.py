"""Parley's settings: one file, read from the environment (docs/configuration.md lists it).

With nothing set, everything is embedded: SQLite, a broker of files and mail as files, all under
DATA_DIR. DATABASE_URL, REDIS_URL and EMAIL_URL put real servers in their place; code does not differ.
"""

import warnings
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from config import env as environment

ROOT = Path(__file__).resolve().parent.parent
env = environment.Environment(ROOT)

DATA_DIR = env.folder("DATA_DIR", default=ROOT / "data")
DEBUG = env.switch("DEBUG", default=False)
_database = env.database("DATABASE_URL")
EMBEDDED_DATABASE = not _database
REDIS_URL = env.address("REDIS_URL", environment.BROKERS, "redis://host:6379/0")
EMBEDDED_BROKER = not REDIS_URL
_mail_server = env.mail_server("EMAIL_URL")
MAIL_TO_FILES = not _mail_server

_server = not EMBEDDED_DATABASE
SECRET_KEY = env.text("SECRET_KEY")
if not SECRET_KEY:
    if _server:
        raise environment.required(
            "SECRET_KEY", "Set it to a long random text; every process must have the same one."
        )
    SECRET_KEY = environment.own_secret(DATA_DIR)

_base_url = env.text("BASE_URL")
if not _base_url and _server:
    raise environment.required(
        "BASE_URL", "Set it to the address people use, like https://parley.example"
    )
BASE_URL = environment.base_url(_base_url or "http://127.0.0.1:8000")
_base = urlsplit(BASE_URL)
_https = _base.scheme == "https"
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS") or [_base.hostname or "127.0.0.1"]
if not _base_url:
    ALLOWED_HOSTS += ["localhost", "[::1]"]
if "*" in ALLOWED_HOSTS:
    raise ImproperlyConfigured(
        "ALLOWED_HOSTS holds '*', which lets anyone forge links; name hosts."
    )
CSRF_TRUSTED_ORIGINS = [BASE_URL]

INSTALLED_APPS = [
    "languages",
    "households",
    "sellers",
    "orders",
    "cases",
    "reminders",
    "inbound",
    "webhooks",
    "operations",
    "operations.admin_site.OperatorAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.humanize",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "anymail",
    "csp",
    "django_htmx",
    "simple_history",
    "template_partials",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "operations.compression.CompressionMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "households.middleware.ClockMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "households.middleware.PrivatePagesMiddleware",
    "households.middleware.PersonMiddleware",
    "households.middleware.HouseholdMiddleware",
    "simple_history.middleware.HistoryRequestMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [ROOT / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": ["languages.templatetags.saying"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "reminders.context.unread_reminders",
                "households.context.my_households",
                "operations.context.tour",
            ],
        },
    },
]

FORM_RENDERER = "households.form_rendering.PlainFields"

# Rule 7 of the fault list: writers must BEGIN IMMEDIATE, or read-then-write fails at once as 'locked'.
# A checkpoint writes each page once, however often it was changed since the last: of 16 MB of them.
SQLITE_OPTIONS = {
    "timeout": 20,
    "transaction_mode": "IMMEDIATE",
    "init_command": (
        "PRAGMA journal_mode=WAL;PRAGMA synchronous=NORMAL;PRAGMA foreign_keys=ON;"
        "PRAGMA cache_size=-32000;PRAGMA wal_autocheckpoint=4000;"
    ),
}
if EMBEDDED_DATABASE:
    DATABASES = {
        "default": {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": DATA_DIR / "parley.sqlite3",
            "OPTIONS": SQLITE_OPTIONS,
        }
    }
else:
    if _database["ENGINE"] == "django.db.backends.sqlite3":
        _database["OPTIONS"] = SQLITE_OPTIONS
    else:
        _database |= {"CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True}
        # What comes oftener than so is planned once. A pooler that hands out a connection for each
        # transaction would lose it.
        if not _database.get("DISABLE_SERVER_SIDE_CURSORS"):
            _database["OPTIONS"] = {**_database.get("OPTIONS", {}), "prepare_threshold": 5}
    DATABASES = {"default": _database}

if EMBEDDED_BROKER:
    CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.db.DatabaseCache",
            "LOCATION": "parley_cache",
        }
    }
    CELERY_BROKER_URL = "filesystem://"
    # One folder for both directions: whoever writes a message and whoever reads it share it.
    _broker_dir = DATA_DIR / "broker"
    for _folder in ("messages", "processed", "control"):
        (_broker_dir / _folder).mkdir(parents=True, exist_ok=True)
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(_broker_dir / "messages"),
        "data_folder_out": str(_broker_dir / "messages"),
        "processed_folder": str(_broker_dir / "processed"),
        "control_folder": str(_broker_dir / "control"),
        "store_processed": False,
        "polling_interval": 0.2,
    }
else:
    CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": REDIS_URL,
            "KEY_PREFIX": "parley",
        }
    }
    CELERY_BROKER_URL = REDIS_URL
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "visibility_timeout": 300,
        "unacked_restore_interval": 5,
        "unacked_restore_throttle": 1,
        "socket_timeout": 5,
        "socket_connect_timeout": 2,
    }

CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_PUBLISH_RETRY = False
CELERY_TIMEZONE = "UTC"
CELERY_BEAT_MAX_LOOP_INTERVAL = 15
CELERY_WORKER_HIJACK_ROOT_LOGGER = False

# Times are stored in UTC; each person's own zone is activated by PersonMiddleware.
USE_TZ = True
TIME_ZONE = env.time_zone("TIME_ZONE")
USE_I18N = True
# Each named in itself, so that whoever reads it finds it.
LANGUAGES = [
    ("en", "English"),
    ("es", "español"),
    ("fr", "français"),
    ("de", "Deutsch"),
    ("pt-br", "português (Brasil)"),
]
LANGUAGE_CODE = env.choice("LANGUAGE_CODE", [code for code, _ in LANGUAGES], default="en")
LOCALE_PATHS = [ROOT / "locale"]

STATIC_URL = "/static/"
STATIC_ROOT = ROOT / "staticfiles"
STATICFILES_DIRS = [ROOT / "static"]
WHITENOISE_USE_FINDERS = True
# Nothing need be collected on a small machine: the finders serve the files where they are.
warnings.filterwarnings("ignore", message="No directory at", module="django.core.handlers.base")
WHITENOISE_AUTOREFRESH = DEBUG
MEDIA_ROOT = DATA_DIR / "uploads"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
FILE_UPLOAD_HANDLERS = [
    "households.uploads.CappedUploadHandler",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o700
DATA_UPLOAD_MAX_MEMORY_SIZE = 12 * 1024 * 1024
UPLOAD_MAX_BYTES = 20 * 1024 * 1024
HOUSEHOLD_UPLOAD_BYTES = env.whole("HOUSEHOLD_UPLOAD_MB", default=2048) * 1024 * 1024
IMPORT_MAX_BYTES = 10 * 1024 * 1024

DEFAULT_FROM_EMAIL = env.text("DEFAULT_FROM_EMAIL", f"Parley <parley@{_base.hostname}>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
# The reply to the final dot may be slow; a client that gives up before it makes a copy.
_email_timeout = env.seconds("EMAIL_TIMEOUT", default=60.0, least=1.0)
if MAIL_TO_FILES:
    EMAIL_BACKEND = "reminders.mail_files.EmlFileBackend"
    EMAIL_FILE_PATH = DATA_DIR / "mail"
else:
    vars().update(_mail_server)
    EMAIL_BACKEND = "reminders.smtp.SmtpBackend"
EMAIL_TIMEOUT = _email_timeout

# Mail in: by IMAP, and by the webhooks of providers.
INBOUND_EMAIL_URL = env.address(
    "INBOUND_EMAIL_URL", environment.MAILBOXES, "imaps://user:password@host/INBOX"
)
INBOUND_ADDRESS = env.text("INBOUND_ADDRESS", environment.user_of(INBOUND_EMAIL_URL))
# The servers whose word on a sender (Authentication-Results) counts.
INBOUND_AUTHSERV_IDS = env.words("INBOUND_AUTHSERV_IDS")
ANYMAIL = {
    "WEBHOOK_SECRET": env.text("ANYMAIL_WEBHOOK_SECRET"),
    "MAILGUN_WEBHOOK_SIGNING_KEY": env.text("MAILGUN_WEBHOOK_SIGNING_KEY") or None,
    "MANDRILL_WEBHOOK_KEY": env.text("MANDRILL_WEBHOOK_KEY") or None,
}

AUTH_USER_MODEL = "households.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
SIGNUP_IS_OPEN = env.switch("SIGNUP_IS_OPEN", default=True)
ACCOUNT_ADAPTER = "households.accounts.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_UNIQUE_EMAIL = True
# Else it is the host that the request named.
ACCOUNT_EMAIL_SUBJECT_PREFIX = "Parley: "
# Only a mail can tell a stranger from the owner of an address without saying which of them it is;
# where no mail is sent, nobody but the household is there.
ACCOUNT_EMAIL_VERIFICATION = "optional" if MAIL_TO_FILES else "mandatory"
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_CONFIRM_EMAIL_ON_GET = False
ACCOUNT_SESSION_REMEMBER = True
ALLAUTH_TRUSTED_PROXY_COUNT = env.whole("TRUSTED_PROXIES", default=0)
PASSWORD_RESET_TIMEOUT = int(timedelta(hours=1).total_seconds())

SESSION_COOKIE_AGE = int(timedelta(days=14).total_seconds())
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = _https
CSRF_COOKIE_SECURE = _https
CSRF_COOKIE_SAMESITE = "Lax"
if _https:
    SESSION_COOKIE_NAME = "__Host-sessionid"
    CSRF_COOKIE_NAME = "__Host-csrftoken"
    SECURE_HSTS_SECONDS = env.whole("SECURE_HSTS_SECONDS", default=3600)
    SECURE_HSTS_INCLUDE_SUBDOMAINS = env.switch("SECURE_HSTS_INCLUDE_SUBDOMAINS", default=False)
    SECURE_HSTS_PRELOAD = False
    SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]
    SECURE_SSL_REDIRECT = env.switch("SECURE_SSL_REDIRECT", default=True)
    SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
    if ALLAUTH_TRUSTED_PROXY_COUNT:
        SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "blob:", "data:"],
        "media-src": [SELF, "blob:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "worker-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "object-src": [NONE],
    }
}

# How often beat ticks, in seconds; tests make it short.
TICK_SECONDS = env.seconds("TICK_SECONDS", default=60.0, least=0.5)
WATCHDOG = env.switch("WATCHDOG", default=True)

# Whether a member's own target may be the machine that Parley runs on.
# Whether targets and webhooks may be in the server's own network, at any port; the house's hub is.
TARGETS_IN_HOME_NETWORK = env.switch("TARGETS_IN_HOME_NETWORK", default=False)
TARGETS_ON_LOOPBACK = env.switch("TARGETS_ON_LOOPBACK", default=False)

# A translator's page, opened by whoever wants it, and a server of one's own for translating in place.
TRANSLATOR_URL = env.link("TRANSLATOR_URL", environment.TRANSLATOR, needs="{text}")
LIBRETRANSLATE_URL = env.address(
    "LIBRETRANSLATE_URL", environment.WEB_SERVERS, "http://127.0.0.1:5000"
)
LIBRETRANSLATE_API_KEY = env.text("LIBRETRANSLATE_API_KEY")

METRICS_TOKEN = env.text("METRICS_TOKEN")

LOG_LEVEL = env.choice(
    "LOG_LEVEL", ["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"], default="INFO"
)
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"},
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": LOG_LEVEL},
    "loggers": {"django.server": {"handlers": ["stderr"], "propagate": False}},
}
