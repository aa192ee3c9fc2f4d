"""Django's settings, derived from ``server.configuration``; nothing else is to be set here.

Reading them writes nothing. Before the first set-up there is no secret key yet, and Django
says so as soon as something needs it.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from server.configuration import Configuration, load
from server.keys import secret_key

CONFIGURATION = load()
_PACKAGE = Path(__file__).parent
_YEAR_S = 365 * 24 * 3600


def _database(configuration: Configuration) -> dict[str, Any]:
    database = configuration.database
    if database.engine == "sqlite":
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": configuration.database_file,
            "OPTIONS": {
                # writers queue at the start of a transaction instead of failing in the middle
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                # FULL: an event that was answered "accepted" is on the disk
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
            },
        }
    password = database.password_file
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": database.name,
        "HOST": database.host,
        "PORT": database.port,
        "USER": database.user,
        "PASSWORD": password.read_text("utf-8").strip() if password else "",
        # of each process; a thread that answers a request borrows one for that long
        "OPTIONS": {"pool": {"min_size": 1, "max_size": database.connections}},
        "CONN_HEALTH_CHECKS": True,  # one that the database closed is not lent
    }


DEBUG = False
SECRET_KEY = secret_key(CONFIGURATION.data_dir)
ALLOWED_HOSTS = list(CONFIGURATION.site.hosts)
ROOT_URLCONF = "server.urls"
DATABASES = {"default": _database(CONFIGURATION)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "server.office.apps.OfficeConfig",  # before the admin, whose templates it replaces
    "server.office.apps.OfficeAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "import_export",
    "server.stores",
    "server.catalogue",
    "server.pricing",
    "server.sales.apps.SalesConfig",
    "server.ledger.apps.LedgerConfig",
    "server.members.apps.MembersConfig",
    "server.loyalty.apps.LoyaltyConfig",
    "server.sms.apps.SmsConfig",
    "server.surveys.apps.SurveysConfig",
    "server.snapshots",
    "server.fleet",
    "server.events",
    "server.feed",
    "server.monitor",
]

MIDDLEWARE = [
    "server.streaming.stream_files",
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

LANGUAGE_CODE = "fa"
LANGUAGES = [("fa", "فارسی"), ("en", "English")]
LOCALE_PATHS = [_PACKAGE / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = CONFIGURATION.chain.zone  # of what people read and type; instants are kept in UTC

STATIC_URL = "/static/"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]

# the formats of ``server.office.exchange`` guard each cell; this is for any other that is put in
IMPORT_EXPORT_ESCAPE_FORMULAE_ON_EXPORT = True

X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_AGE = 12 * 3600  # a working day
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = CONFIGURATION.site.https
SECURE_SSL_REDIRECT = CONFIGURATION.site.https
SECURE_HSTS_SECONDS = _YEAR_S if CONFIGURATION.site.https else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = CONFIGURATION.site.https
CSRF_TRUSTED_ORIGINS = (
    [f"https://{host}" for host in CONFIGURATION.site.hosts] if CONFIGURATION.site.https else []
)

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {"server": {"level": "INFO"}},
}
