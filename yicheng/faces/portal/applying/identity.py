"""Who one is, the companies one acts for, and mandates given and held."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as now
from django.utils.translation import gettext_lazy as _

from yicheng.core.kernel.errors import Refusal, SignInRequired
from yicheng.core.people import actions, queries
from yicheng.core.people.models import Mandate
from yicheng.core.people.public import Viewer, limit, viewer_of
from yicheng.core.web.public import add_refusal
from yicheng.faces.portal.applying.beginning import DECLARED, IdentityForm


class CompanyForm(forms.Form):
    """A company one acts for."""

    company_name = forms.CharField(label=_("Name of the company"), max_length=200)
    company_number = forms.CharField(
        label=_("Unified social credit code"),
        max_length=30,
        help_text=_("18 characters, as on the business licence."),
    )


class MandateForm(forms.Form):
    """Somebody who may act for oneself."""

    mandate_name = forms.CharField(label=_("Their full name"), max_length=80)
    mandate_number = forms.CharField(label=_("Their identity number"), max_length=30)
    scope = forms.ChoiceField(label=_("What may they do?"), choices=Mandate.Scope.choices, initial="apply")
    valid_until = forms.DateField(
        label=_("Until when?"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text=_("Empty: until you end it."),
    )


def identity(request: HttpRequest) -> HttpResponse:
    """One page for all of it: each form sends its own ``act``."""
    viewer = viewer_of(request)
    if not viewer.is_signed_in:
        raise SignInRequired(_("Please sign in to do this."))
    act = request.POST.get("act", "") if request.method == "POST" else ""
    sent: dict[str, forms.Form] = {
        "declare": IdentityForm(request.POST if act == "declare" else None),
        "company": CompanyForm(request.POST if act == "company" else None),
        "give": MandateForm(request.POST if act == "give" else None),
    }
    if act in ("accept", "revoke") and request.POST.get("mandate", "").isdigit():
        _decide(viewer, act, int(request.POST["mandate"]))
        return redirect("portal.identity")
    if act in sent and sent[act].is_valid() and _did(viewer, act, sent[act]):
        messages.success(request, now("Saved."))
        return redirect("portal.identity")
    given, held = queries.own_mandates(viewer)
    own = queries.party_of(viewer)
    context = {
        "own": own,
        "given": given,
        "held": held,
        **{f"{key}_form": form for key, form in sent.items()},
    }
    status = 422 if act in sent and sent[act].errors else 200
    return render(request, "portal/applying/identity.html", context, status=status)


def _did(viewer: Viewer, act: str, form: forms.Form) -> bool:
    data = form.cleaned_data
    acts: dict[str, Callable[[], Any]] = {
        "declare": lambda: actions.declare_identity(viewer, number=data["number"], name=data["name"]),
        "company": lambda: actions.declare_company(
            viewer, number=data["company_number"], name=data["company_name"]
        ),
        "give": lambda: actions.give_mandate(
            viewer,
            number=data["mandate_number"],
            name=data["mandate_name"],
            scope=data["scope"],
            valid_until=data["valid_until"],
        ),
    }
    try:
        limit(DECLARED, str(viewer.account_id))
        acts[act]()
    except Refusal as refusal:
        prefix = {"company": "company_", "give": "mandate_"}.get(act, "")
        fields = {
            (f"{prefix}{name}" if f"{prefix}{name}" in form.fields else name): text
            for name, text in refusal.fields.items()
        }
        refusal.fields = fields
        add_refusal(form, refusal)
        return False
    return True


def _decide(viewer: Viewer, act: str, mandate_id: int) -> None:
    if act == "accept":
        actions.accept_mandate(viewer, mandate_id)
    else:
        actions.revoke_mandate(viewer, mandate_id)
