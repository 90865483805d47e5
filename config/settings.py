"""Settings, all from the environment; without any, a development server on SQLite."""

from pathlib import Path
from typing import Any

import environ
from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()

# Production is what a server gets by saying so; a fresh clone runs without a .env.
PRODUCTION = env.bool("CHISO_PRODUCTION", default=False)
DEBUG = not PRODUCTION and env.bool("CHISO_DEBUG", default=False)  # a forgotten line in .env shows nothing of a server
BEHIND_PROXY = PRODUCTION and env.bool("CHISO_BEHIND_PROXY", default=False)
_DEVELOPMENT_KEY = "django-insecure-development-only-never-on-a-server"
SECRET_KEY = env.str("CHISO_SECRET_KEY") if PRODUCTION else env.str("CHISO_SECRET_KEY", default=_DEVELOPMENT_KEY)
ALLOWED_HOSTS = env.list("CHISO_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("CHISO_ORIGINS", default=[])

INSTALLED_APPS = [
    "chiso.apps.ChisoConfig",
    "chiso.apps.DeskConfig",  # Django's admin with our site
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.forms",
    "allauth",
    "allauth.account",
    "django_tables2",
    "django_tasks",
    "django_tasks_db",
    "import_export",
    "simple_history",
]

MIDDLEWARE = [
    "chiso.middleware.OwnLanguage",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "chiso.middleware.OwnMethods",
    "chiso.middleware.OwnAlphabet",
    "chiso.middleware.OwnWriting",
    "chiso.middleware.StorableAddress",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "chiso.middleware.StorableForm",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "chiso.middleware.PersonLanguage",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "simple_history.middleware.HistoryRequestMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "chiso.pages.access.person",
            ],
        },
    }
]

# --- Database -------------------------------------------------------------------------------------
DATABASES = {"default": env.db("DATABASE_URL", default=f"sqlite:///{BASE_DIR / 'var' / 'chiso.sqlite3'}")}
if _replica := env.str("DATABASE_REPLICA_URL", default=""):
    DATABASES["replica"] = env.db_url_config(_replica) | {"TEST": {"MIRROR": "default"}}
    DATABASE_ROUTERS = ["chiso.replica.Router"]
# Seconds that the replica may be behind, and so for how long whoever wrote something reads the primary; 0: no replica.
REPLICA_LAG = env.int("CHISO_REPLICA_LAG", default=10) if _replica else 0
# Connections of one process that its threads share; 0: one for each thread, kept between requests.
_pool = env.int("CHISO_POOL", default=0)
_database = DATABASES["default"]
_database["ATOMIC_REQUESTS"] = False
if _database["ENGINE"].endswith("sqlite3"):
    # WAL lets readers go on while a clerk saves; immediate transactions wait instead of failing half-way.
    _database["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;",
    }
    if _database["NAME"] != ":memory:":
        Path(_database["NAME"]).parent.mkdir(parents=True, exist_ok=True)
for _alias, _database in DATABASES.items():
    if _database["ENGINE"].endswith("sqlite3"):
        continue
    _options = _database.setdefault("OPTIONS", {})
    _database["CONN_MAX_AGE"] = 0 if _pool else env.int("CHISO_CONN_MAX_AGE", default=60)
    _database["CONN_HEALTH_CHECKS"] = True
    # PgBouncer gives a connection to another client after each transaction: a cursor of the server would outlive it.
    _database["DISABLE_SERVER_SIDE_CURSORS"] = env.bool("CHISO_PGBOUNCER", default=False)
    if _alias == "replica":  # a machine that is gone says nothing: the primary is asked after two seconds
        _options |= {"connect_timeout": 2, "tcp_user_timeout": 3000}
    if _pool:
        _options["pool"] = {"min_size": 1, "max_size": _pool, "timeout": 2 if _alias == "replica" else 10}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- Cache ----------------------------------------------------------------------------------------
# It counts attempts to sign in, so all processes of a server share it (`createcachetable` makes the table). Room for
# many: a full table forgets entries, and with them the attempts.
_shared = "dbcache://chiso_cache?max_entries=100000" if PRODUCTION else "locmemcache://"
CACHES = {"default": env.cache_url("CHISO_CACHE_URL", default=_shared)}

