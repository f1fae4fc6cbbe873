"""Finds out who asks, once per request: from the session, or from ``Authorization: Bearer``.

Takes the place of Django's authentication middleware: the session's one query already
brought the account. A bearer of a token has no session and needs no CSRF token.
"""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import reverse
from django.utils import translation
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _

from yicheng.core.people import tokens
from yicheng.core.people.grants import grants_of
from yicheng.core.people.models import Account
from yicheng.core.people.viewer import Viewer

ALWAYS_OPEN = ("/account/", "/static/", "/i18n/")


class ViewerMiddleware:
    """Sets ``request.user`` and ``request.viewer``."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        header = request.headers.get("Authorization", "")
        if header[:7].lower() == "bearer ":
            return self._bearer(request, header[7:].strip())
        account, has_totp = _signed_in(request)
        request.user = account or AnonymousUser()
        request.viewer = viewer_for(account, address=address_of(request))  # type: ignore[attr-defined]
        if account and not has_totp and _lacks_second_factor(request):
            return HttpResponseRedirect(reverse("mfa_activate_totp"))
        return self.get_response(request)

    def _bearer(self, request: HttpRequest, key: str) -> HttpResponse:
        bearer = tokens.find(key)
        if bearer is None:
            return _refused_token()
        request.user = bearer.account
        request.viewer = tokens.viewer_for(bearer, address=address_of(request))  # type: ignore[attr-defined]
        request._dont_enforce_csrf_checks = True  # type: ignore[attr-defined]  # noqa: SLF001
        return self.get_response(request)


def viewer_for(account: Account | None, *, address: str = "") -> Viewer:
    """The viewer that an account is; a stranger's when there is none."""
    if account is None:
        return Viewer(address=address, language=translation.get_language() or settings.LANGUAGE_CODE)
    return Viewer(
        kind=account.kind,  # type: ignore[arg-type]
        account_id=account.pk,
        name=str(account),
        organisation_id=account.organisation_id,
        language=account.language,
        address=address,
        grants=grants_of(account.pk, version=account.grants_version),
    )


def address_of(request: HttpRequest) -> str:
    """The client's network address; forwarded headers count only behind a trusted proxy (``PROXIES``)."""
    direct: str = request.META.get("REMOTE_ADDR", "")
    hops: int = settings.TRUSTED_PROXIES
    if not hops:
        return direct
    chain = [part.strip() for part in request.headers.get("X-Forwarded-For", "").split(",") if part.strip()]
    return chain[-hops] if len(chain) >= hops else direct


def _signed_in(request: HttpRequest) -> tuple[Account | None, bool]:
    """The session's account, by the same proofs as ``django.contrib.auth.get_user``: backend, hash, active."""
    if settings.SESSION_COOKIE_NAME not in request.COOKIES:
        return None, False
    session = request.session
    if (
        session.get(SESSION_KEY) is None
        or session.get(BACKEND_SESSION_KEY) not in settings.AUTHENTICATION_BACKENDS
    ):
        return None, False
    account: Account | None = session.account  # type: ignore[attr-defined]
    if account is None or str(account.pk) != session[SESSION_KEY] or not account.is_active:
        return None, False
    if not constant_time_compare(session.get(HASH_SESSION_KEY, ""), account.get_session_auth_hash()):
        session.flush()
        return None, False
    return account, session.has_totp  # type: ignore[attr-defined]


def _lacks_second_factor(request: HttpRequest) -> bool:
    """Whether this account must enrol a second factor before it goes on (``TOTP_REQUIRED_FOR``)."""
    if not settings.TOTP_REQUIRED_FOR or request.path.startswith(ALWAYS_OPEN):
        return False
    viewer: Viewer = request.viewer  # type: ignore[attr-defined]
    if settings.TOTP_REQUIRED_FOR == "staff":
        return viewer.kind == "staff"
    return "people.manage_accounts" in viewer.grants or "people.manage_roles" in viewer.grants


def _refused_token() -> JsonResponse:
    body = {
        "code": "invalid_token",
        "message": _("The token is unknown, expired or revoked. Ask for a new one."),
    }
    return JsonResponse(body, status=401, headers={"WWW-Authenticate": 'Bearer error="invalid_token"'})
