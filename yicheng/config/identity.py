"""How people and programs sign in: the settings of Django's auth, django-allauth and the OAuth toolkit."""

from __future__ import annotations

import json
import os
from typing import Any

from yicheng.runtime.home import home, secret

#: keys the digests by which sealed e-mail addresses and numbers are found
FIELD_INDEX_KEY = secret("index")
#: how many reverse proxies stand before the web server and may be believed about the client's address
TRUSTED_PROXIES = int(os.environ.get("YICHENG_PROXIES", "0"))
#: who must enrol a second factor: "" nobody, "administrators", "staff"
TOTP_REQUIRED_FOR = os.environ.get("YICHENG_TOTP_REQUIRED", "")

SESSION_ENGINE = "yicheng.core.people.sessions"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
_VALIDATORS = "django.contrib.auth.password_validation"
AUTH_PASSWORD_VALIDATORS: list[dict[str, Any]] = [
    {
        "NAME": f"{_VALIDATORS}.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("username", "display_name", "email", "phone", "real_name")},
    },
    {"NAME": f"{_VALIDATORS}.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": f"{_VALIDATORS}.CommonPasswordValidator"},
    {"NAME": f"{_VALIDATORS}.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
PASSWORD_RESET_TIMEOUT = 3600

#: shared by all processes: rate limits and used one-time codes must be seen by each
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "people_cache",
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    }
}

ACCOUNT_ADAPTER = "yicheng.core.people.adapters.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_USER_MODEL_EMAIL_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_FORMS = {"login": "yicheng.core.people.forms.SignInForm"}
#: passwords have limits of our own (``people.adapters``); this one bounds the codes of the second step
ACCOUNT_RATE_LIMITS = {"login": None, "login_failed": "5/300s/key"}
ACCOUNT_REAUTHENTICATION_TIMEOUT = 600
MFA_ADAPTER = "yicheng.core.people.adapters.SecondFactorAdapter"
MFA_TOTP_TOLERANCE = 1
MFA_ALLOW_UNVERIFIED_EMAIL = True
SOCIALACCOUNT_ADAPTER = "yicheng.core.people.adapters.OutsideAccountAdapter"
SOCIALACCOUNT_EMAIL_VERIFICATION = "none"
SOCIALACCOUNT_STORE_TOKENS = False
SOCIALACCOUNT_REQUESTS_TIMEOUT = 10


def _oidc_providers() -> list[dict[str, Any]]:
    """``YICHENG_OIDC`` or ``<home>/oidc.json``: a list of {provider_id, name, client_id, secret, server_url}."""
    text = os.environ.get("YICHENG_OIDC", "")
    path = home() / "oidc.json"
    if not text and path.is_file():
        text = path.read_text()
    return [
        {**entry, "settings": {"server_url": entry["server_url"], **entry.get("settings", {})}}
        for entry in (json.loads(text) if text else [])
    ]


SOCIALACCOUNT_PROVIDERS: dict[str, Any] = {
    "openid_connect": {"APPS": _oidc_providers(), "OAUTH_PKCE_ENABLED": True}
}

OAUTH2_PROVIDER = {
    "OAUTH2_VALIDATOR_CLASS": "yicheng.core.people.oauth.ClientValidator",
    "SCOPES_BACKEND_CLASS": "yicheng.core.people.oauth.RightScopes",
    "ACCESS_TOKEN_EXPIRE_SECONDS": 3600,
    "ALLOWED_REDIRECT_URI_SCHEMES": ["https"],
    "REFRESH_TOKEN_REUSE_PROTECTION": True,
    # RFC 9700, the best current practice, in full; only client credentials are served anyway
    "COMPLIANT_BCP_RFC9700_TOKEN_STORAGE": True,
    "COMPLIANT_BCP_RFC9700_IMPLICIT_GRANT": True,
    "COMPLIANT_BCP_RFC9700_PASSWORD_GRANT": True,
    "COMPLIANT_BCP_RFC9700_PKCE_METHOD": True,
    "COMPLIANT_BCP_RFC9700_ACCESS_TOKEN_TRANSPORT": True,
    "COMPLIANT_BCP_RFC9700_AUTHZ_RESPONSE_ISS": True,
    "COMPLIANT_BCP_RFC9700_REFRESH_TOKEN": True,
    "COMPLIANT_BCP_RFC9700_REDIRECT_URI_SCHEME": True,
}

#: how many months the audit trail and the access log are kept; None: for ever
JOURNAL_MONTHS: int | None = (
    int(os.environ["YICHENG_JOURNAL_MONTHS"]) if "YICHENG_JOURNAL_MONTHS" in os.environ else None
)
#: how many months readings of devices are kept in the database; unset: for ever
SENSING_MONTHS: int | None = (
    int(os.environ["YICHENG_SENSING_MONTHS"]) if "YICHENG_SENSING_MONTHS" in os.environ else None
)
