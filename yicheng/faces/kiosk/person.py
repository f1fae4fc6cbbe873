"""A person signs in at a kiosk: for the few minutes they stand there."""

from __future__ import annotations

from django.contrib.auth import authenticate, login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _

from yicheng.core.kernel.errors import Forbidden
from yicheng.core.people.public import Limit, limit
from yicheng.core.services.models import Kiosk
from yicheng.faces.kiosk.standing import at_kiosk

TRIES = Limit("kiosk.person", amount=5, period_s=300)


@at_kiosk
def person(request: HttpRequest, kiosk: Kiosk) -> HttpResponse:
    """Name and password of a resident's own account; staff have no business here."""
    refusal, name = None, request.POST.get("name", "").strip()[:150]
    if request.method == "POST":
        limit(TRIES, name.lower())
        account = authenticate(request, username=name, password=request.POST.get("password", "")[:200])
        if account is None:
            refusal = Forbidden(_("Name and password do not fit."))
        elif getattr(account, "kind", "") != "resident" or _has_second_step(account):
            refusal = Forbidden(
                _("This account signs in with more than a password: please use your own phone.")
            )
        else:
            login(request, account)
            return HttpResponseRedirect(_next(request))
    context = {"refusal": refusal, "name": name, "next": _next(request)}
    return render(request, "kiosk/person.html", context, status=403 if refusal else 200)


def led_to_sign_in(request: HttpRequest) -> HttpResponseRedirect:
    """First sign in, then come back."""
    return HttpResponseRedirect(f"{reverse('kiosk.person')}?next={request.path}")


def _has_second_step(account: object) -> bool:
    from allauth.mfa.utils import is_mfa_enabled

    return bool(is_mfa_enabled(account))


def _next(request: HttpRequest) -> str:
    wanted = request.POST.get("next") or request.GET.get("next", "")
    root = reverse("kiosk.start")
    is_ours = wanted.startswith(root) and url_has_allowed_host_and_scheme(wanted, allowed_hosts=None)
    return wanted if is_ours else root
