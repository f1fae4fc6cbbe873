"""Labels on things of the city: devices and unit cells. Staff are led on to their page, everybody else learns whose it is."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from yicheng.core.people.public import viewer_of
from yicheng.core.places import public as places
from yicheng.core.sensing.models import Device


def device(request: HttpRequest, code: str) -> HttpResponse | None:
    """A device by the number on its label. One query."""
    found = Device.objects.select_related("organisation").filter(number__in={code, code.upper()}).first()
    if found is None:
        return None
    viewer = viewer_of(request)
    if viewer.may(
        "sensing.view_devices", organisation_id=found.organisation_id, division=found.division_code
    ):
        return HttpResponseRedirect(reverse("desk.device", args=[found.pk]))
    context = {"body": found.organisation, "number": found.number}
    return render(request, "code/device.html", context)


def cell(request: HttpRequest, code: str) -> HttpResponse | None:
    """A unit cell by its code."""
    found = places.cell(code)
    if found is None:
        return None
    viewer = viewer_of(request)
    if viewer.may("places.view_grid", division=found.code[:12]):
        return HttpResponseRedirect(reverse("map.area", args=[found.code]))
    point = f"{found.lon},{found.lat}"
    context = {"cell": found, "place": places.full_name(found.code[:12]), "point": point}
    return render(request, "code/cell.html", context)
