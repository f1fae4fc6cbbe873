"""The proof of use: the log's newest checkpoint, its key, and where checkpoints are lodged."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from yicheng.core.kernel.errors import Refusal
from yicheng.core.people.public import viewer_of
from yicheng.core.sharing import public as sharing
from yicheng.core.web.public import add_refusal
from yicheng.faces.desk.sharing.forms import LodgingForm


def log(request: HttpRequest) -> HttpResponse:
    """The state of the log and its lodging places."""
    viewer = viewer_of(request)
    context = {
        "state": sharing.state(),
        "places": sharing.places(viewer),
        "checkpoints": sharing.checkpoints(viewer),
        "may_keep": viewer.may("sharing.keep_log"),
    }
    return render(request, "desk/sharing/log.html", context)


def add(request: HttpRequest) -> HttpResponse:
    """One more place."""
    form = LodgingForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            sharing.add_place(viewer_of(request), **form.cleaned_data)
        except Refusal as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, _("The next checkpoint goes there, too."))
            return HttpResponseRedirect(reverse("desk.sharing_log"))
    return render(request, "desk/sharing/lodge.html", {"form": form})


def end(request: HttpRequest, place_id: int) -> HttpResponse:
    """No more checkpoints there."""
    if request.method == "POST":
        sharing.end_place(viewer_of(request), place_id)
        messages.success(request, _("No more checkpoints go there. What lies there stays."))
    return HttpResponseRedirect(reverse("desk.sharing_log"))
