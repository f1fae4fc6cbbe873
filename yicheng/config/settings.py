"""Django's settings. Everything that differs between machines comes from the environment."""

from __future__ import annotations

import os
from pathlib import Path

from yicheng.config.channels import *  # noqa: F403  (how messages leave the platform)
from yicheng.config.identity import *  # noqa: F403  (how people and programs sign in)
from yicheng.config.installed import APPLICATIONS, CORE, FACES
from yicheng.core.kernel.clockwork import read_note
from yicheng.runtime.database import database_settings
from yicheng.runtime.home import home, secret

PROJECT = Path(__file__).resolve().parents[2]
#: "1" while developing: faults are shown with their source
DEBUG = os.environ.get("YICHENG_DEBUG") == "1"
SECRET_KEY = secret("django")
#: Fernet keys for personal data, newest first; older ones still decrypt
FIELD_KEYS = os.environ.get("YICHENG_FIELD_KEYS", "").split() or [secret("fields")]
#: names under which people reach the platform, with blanks between
ALLOWED_HOSTS = os.environ.get("YICHENG_HOSTS", "localhost 127.0.0.1 [::1]").split()
#: private networks and hosts that outgoing calls (webhooks, sources of data) may reach, with blanks between
OUTGOING_ALLOWED = os.environ.get("YICHENG_OUTGOING_ALLOWED", "").split()
#: where checkpoints of the receipts are lodged as files: best a folder of another machine
LODGING_FOLDER = os.environ.get("YICHENG_LODGING", str(home() / "lodged"))
#: folders with the city's own fonts for documents and licences, with blanks between
FONT_FOLDERS = os.environ.get("YICHENG_FONTS", "").split()
#: the time-stamp service for seals (RFC 3161, an https address); empty: seals carry the platform's own time
TIMESTAMP_URL = os.environ.get("YICHENG_TIMESTAMP_URL", "")
#: ``user:password`` for the time-stamp service, where it asks for one
TIMESTAMP_LOGIN = os.environ.get("YICHENG_TIMESTAMP_LOGIN", "")
#: files with certificates of authorities (PEM) whose seals are trusted beside the city's own, with blanks between
TRUSTED_AUTHORITIES = [Path(name) for name in os.environ.get("YICHENG_TRUSTED", "").split()]
#: a token that holds keys: ``library.so;token label;PIN`` (PKCS#11); empty: keys lie sealed in the database
PKCS11 = os.environ.get("YICHENG_PKCS11", "")
#: "1" when a reverse proxy speaks HTTPS for the platform: cookies and redirects insist on it
IS_HTTPS = os.environ.get("YICHENG_HTTPS") == "1"

INSTALLED_APPS = [
    *CORE,
    *FACES,
    *APPLICATIONS,
    "yicheng.runtime",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.contrib.humanize",
    "procrastinate.contrib.django",
    "django_htmx",
    "csp",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "oauth2_provider",
]

MIDDLEWARE = [
    "yicheng.core.sharing.gateway.middleware.GatewayMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "yicheng.core.people.middleware.ViewerMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "yicheng.core.web.middleware.LanguageMiddleware",
    "yicheng.core.web.middleware.PageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]

ROOT_URLCONF = "yicheng.config.urls"
WSGI_APPLICATION = "yicheng.config.wsgi.application"
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
                "yicheng.core.web.context.shell",
            ],
        },
    }
]

DATABASES = {"default": database_settings()}
#: a nightly job missed while the platform was down runs when it is up again
PROCRASTINATE_PERIODIC_DEFAULTS = {"max_delay": 86_400}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "people.Account"

_LANGUAGES = {"zh-hans": "中文", "en": "English"}
#: what the loaded city pack says of clock and languages (kernel/clockwork.py)
CITY_NOTE = home() / "city.json"
_city = read_note(CITY_NOTE)
#: each in its own words, those of the city, its first one by default
LANGUAGES = [(code, name) for code, name in _LANGUAGES.items() if code in _city.get("languages", _LANGUAGES)]
LANGUAGE_CODE = next(iter(_city.get("languages", ())), "zh-hans")
USE_TZ = True
#: the clock that people see; without it the city's own
_zone = os.environ.get("YICHENG_TIME_ZONE", "")
IS_ZONE_OF_CITY = not _zone
TIME_ZONE = _zone or _city.get("time_zone", "Asia/Shanghai")

STATIC_URL = "/static/"
STATIC_ROOT = home() / "static"
#: the built front-end; whitenoise serves it under hashed names at /assets/
ASSETS_ROOT = Path(os.environ.get("YICHENG_ASSETS", PROJECT / "build" / "assets"))
WHITENOISE_ROOT = ASSETS_ROOT if ASSETS_ROOT.is_dir() else None
WHITENOISE_IMMUTABLE_FILE_TEST = r"^/assets/.*-[0-9A-Z]{8}\.\w+$"
#: a page of every component, for screenshots and tests
STYLE_PAGE = DEBUG or os.environ.get("YICHENG_STYLE_PAGE") == "1"
CSRF_FAILURE_VIEW = "yicheng.core.web.faults.csrf_failure"
MEDIA_ROOT = home() / "media"
MEDIA_URL = "/media/"
DATA_UPLOAD_MAX_MEMORY_SIZE = 12 * 1024 * 1024

SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = IS_HTTPS
SECURE_SSL_REDIRECT = IS_HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if IS_HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = IS_HTTPS
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "img-src": ["'self'", "data:", "blob:"],
        "worker-src": ["'self'", "blob:"],
        "object-src": ["'none'"],
        "base-uri": ["'none'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
    }
}
