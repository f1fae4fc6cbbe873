"""Deciding on requests, registering seals, their rules, custodians, state and keys."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from yicheng.core.credentials.actions import asking, keeping
from yicheng.core.credentials.facts import NewSeal
from yicheng.core.credentials.models import Seal
from yicheng.core.credentials.queries import seals as queries
from yicheng.core.kernel.errors import Refusal
from yicheng.core.people.public import viewer_of
from yicheng.core.web.public import add_refusal
from yicheng.faces.desk.seals.forms import CustodianForm, RegisterForm, RulesForm, StateForm, SureForm
from yicheng.faces.desk.seals.words import TITLES


@require_POST
def decide(request: HttpRequest, request_id: int) -> HttpResponse:
    """Agree or refuse."""
    grant = request.POST.get("decision") == "grant"
    note = request.POST.get("note", "")[:200]
    decided = asking.decide_seal_request(viewer_of(request), request_id, grant=grant, note=note)
    messages.success(
        request, _("Agreed to: it can be sealed now.") if grant else _("Refused: the asker is told.")
    )
    return _to(decided.seal_id)


def register(request: HttpRequest) -> HttpResponse:
    """A new seal with its key."""
    form = RegisterForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        new = NewSeal(
            said["code"],
            said["title"],
            said["organisation"],
            line=said["line"],
            number=said["number"],
            diameter_mm=said["diameter_mm"],
            rules=said["rules"],
        )
        try:
            made = keeping.register_seal(viewer_of(request), new)
        except Refusal as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, _("Registered, with a key of its own."))
            return _to(made.pk)
    return _shown(request, form, button=_("Register a seal"))


def rules(request: HttpRequest, seal_id: int) -> HttpResponse:
    """What it may be set on."""
    view = queries.seal(viewer_of(request), seal_id)
    lines = "\n".join(f"{rule.covers}:{rule.way}" for rule in view.rules)

    def run(said: dict[str, Any]) -> None:
        keeping.set_rules(viewer_of(request), seal_id, said["rules"])

    form = RulesForm(request.POST or None, initial={"rules": lines})
    return _changed(request, view.seal, form, run, button=_("Put the rules in force"))


def custodian(request: HttpRequest, seal_id: int) -> HttpResponse:
    """Into whose care."""
    found = queries.seal(viewer_of(request), seal_id).seal

    def run(said: dict[str, Any]) -> None:
        keeping.name_custodian(viewer_of(request), seal_id, said["custodian"])

    form = CustodianForm(request.POST or None, seal=found, initial={"custodian": found.custodian_id})
    return _changed(request, found, form, run, button=_("Hand the seal over"))


def state(request: HttpRequest, seal_id: int) -> HttpResponse:
    """Suspended, in use again, destroyed."""
    found = queries.seal(viewer_of(request), seal_id).seal

    def run(said: dict[str, Any]) -> None:
        keeping.change_state(viewer_of(request), seal_id, state=said["state"], note=said["note"])

    form = StateForm(request.POST or None, initial={"state": found.state})
    return _changed(request, found, form, run, button=_("Change the state"))


def rotate(request: HttpRequest, seal_id: int) -> HttpResponse:
    """A new key; what was sealed before stays valid."""
    found = queries.seal(viewer_of(request), seal_id).seal

    def run(_said: dict[str, Any]) -> None:
        keeping.rotate_seal_key(viewer_of(request), seal_id)

    lead = _("A new key signs from now on. What the old one sealed stays valid.")
    return _changed(
        request, found, SureForm(request.POST or None), run, button=_("Make a new key"), lead=lead
    )


def _changed(
    request: HttpRequest,
    found: Seal,
    form: forms.Form,
    run: Callable[[dict[str, Any]], None],
    *,
    button: str | Promise,
    lead: str | Promise = "",
) -> HttpResponse:
    if request.method == "POST" and form.is_valid():
        try:
            run(form.cleaned_data)
        except Refusal as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, _("Changed: it counts from this moment."))
            return _to(found.pk)
    return _shown(request, form, button=button, found=found, lead=lead or str(found))


def _shown(
    request: HttpRequest,
    form: forms.Form,
    *,
    button: str | Promise,
    found: Seal | None = None,
    lead: str | Promise = "",
) -> HttpResponse:
    crumbs: list[tuple[str, Any]] = [(reverse("desk.seals"), TITLES["seals"])]
    if found is not None:
        crumbs.append((reverse("desk.seal", args=[found.pk]), str(found)))
    context = {"form": form, "seal": found, "button": button, "lead": lead, "breadcrumb": crumbs}
    return render(request, "desk/seals/change.html", context, status=422 if form.errors else 200)


def _to(seal_id: int) -> HttpResponse:
    return HttpResponseRedirect(reverse("desk.seal", args=[seal_id]))
