"""The collector's page for the phone: reports, steps on the spot, cells of the shift; works without a network.

The page as the server made it is what the device keeps; ``assets/field.js`` puts what is sent into a queue
and sends it when the network is back. Without script every form here works as a form.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from yicheng.apps.urban.actions.field import end_on_the_spot, gone
from yicheng.apps.urban.actions.patrols import Visit, tick_cell
from yicheng.apps.urban.actions.report import Report, report
from yicheng.apps.urban.forms.field import FieldReportForm
from yicheng.apps.urban.pages.cellmap import CellMap, cell_map
from yicheng.apps.urban.pages.parts import class_name
from yicheng.apps.urban.queries.field import INSPECT, field_task, field_tasks, is_done_by
from yicheng.apps.urban.queries.parts import part_with_code
from yicheng.apps.urban.queries.patrols import PATROL, current_shift, my_cells
from yicheng.core.cases.declare import PROCESSES, TaskKind
from yicheng.core.journal.public import receive_file
from yicheng.core.kernel import clock
from yicheng.core.kernel.errors import Invalid
from yicheng.core.people.public import viewer_of
from yicheng.core.places.public import full_name
from yicheng.core.web.declare import Menu, Page
from yicheng.core.web.public import asset_url, city


@require_GET
def field_page(request: HttpRequest) -> HttpResponse:
    """Everything a collector needs in the street, on one page."""
    viewer = viewer_of(request)
    cells = my_cells(viewer) if viewer.may(PATROL) else []
    tasks = [_task(one) for one in field_tasks(viewer)]
    context = {
        "form": FieldReportForm(),
        "tasks": tasks,
        "cells": cells,
        "shift": current_shift(viewer) if viewer.may(PATROL) else None,
        "drawn": _drawn(cells, tasks),
        "seen": sum(cell.is_seen for cell in cells),
        "made_at": clock.now(),
    }
    response = render(request, "urban/field.html", context)
    response["Cache-Control"] = "private, no-cache"
    return response


def _task(task: Any) -> dict[str, Any]:
    case, kind = task.case, _kinds()[task.kind]
    return {
        "it": task,
        "case": case,
        "title": kind.title,
        "class_name": class_name(case),
        "outcomes": kind.outcomes,
        "place": case.address or full_name(case.division_code),
        "has_point": case.lon is not None and case.lat is not None,
    }


def _drawn(cells: Sequence[Any], tasks: Sequence[Mapping[str, Any]]) -> CellMap | None:
    points = [(task["case"].lon, task["case"].lat, task["it"].pk) for task in tasks if task["has_point"]]
    return cell_map(cells, points)


def _kinds() -> Mapping[str, TaskKind]:
    return {kind.key: kind for kind in PROCESSES.get("urban.case").tasks}


@require_POST
def send_report(request: HttpRequest) -> HttpResponse:
    """Take a collector's report; the same ``Idempotency-Key`` again leads to the same case."""
    viewer = viewer_of(request)
    viewer.require(INSPECT)
    form = FieldReportForm(request.POST, request.FILES)
    _check(form)
    values = form.cleaned_data
    new = Report(
        class_code=values["class_code"],
        words=values["words"],
        lon=values["lon"],
        lat=values["lat"],
        address=values["address"],
        source="inspector",
        severity=values["severity"],
        photos=[receive_file(viewer, upload) for upload in values["photos"]],
        part_id=_part_id(values["part_code"], values["class_code"]),
    )
    key = request.headers.get("Idempotency-Key", "").strip()[:100]
    made = report(viewer, new, idempotency_key=f"field:{viewer.account_id}:{key}" if key else "")
    return _said(request, _("Reported: %(number)s.") % {"number": made.case.number}, number=made.case.number)


def _part_id(code: str, class_code: str) -> int | None:
    if not code.strip():
        return None
    found = part_with_code(code.strip(), class_code=class_code)
    if found is None:
        text = gettext_lazy(
            "There is no part of this class with this code: look at the plate again, or leave it out."
        )
        raise Invalid(text, fields={"part_code": text})
    return found


