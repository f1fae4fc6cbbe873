"""The key of one's own wallet: licence files given out from then on count only together with its signature."""

from __future__ import annotations

import json

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yicheng.core.credentials.actions.licences.showing import bind_wallet, unbind_wallet, wallet_of
from yicheng.core.kernel.errors import Invalid, NotFound
from yicheng.core.people.public import party_of, viewer_of
from yicheng.core.web.public import add_refusal


class WalletForm(forms.Form):
    """A public key as wallets give it out."""

    name = forms.CharField(label=gettext_lazy("Name of the wallet"), max_length=60)
    key = forms.CharField(
        label=gettext_lazy("Public key (JWK)"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4, "spellcheck": "false"}),
        help_text=gettext_lazy('It begins with {"kty":"EC","crv":"P-256"…'),
    )


def wallet(request: HttpRequest) -> HttpResponse:
    """The key that holds now; a new one in its place, or none."""
    viewer = viewer_of(request)
    party = party_of(viewer)
    if party is None:
        raise NotFound(_("First say who you are: enter your identity number in your profile."))
    form = WalletForm(request.POST if "key" in request.POST else None)
    if request.method == "POST" and "end" in request.POST:
        unbind_wallet(viewer, party.id)
        messages.success(request, _("Licence files are no longer bound to a key."))
        return HttpResponseRedirect(reverse("portal.wallet"))
    if request.method == "POST" and form.is_valid():
        try:
            bind_wallet(viewer, party.id, key=_read(form.cleaned_data["key"]), name=form.cleaned_data["name"])
        except Invalid as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, _("Licence files you download from now on belong to this wallet."))
            return HttpResponseRedirect(reverse("portal.wallet"))
    context = {"form": form, "key": wallet_of(party.id)}
    return render(request, "portal/licences/wallet.html", context)


def _read(text: str) -> object:
    try:
        return json.loads(text)
    except ValueError:
        return None
