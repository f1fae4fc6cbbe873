"""Following the changes of granted data: an address that receives them, going on after a stop, replay."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from yicheng.core.kernel.errors import Refusal
from yicheng.core.people.public import viewer_of
from yicheng.core.sharing import public as sharing
from yicheng.core.sharing.models import Subscription
from yicheng.core.web.public import add_refusal
from yicheng.faces.desk.sharing.forms import FollowForm


def subscribe(request: HttpRequest, grant_id: int) -> HttpResponse:
    """Ask for the address; show the secret once."""
    viewer = viewer_of(request)
    grant = sharing.grant(viewer, grant_id)
    form = FollowForm(request.POST or None)
    context = {"form": form, "grant": grant}
    if request.method == "POST" and form.is_valid():
        try:
            _made, secret = sharing.subscribe(viewer, grant.pk, url=form.cleaned_data["url"])
        except Refusal as refusal:
            add_refusal(form, refusal)
        else:
            context = {"grant": grant, "secret": secret}
    return render(request, "desk/sharing/follow.html", context)


def resume(request: HttpRequest, subscription_id: int) -> HttpResponse:
    """Go on, from where it stood or from an earlier change."""
    if request.method == "POST":
        text = request.POST.get("after", "")
        after = int(text) if text.isascii() and text.isdecimal() and len(text) < 18 else None
        found = sharing.resume(viewer_of(request), subscription_id, after=after)
        messages.success(request, _("Sent again from change %(cursor)s on.") % {"cursor": found.cursor})
    return _back(subscription_id)


def end(request: HttpRequest, subscription_id: int) -> HttpResponse:
    """No more changes to this address."""
    if request.method == "POST":
        sharing.unsubscribe(viewer_of(request), subscription_id)
        messages.success(request, _("Ended."))
    return _back(subscription_id)


def _back(subscription_id: int) -> HttpResponseRedirect:
    grant_id = Subscription.objects.filter(pk=subscription_id).values_list("grant_id", flat=True).first()
    return HttpResponseRedirect(
        reverse("desk.grant", args=[grant_id]) if grant_id else reverse("desk.grants")
    )