@require_POST
def end_task(request: HttpRequest, task_id: int) -> HttpResponse:
    """End a step on the spot with what was seen."""
    viewer = viewer_of(request)
    task, outcome = field_task(viewer, task_id), request.POST.get("outcome", "")
    if task is None:
        if is_done_by(viewer, task_id, outcome=outcome):
            return _said(request, _("This was sent before and is done."))
        raise gone()
    kind = _kinds()[task.kind]
    if outcome not in {one.key for one in kind.outcomes}:
        raise Invalid(
            gettext_lazy("Choose what you found."), fields={"outcome": gettext_lazy("Choose what you found.")}
        )
    data = _step_data(request, viewer, task, kind=kind, outcome=outcome)
    note = str(data.pop("note", ""))
    end_on_the_spot(viewer, task_id, outcome=outcome, data=data, note=note)
    return _said(request, _("Done: %(number)s.") % {"number": task.case.number})


def _step_data(
    request: HttpRequest, viewer: Any, task: Any, *, kind: TaskKind, outcome: str
) -> dict[str, Any]:
    if kind.form is None:
        return {"note": request.POST.get("note", "")[:500]}
    form = kind.form(request.POST, request.FILES, viewer=viewer, case=task.case, task=task, outcome=outcome)
    _check(form)
    return dict(form.cleaned_data)


def _check(form: Any) -> None:
    """Raise what is wrong with a form, by field, each named by its label."""
    if form.is_valid():
        return
    fields = {
        name: " ".join([str(form.fields[name].label or name) + ":", *map(str, errors)])
        if name in form.fields
        else " ".join(map(str, errors))
        for name, errors in form.errors.items()
    }
    raise Invalid(gettext_lazy("Something is missing or wrong: mend it and send it again."), fields=fields)


@require_POST
def seen_cell(request: HttpRequest) -> HttpResponse:
    """Tick a cell of one's shift. Only its code arrives here: where one stood stays on the device."""
    viewer = viewer_of(request)
    code = request.POST.get("cell_code", "")
    if not (code.isascii() and code.isdigit() and len(code) == 15):
        raise Invalid(gettext_lazy("This is no unit cell: its code has fifteen digits."))
    tick_cell(viewer, Visit(code, _moment(request.POST.get("seen_at", ""))))
    return _said(request, _("Seen: cell %(code)s.") % {"code": code[-6:]})


def _moment(text: str) -> datetime:
    try:
        moment = parse_datetime(text) if text else None
    except ValueError:
        moment = None
    return moment if moment and moment.tzinfo else clock.now()


def _said(request: HttpRequest, text: str, **more: str) -> HttpResponse:
    """For the queue JSON, for a form without script the page again with the sentence."""
    if "application/json" in request.headers.get("Accept", ""):
        return JsonResponse({"said": text, **more})
    messages.success(request, text)
    return HttpResponseRedirect(reverse("urban.field"))


@require_GET
def manifest(_request: HttpRequest) -> JsonResponse:
    """What lets a phone install this page as an app of its own."""
    home = reverse("urban.field")
    body = {
        "id": home,
        "name": _("%(city)s · in the street") % {"city": city().name},
        "short_name": _("Inspect"),
        "start_url": home,
        "scope": home,
        "display": "standalone",
        "background_color": "#f4f6f5",
        "theme_color": "#0b3a3d",
        "icons": [{"src": asset_url("mark.svg"), "sizes": "any", "type": "image/svg+xml", "purpose": "any"}],
    }
    return JsonResponse(body, content_type="application/manifest+json")


PAGES = (
    Page(
        "urban.field",
        "desk",
        "field/",
        field_page,
        gettext_lazy("In the street"),
        INSPECT,
        Menu(gettext_lazy("Urban management"), 5, "footprints"),
    ),
    Page("urban.field_report", "desk", "field/report/", send_report, gettext_lazy("Report"), INSPECT),
    Page("urban.field_task", "desk", "field/tasks/<int:task_id>/", end_task, gettext_lazy("Done"), INSPECT),
    Page("urban.field_cell", "desk", "field/cells/", seen_cell, gettext_lazy("Seen"), PATROL),
    Page(
        "urban.field_manifest",
        "desk",
        "field/manifest.webmanifest",
        manifest,
        gettext_lazy("Install"),
        INSPECT,
    ),
)
