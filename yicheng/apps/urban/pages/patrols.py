"""Patrol coverage at the desk and on the map: which cells nobody saw, who is sent there. Cells, never persons' ways."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from yicheng.apps.urban.actions.patrols import ask_visits, cancel_shift, plan_shift, withdraw_visit
from yicheng.apps.urban.forms.patrols import ShiftForm, VisitForm
from yicheng.apps.urban.queries.parts import rules
from yicheng.apps.urban.queries.patrols import (
    PLAN,
    VIEW,
    CellState,
    coverage,
    coverage_between,
    is_unseen,
    open_visits,
    shifts_of,
    today,
    viewable_counties,
)
from yicheng.core.kernel import clock
from yicheng.core.kernel.errors import Invalid, Refusal
from yicheng.core.people.public import viewer_of
from yicheng.core.places.public import cells_under, division_name, full_name
from yicheng.core.web.declare import Box, MapLayer, Menu, Page
from yicheng.core.web.public import add_refusal

MOST_SHOWN = 300


def coverage_page(request: HttpRequest) -> HttpResponse:
    """A county on a day: its streets, and the cells that nobody saw."""
    viewer = viewer_of(request)
    counties = viewable_counties(viewer, VIEW)
    chosen = _chosen(request, [one.code for one in counties])
    day, days = _day(request), _days(request)
    found = coverage(viewer, under=chosen, days=days, on=day) if chosen else None
    street = request.GET.get("street", "")
    unseen = [one for one in found.unseen if one.cell.code.startswith(street)] if found else []
    context = {
        "counties": counties,
        "chosen": chosen,
        "day": day,
        "days": days,
        "found": found,
        "street": street,
        "street_name": division_name(street) if street else "",
        "shown": unseen[:MOST_SHOWN],
        "more": max(0, len(unseen) - MOST_SHOWN),
        "visits": open_visits(viewer, chosen)[:MOST_SHOWN] if chosen else [],
        "may_plan": bool(chosen) and viewer.may(PLAN, division=chosen),
        "visit_form": VisitForm(viewer=viewer) if chosen and viewer.may(PLAN, division=chosen) else None,
    }
    return render(request, "urban/coverage.html", context)


@require_POST
def ask(request: HttpRequest) -> HttpResponse:
    """Ask for visits to the ticked cells."""
    viewer = viewer_of(request)
    form = VisitForm(request.POST, viewer=viewer)
    cells = [code for code in request.POST.getlist("cell") if code.isdecimal() and len(code) == 15]
    if not form.is_valid():
        raise Invalid(" ".join(str(error) for errors in form.errors.values() for error in errors))
    if not cells:
        raise Invalid(gettext_lazy("Tick at least one cell first."))
    asked = ask_visits(viewer, cells, **form.cleaned_data)
    said = ngettext("%(count)s visit asked for.", "%(count)s visits asked for.", asked) % {"count": asked}
    if asked < len(set(cells)):
        said += " " + _("The others had been asked for before.")
    messages.success(request, said)
    return _back(request)


@require_POST
def withdraw(request: HttpRequest, task_id: int) -> HttpResponse:
    """Take a visit back."""
    withdraw_visit(viewer_of(request), task_id)
    messages.success(request, _("The visit is not needed any more."))
    return _back(request)


def shifts_page(request: HttpRequest) -> HttpResponse:
    """Shifts to come, and planning another."""
    viewer, status = viewer_of(request), 200
    counties = viewable_counties(viewer, PLAN)
    chosen = _chosen(request, [one.code for one in counties])
    form = ShiftForm(request.POST or None, viewer=viewer, county=chosen)
    if request.method == "POST" and form.is_valid():
        try:
            _plan(viewer, form.cleaned_data)
            return HttpResponseRedirect(f"{reverse('urban.shifts')}?{urlencode({'division': chosen})}")
        except Refusal as refusal:
            add_refusal(form, refusal)
            status = refusal.status
    now = clock.now()
    rows = [
        {"it": one, "place": full_name(one.division_code), "may_cancel": one.begins_at > now}
        for one in shifts_of(viewer)[:MOST_SHOWN]
    ]
    context = {"counties": counties, "chosen": chosen, "form": form, "shifts": rows}
    return render(request, "urban/shifts.html", context, status=status)


def _plan(viewer: Any, values: Mapping[str, Any]) -> None:
    cells = [cell.code for cell in cells_under(values["division"])]
    plan_shift(
        viewer,
        values["account_id"],
        division=values["division"],
        begins_at=values["begins_at"],
        ends_at=values["ends_at"],
        cells=cells,
    )


@require_POST
def cancel(request: HttpRequest, shift_id: int) -> HttpResponse:
    """Take a shift back that has not begun."""
    cancel_shift(viewer_of(request), shift_id)
    messages.success(request, _("The shift is taken back."))
    return HttpResponseRedirect(reverse("urban.shifts"))


def _chosen(request: HttpRequest, codes: Sequence[str]) -> str:
    wanted = request.GET.get("division", "") or request.POST.get("county", "")
    return wanted if wanted in codes else (codes[0] if codes else "")


def _day(request: HttpRequest) -> date:
    try:
        return date.fromisoformat(request.GET.get("day", ""))
    except ValueError:
        return today()


def _days(request: HttpRequest) -> int:
    text = request.GET.get("days", "")
    return min(max(int(text[:3]), 1), 365) if text.isdecimal() else rules().unseen_days


def _back(request: HttpRequest) -> HttpResponse:
    query = urlencode({name: request.POST[name] for name in ("division", "days") if name in request.POST})
    return HttpResponseRedirect(f"{reverse('urban.coverage')}?{query}")


def features(viewer: Any, box: Box, wanted: Mapping[str, str]) -> Mapping[str, Any]:
    """The cells of a viewport, coloured by how long nobody saw them."""
    days = rules().unseen_days
    states = coverage_between(viewer, box.west, box.south, east=box.east, north=box.north)
    return {"type": "FeatureCollection", "features": [_feature(state, days) for state in states]}


def _feature(state: CellState, days: int) -> Mapping[str, Any]:
    kind = "today" if state.visits_today else "unseen" if is_unseen(state, days=days) else "lately"
    return {
        "type": "Feature",
        "geometry": {"type": "Polygon", "coordinates": [[list(point) for point in state.cell.ring]]},
        "properties": {
            "state": kind,
            "title": state.cell.code,
            "last": state.last_seen_on.isoformat() if state.last_seen_on else "",
            "url": f"{reverse('urban.coverage')}?division={state.cell.code[:6]}",
        },
    }


GROUP = gettext_lazy("Urban management")
PAGES = (
    Page(
        "urban.coverage",
        "desk",
        "patrols/",
        coverage_page,
        gettext_lazy("Patrol coverage"),
        VIEW,
        Menu(GROUP, 45, "grid-3x3"),
    ),
    Page("urban.ask_visits", "desk", "patrols/visits/", ask, gettext_lazy("Ask for visits"), PLAN),
    Page(
        "urban.withdraw_visit",
        "desk",
        "patrols/visits/<int:task_id>/",
        withdraw,
        gettext_lazy("Take back"),
        PLAN,
    ),
    Page(
        "urban.shifts",
        "desk",
        "patrols/shifts/",
        shifts_page,
        gettext_lazy("Shifts"),
        PLAN,
        Menu(GROUP, 46, "calendar-clock"),
    ),
    Page(
        "urban.cancel_shift",
        "desk",
        "patrols/shifts/<int:shift_id>/",
        cancel,
        gettext_lazy("Take back"),
        PLAN,
    ),
)
MAP_LAYERS = (
    MapLayer(
        "urban.coverage",
        gettext_lazy("Patrol coverage"),
        VIEW,
        features,
        "areas",
        order=45,
        shown=False,
        min_zoom=13,
        legend={
            "today": gettext_lazy("seen today"),
            "lately": gettext_lazy("seen lately"),
            "unseen": gettext_lazy("not seen for days"),
        },
    ),
)