# --- Language, dates, numbers ---------------------------------------------------------------------
LANGUAGE_CODE = "vi"
LANGUAGES = [("vi", _("Vietnamese")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "chiso" / "locale"]
FORMAT_MODULE_PATH = ["config.formats"]
TIME_ZONE = "Asia/Ho_Chi_Minh"
USE_I18N = True
USE_TZ = True
# Grouping is done where figures are printed; switched on globally it would reach ids and URLs.
USE_THOUSAND_SEPARATOR = False

# --- Sign-in --------------------------------------------------------------------------------------
AUTH_USER_MODEL = "chiso.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS: list[dict[str, Any]] = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("UserAttributeSimilarityValidator", "CommonPasswordValidator", "NumericPasswordValidator")
]
AUTH_PASSWORD_VALIDATORS.append(
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}}
)
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_ADAPTER = "chiso.adapters.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_USER_MODEL_EMAIL_FIELD = "email"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"  # addresses are entered by an administrator, not by strangers
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = "[Chiso] "
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = True
# Attempts are counted by the visitor's address: the last but this many that proxies of ours wrote down.
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("CHISO_PROXIES", default=1) if BEHIND_PROXY else 0
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if PRODUCTION else "http"
SESSION_COOKIE_AGE = env.int("CHISO_SESSION_HOURS", default=12) * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True

# --- Mail -----------------------------------------------------------------------------------------
EMAIL_CONFIG = env.email_url("CHISO_EMAIL_URL", default="consolemail://")
vars().update(EMAIL_CONFIG)
DEFAULT_FROM_EMAIL = env.str("CHISO_EMAIL_FROM", default="chiso@localhost")
EMAIL_TIMEOUT = 10  # seconds: without workers a person waits for the mail server
# What links in mail begin with: a worker has no request that tells where people reach the server. `manage.py runserver`
# knows where it listens, and says so where nobody gave another address.
ADDRESS_GIVEN = PRODUCTION or bool(env.str("CHISO_ADDRESS", default=""))
ADDRESS = env.str(
    "CHISO_ADDRESS", default=f"https://{ALLOWED_HOSTS[0]}" if PRODUCTION and ALLOWED_HOSTS else "http://localhost:8000"
).rstrip("/")

# --- Files ----------------------------------------------------------------------------------------
STATIC_URL = "static/"
STATIC_ROOT = BASE_DIR / "var" / "static"
STORAGES = {
    # Uploads are kept outside the web root and served by no URL.
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": env.str("CHISO_FILES", default=str(BASE_DIR / "var" / "uploads"))},
    },
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if PRODUCTION
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = not PRODUCTION
if not PRODUCTION:
    STATIC_ROOT.mkdir(parents=True, exist_ok=True)
DATA_UPLOAD_MAX_MEMORY_SIZE = 25 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 12_000  # a sheet is one form: all communes of a province by dozens of indicators
FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o700

# --- Security -------------------------------------------------------------------------------------
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
if PRODUCTION:
    SECURE_SSL_REDIRECT = env.bool("CHISO_SSL_REDIRECT", default=True)
    # Without a proxy anybody could write this header.
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_PROXY else None
    SECURE_HSTS_SECONDS = env.int("CHISO_HSTS_SECONDS", default=31_536_000)
    # Both bind every other server of the province's domain, and cannot be taken back for a year: the office's word,
    # not ours. Hence the two warnings of `check --deploy` about them are answered here.
    SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = env.bool("CHISO_HSTS_PRELOAD", default=False)
    SILENCED_SYSTEM_CHECKS = [] if SECURE_HSTS_PRELOAD else ["security.W005", "security.W021"]
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True

# --- Work in the background -----------------------------------------------------------------------
# Without workers, what they would do is done at once; with them, `manage.py db_worker` reads long files.
WORKERS = env.bool("CHISO_WORKERS", default=False)
TASKS = {
    "default": {
        "BACKEND": "django_tasks_db.DatabaseBackend" if WORKERS else "django_tasks.backends.immediate.ImmediateBackend"
    }
}

KEPT_DAYS = env.int("CHISO_KEPT_DAYS", default=30)  # how long what was read of a file lies beside it once it is done

# --- Lists ----------------------------------------------------------------------------------------
DJANGO_TABLES2_TEMPLATE = "chiso/table.html"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "filters": {"in_one_line": {"()": "django.utils.log.CallbackFilter", "callback": "ext://config.log.in_one_line"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["in_one_line"]}},
    "root": {"handlers": ["console"], "level": env.str("CHISO_LOG_LEVEL", default="WARNING")},
}
