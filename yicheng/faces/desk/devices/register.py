"""The register of devices as a list, and the form for a new one."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as now
from django.utils.translation import gettext_lazy as _

from yicheng.core.kernel.errors import Refusal
from yicheng.core.people.public import Viewer, viewer_of
from yicheng.core.places.public import divisions, full_name
from yicheng.core.sensing.models import Status
from yicheng.core.sensing.public import NewDevice, register_device
from yicheng.core.sensing.queries import devices as queries
from yicheng.core.sensing.queries import keeping
from yicheng.core.web.public import Column, Filter, ListPage, Order, add_refusal, list_view, moment
from yicheng.faces.desk.devices.forms import DeviceForm
from yicheng.faces.desk.devices.wording import state_badge

KEEP = "sensing.keep_devices"


def _by_words(rows: QuerySet[Any], text: str) -> QuerySet[Any]:
    return rows.filter(Q(number__startswith=text) | Q(name__startswith=text) | Q(serial=text))


def _by_state(rows: QuerySet[Any], value: str) -> QuerySet[Any]:
    if value == "silent":
        return rows.filter(hearing__is_silent=True, status=Status.IN_SERVICE)
    if value == "wrong_clock":
        return rows.filter(has_wrong_clock=True, status=Status.IN_SERVICE)
    if value not in Status.values:
        raise ValueError(value)
    return rows.filter(status=value)


def _states(_viewer: Viewer) -> list[tuple[str, Any]]:
    return [("silent", _("silent")), ("wrong_clock", _("wrong clock")), *Status.choices]


def _heard(device: Any) -> Any:
    hearing = getattr(device, "hearing", None)
    return moment(hearing.heard_at) if hearing and hearing.heard_at else "–"


DEVICES = ListPage(
    rows=queries.devices,
    link=lambda device: reverse("desk.device", args=[device.pk]),
    columns=(
        Column("number", _("Number"), lambda device: device.number, is_short=True),
        Column("name", _("Name"), lambda device: device.name),
        Column("state", _("State"), state_badge, lambda device: device.get_status_display()),
        Column("model", _("Model"), lambda device: str(device.model)),
        Column("heard", _("Last heard"), _heard, lambda device: getattr(device.hearing, "heard_at", "")),
        Column("place", _("Place"), lambda device: device.place or full_name(device.division_code)),
        Column("organisation", _("Organisation"), lambda device: str(device.organisation or "")),
    ),
    filters=(
        Filter("q", _("Number, name or serial number"), _by_words, kind="search"),
        Filter("state", _("State"), _by_state, choices=_states),
        Filter(
            "model",
            _("Model"),
            lambda rows, value: rows.filter(model_id=value),
            choices=lambda _viewer: [(model.pk, str(model)) for model in keeping.models()],
        ),
        Filter(
            "division",
            _("District"),
            lambda rows, value: rows.filter(division_code__startswith=value),
            choices=lambda _viewer: [(one.code, one.name) for one in divisions(2)],
        ),
    ),
    orders=(
        Order("number", _("By number"), ("number",)),
        Order("newest", _("Newest first"), ("-registered_at", "-id")),
    ),
    export="devices",
    template="desk/devices/list.html",
    nothing_title=_("No devices here"),
    nothing_text=_("Register one, or choose other filters."),
    context=lambda request: {"may_keep": viewer_of(request).may(KEEP)},
)
devices = list_view(DEVICES)


def new_device(request: HttpRequest) -> HttpResponse:
    """Register a device; its page opens."""
    form, status = DeviceForm(request.POST or None), 200
    if request.method == "POST" and form.is_valid():
        try:
            device = register_device(viewer_of(request), NewDevice(**form.cleaned_data))
        except Refusal as refusal:
            add_refusal(form, refusal)
            status = refusal.status
        else:
            messages.success(request, now("%(number)s is registered.") % {"number": device.number})
            return redirect("desk.device", device.pk)
    context = {"form": form, "button": _("Register"), "back": reverse("desk.devices"), "breadcrumb": trail()}
    return render(request, "desk/devices/form.html", context, status=status)


def trail(*more: tuple[str, Any]) -> list[tuple[str, Any]]:
    """The way back to the register."""
    return [(reverse("desk.devices"), _("Devices")), *more]
