"""What came in by file, and what was refused."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as now
from django.utils.translation import gettext_lazy as _

from yicheng.core.kernel.errors import Refusal
from yicheng.core.people.public import viewer_of
from yicheng.core.sensing.actions.imports import import_readings
from yicheng.core.sensing.models import Device, RefusedPayload
from yicheng.core.sensing.queries import keeping
from yicheng.core.web.public import Column, Filter, ListPage, Order, add_refusal, badge, list_view, moment
from yicheng.faces.desk.devices.forms import FileForm
from yicheng.faces.desk.devices.register import trail


def import_file(request: HttpRequest) -> HttpResponse:
    """Send a data logger's file; the report stands below, with those before it."""
    viewer, status = viewer_of(request), 200
    form = FileForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        device = Device.objects.filter(number=said["device"].strip()).first()
        if device is None:
            form.add_error("device", now("There is no such device."))
            status = 422
        else:
            try:
                done = import_readings(
                    viewer,
                    device.pk,
                    data=said["file"].read(),
                    name=said["file"].name,
                    logger=said["logger"],
                    zone=said["zone"],
                )
            except Refusal as refusal:
                add_refusal(form, refusal)
                status = refusal.status
            else:
                text = now("%(stored)s readings are stored.") % {"stored": f"{done.stored_count:,}"}
                messages.success(request, text)
                return redirect("desk.import_readings")
    context = {"form": form, "imports": keeping.reading_imports(viewer), "breadcrumb": trail()}
    return render(request, "desk/devices/import.html", context, status=status)


def _size(row: Any) -> str:
    return f"{row.size:,}"


REFUSED = ListPage(
    rows=keeping.refused_payloads,
    link=lambda row: reverse("desk.refused_payload", args=[row.pk]),
    columns=(
        Column("when", _("When"), lambda row: moment(row.received_at)),
        Column("reason", _("Reason"), lambda row: badge(row.get_reason_display(), "warn")),
        Column("detail", _("Details"), lambda row: row.detail[:120]),
        Column("door", _("Door"), lambda row: row.door),
        Column("key", _("Key"), lambda row: str(row.key or "")),
        Column("count", _("Readings"), lambda row: row.count, is_number=True),
        Column("size", _("Bytes"), _size, is_number=True),
    ),
    filters=(
        Filter(
            "reason",
            _("Reason"),
            lambda rows, value: rows.filter(reason=value),
            choices=lambda _viewer: RefusedPayload.Reason.choices,
        ),
    ),
    orders=(Order("newest", _("Newest first"), ("-id",)),),
    nothing_title=_("Nothing was refused"),
    nothing_text=_("What devices send and the platform can't take stands here, with the reason."),
)
refused = list_view(REFUSED)


def refused_payload(request: HttpRequest, payload_id: int) -> HttpResponse:
    """One refused payload, as text and as bytes."""
    row = keeping.refused_payload(viewer_of(request), payload_id)
    payload = bytes(row.payload)
    context = {
        "row": row,
        "text": payload.decode(errors="replace"),
        "is_text": payload.isascii() or "�" not in payload.decode(errors="replace"),
        "dump": payload[:512].hex(" ", 2),
        "page_title": row.get_reason_display(),
        "breadcrumb": trail((reverse("desk.refused_payloads"), _("Refused payloads"))),
    }
    return render(request, "desk/devices/refused.html", context)


def example() -> Mapping[str, Any]:
    """A refused payload, if there is one."""
    return {"payload_id": RefusedPayload.objects.order_by("-pk").values_list("pk", flat=True).first() or 0}
