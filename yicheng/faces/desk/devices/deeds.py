"""What is done with a device from its page, each a form that also opens as a dialog."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as now
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from yicheng.core.kernel.errors import Invalid, NotFound, Refusal
from yicheng.core.people.public import Viewer, viewer_of
from yicheng.core.sensing.actions import keys, life
from yicheng.core.sensing.models import Device
from yicheng.core.sensing.queries.devices import find_device
from yicheng.core.web.public import add_refusal
from yicheng.faces.desk.devices.forms import (
    KeyForm,
    MaintainForm,
    MoveForm,
    ReasonForm,
    ReplaceForm,
    UnbindForm,
)
from yicheng.faces.desk.devices.register import KEEP, trail


@dataclass(frozen=True, slots=True)
class Deed:
    """A form and what it does; ``note`` says what follows."""

    title: str | Promise
    form: type[forms.Form]
    run: Callable[[Viewer, int, dict[str, Any]], None]
    done: str | Promise
    note: str | Promise = ""
    tone: str = "primary"


def _replace(viewer: Viewer, device_id: int, said: dict[str, Any]) -> None:
    other = Device.objects.filter(number=said["by"].strip()).first()
    if other is None:
        raise Invalid(_("There is no such device."), fields={"by": _("There is no such device.")})
    life.replace(viewer, device_id, by_id=other.pk, reason=said["reason"])


DEEDS = {
    "move": Deed(
        _("Change the state"),
        MoveForm,
        lambda viewer, device_id, said: life.move_device(viewer, device_id, **said),
        _("The state is changed."),
    ),
    "maintain": Deed(
        _("Record maintenance"),
        MaintainForm,
        lambda viewer, device_id, said: life.maintain(viewer, device_id, **said),
        _("The maintenance is recorded."),
    ),
    "unbind": Deed(
        _("Unbind"),
        UnbindForm,
        lambda viewer, device_id, said: life.unbind(viewer, device_id, **said),
        _("The device is unbound."),
        _("What bore it is no longer watched by this device."),
    ),
    "replace": Deed(
        _("Replace by another device"),
        ReplaceForm,
        _replace,
        _("The device is replaced."),
        _("Bearer, component, place and gateway go over to the new device; this one is retired."),
    ),
    "retire": Deed(
        _("Retire the device"),
        ReasonForm,
        lambda viewer, device_id, said: life.retire(viewer, device_id, **said),
        _("The device is retired."),
        _("It is unbound, its keys are revoked, its readings refused. What it measured stays."),
        "danger",
    ),
}


def do(request: HttpRequest, device_id: int, deed: str) -> HttpResponse:
    """One of the deeds above."""
    viewer = viewer_of(request)
    chosen = DEEDS.get(deed)
    if chosen is None:
        raise NotFound(_("There is nothing at this address."))
    device = find_device(viewer, device_id)
    viewer.require(KEEP, organisation_id=device.organisation_id, division=device.division_code)
    form, status = chosen.form(request.POST or None), 200
    if request.method == "POST" and form.is_valid():
        try:
            chosen.run(viewer, device_id, form.cleaned_data)
        except Refusal as refusal:
            add_refusal(form, refusal)
            status = refusal.status
        else:
            messages.success(request, str(chosen.done))
            return redirect("desk.device", device_id)
    context = {
        "form": form,
        "button": chosen.title,
        "tone": chosen.tone,
        "note": chosen.note,
        "page_title": chosen.title,
        "back": reverse("desk.device", args=[device_id]),
        "breadcrumb": trail((reverse("desk.device", args=[device_id]), device.name)),
    }
    return render(request, "desk/devices/form.html", context, status=status)


def issue(request: HttpRequest, device_id: int) -> HttpResponse:
    """Issue a key; it is on the answer and never again."""
    viewer = viewer_of(request)
    device = find_device(viewer, device_id)
    viewer.require(keys.ISSUE, organisation_id=device.organisation_id, division=device.division_code)
    form = KeyForm(request.POST if request.method == "POST" else None)
    back = reverse("desk.device", args=[device_id])
    if request.method == "POST" and form.is_valid():
        key = keys.issue_key(viewer, device_id, per_minute=form.cleaned_data["per_minute"])
        title = now("Key of %(number)s") % {"number": device.number}
        return render(
            request, "web/administration/secret.html", {"secret_title": title, "secret": key, "next": back}
        )
    context = {
        "form": form,
        "button": _("Issue a key"),
        "back": back,
        "breadcrumb": trail((back, device.name)),
    }
    return render(request, "desk/devices/form.html", context)


@require_POST
def revoke(request: HttpRequest, device_id: int, key_id: int) -> HttpResponse:
    """Revoke a key."""
    keys.revoke_key(viewer_of(request), key_id)
    messages.success(request, now("The key is revoked."))
    return redirect("desk.device", device_id)
