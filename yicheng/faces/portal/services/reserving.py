"""Halls and stations: where they are, when they are open, and a time reserved at one."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.formats import date_format
from django.utils.translation import gettext as now
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from yicheng.core.kernel import clock
from yicheng.core.kernel.errors import Conflict, Invalid, NotFound, SignInRequired
from yicheng.core.kernel.languages import in_language
from yicheng.core.people.public import Viewer, viewer_of
from yicheng.core.services.actions.halls import cancel_reservation, reserve_time
from yicheng.core.services.models import Hall, ItemVersion
from yicheng.core.services.queries import halls, items
from yicheng.faces.portal.services.keeping import kept_for_strangers


@require_safe
@kept_for_strangers
def hall_list(request: HttpRequest) -> HttpResponse:
    """Every hall and station with its hours and windows."""
    today = timezone.localdate(clock.now())
    rows = [_shown(row, halls.hours_on(row, today)) for row in halls.halls(viewer_of(request))]
    context = {
        "halls": [row for row in rows if row["row"].kind == Hall.Kind.HALL],
        "stations": [row for row in rows if row["row"].kind == Hall.Kind.STATION],
        "breadcrumb": [(reverse("portal.services"), now("Government services"))],
    }
    return render(request, "portal/services/halls.html", context)


def _shown(row: Hall, today: str) -> dict[str, Any]:
    return {
        "row": row,
        "address": in_language(row.address, row.address_en),
        "today": today.replace("-", "–").replace(" ", ", "),
        "weekdays": row.weekday_hours.replace("-", "–").replace(" ", ", "),
        "saturday": row.saturday_hours.replace("-", "–").replace(" ", ", "),
        "sunday": row.sunday_hours.replace("-", "–").replace(" ", ", "),
    }


def reserve(request: HttpRequest, code: str) -> HttpResponse:
    """Choose a hall and a time for a service."""
    viewer = viewer_of(request)
    row = items.item_version(viewer, code)
    if not row.is_bookable:
        raise NotFound(_("No time is reserved for this service: just come."))
    places = [one for one in halls.halls_of(row) if one.slot_places]
    chosen = next((one for one in places if one.code == request.GET.get("hall")), None)
    chosen = chosen or (places[0] if len(places) == 1 else None)
    if request.method == "POST" and chosen is not None:
        return _book(request, row, chosen)
    return render(request, "portal/services/reserve.html", _context(row, places, chosen, request))


def _context(
    row: ItemVersion, places: list[Hall], chosen: Hall | None, request: HttpRequest
) -> dict[str, Any]:
    slots = halls.free_slots(chosen) if chosen else {}
    wanted = request.GET.get("day", "")
    day = next((one for one in slots if one.isoformat() == wanted), next(iter(slots), None))
    return {
        "item": row,
        "page_title": now("Reserve a time: %(item)s") % {"item": row},
        "places": places,
        "chosen": chosen,
        "days": list(slots),
        "day": day,
        "slots": slots.get(day, []) if day else [],
        "breadcrumb": [
            (reverse("portal.services"), now("Government services")),
            (reverse("portal.service", args=[row.item.code]), str(row)),
        ],
    }


def _book(request: HttpRequest, row: ItemVersion, hall: Hall) -> HttpResponse:
    begins_at = _moment(request.POST.get("begins_at", ""))
    try:
        made = reserve_time(viewer_of(request), row, hall_code=hall.code, begins_at=begins_at)
    except (Invalid, Conflict) as refusal:
        messages.error(request, str(refusal))
        return redirect(request.get_full_path())
    said = {"when": date_format(timezone.localtime(made.begins_at), "DATETIME_FORMAT"), "code": made.code}
    messages.success(request, now("Reserved: %(when)s. Say the code %(code)s at the hall.") % said)
    return HttpResponseRedirect(reverse("portal.reservations"))


def _moment(text: str) -> datetime:
    found = parse_datetime(text)
    if found is None or found.tzinfo is None:
        raise Invalid(_("Choose one of the times."))
    return found


@require_safe
def reservations(request: HttpRequest) -> HttpResponse:
    """One's own reservations."""
    viewer = viewer_of(request)
    if not viewer.is_signed_in:
        raise SignInRequired(_("Please sign in to see your reservations."))
    context = {"reservations": [_own(row) for row in halls.my_reservations(viewer)]}
    return render(request, "portal/services/reservations.html", context)


def _own(row: Any) -> dict[str, Any]:
    return {
        "row": row,
        "item": row.item.current or row.item.code,
        "address": in_language(row.hall.address, row.hall.address_en),
    }


@require_POST
def cancel(request: HttpRequest, reservation_id: int) -> HttpResponse:
    """Give a place back."""
    cancel_reservation(viewer_of(request), reservation_id)
    messages.success(request, now("The reservation is cancelled."))
    return redirect("portal.reservations")


def mine(viewer: Viewer, subject: Any) -> Mapping[str, Any] | None:
    """A person's reservations among their matters; absent when there is none."""
    rows = [_own(row) for row in halls.my_reservations(viewer)] if viewer.is_signed_in else []
    return {"reservations": rows} if rows else None
