"""Which kiosk a request comes from, and what is left of the person before: nothing, once they were away for a while."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse

from yicheng.core.kernel import clock
from yicheng.core.services.actions.kiosks import count_visit
from yicheng.core.services.models import Kiosk
from yicheng.core.services.queries.kiosks import kiosk_of_key

#: a person who has not touched for so long is gone; the browser asks after the first and wipes after both
ASK_AFTER_S, WIPE_AFTER_S = 60, 15
IDLE_S = 120
#: nobody stands at a kiosk for longer in one go
LONGEST_S = 1800
_BEGUN, _TOUCHED = "kiosk_begun", "kiosk_touched"
#: the browser's own cookie, apart from the person's session: that one ends by itself
_COOKIE, _SALT, _YEARS_S = "kiosk", "yicheng.kiosk", 5 * 365 * 86_400

View = Callable[..., HttpResponseBase]


def kiosk_of(request: HttpRequest) -> Kiosk | None:
    """The kiosk that this browser signed in as, while its key holds."""
    kept = request.get_signed_cookie(_COOKIE, default="", salt=_SALT) or ""
    return kiosk_of_key(int(kept)) if kept.isdecimal() else None


def stand(request: HttpRequest, response: HttpResponse, key_id: int) -> None:
    """This browser is a kiosk from now on, and nothing else."""
    logout(request)
    response.set_signed_cookie(
        _COOKIE, str(key_id), salt=_SALT, max_age=_YEARS_S, httponly=True, samesite="Strict",
        secure=request.is_secure(),
    )  # fmt: skip


def wipe(request: HttpRequest) -> None:
    """Forget the person: sign-in, drafts, what was typed. The browser stays a kiosk."""
    logout(request)


def is_in_use(request: HttpRequest) -> bool:
    """Whether somebody has begun something here."""
    return _BEGUN in request.session and not _is_left(request)


def at_kiosk(view: View) -> View:
    """Only at a kiosk: others are led to its sign-in. ``kiosk`` is handed to the view; a person left too long is wiped."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        kiosk = kiosk_of(request)
        if kiosk is None:
            return HttpResponseRedirect(reverse("kiosk.sign_in"))
        if _is_left(request):
            wipe(request)
            return HttpResponseRedirect(reverse("kiosk.start"))
        _touch(request, kiosk)
        response = view(request, kiosk, *args, **kwargs)
        response["Cache-Control"] = "no-store"
        return response

    return guarded


def _is_left(request: HttpRequest) -> bool:
    """Whether the person before went away without a word."""
    begun, touched = request.session.get(_BEGUN), request.session.get(_TOUCHED)
    if begun is None or touched is None:
        return False
    now = clock.now().timestamp()
    return bool(now - touched > IDLE_S or now - begun > LONGEST_S)


def _touch(request: HttpRequest, kiosk: Kiosk) -> None:
    now = clock.now().timestamp()
    if _BEGUN not in request.session:
        request.session[_BEGUN] = now
        count_visit(kiosk)
    request.session[_TOUCHED] = now
    request.session.set_expiry(IDLE_S)
