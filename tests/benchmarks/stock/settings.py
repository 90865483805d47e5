"""A plain Django project around the models: the stock admin, its templates and middleware, nothing of ours beside."""

from config.settings import *  # noqa: F403
from config.settings import TEMPLATES as _OURS

INSTALLED_APPS = [
    "tests.benchmarks.stock.apps.StockConfig",
    "django.contrib.admin.apps.SimpleAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "import_export",
    "django_tables2",
    "simple_history",
    "django_tasks",
    "django_tasks_db",
    "chiso.apps.ChisoConfig",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "simple_history.middleware.HistoryRequestMiddleware",
]
ROOT_URLCONF = "tests.benchmarks.stock.urls"
WSGI_APPLICATION = "tests.benchmarks.stock.wsgi.application"
FORM_RENDERER = "django.forms.renderers.DjangoTemplates"
TEMPLATES = [
    {
        "BACKEND": _OURS[0]["BACKEND"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]
AUTHENTICATION_BACKENDS = ["django.contrib.auth.backends.ModelBackend"]
DJANGO_TABLES2_TEMPLATE = "django_tables2/bootstrap5.html"
DATA_UPLOAD_MAX_MEMORY_SIZE = None
