"""Urban management's routes of the platform's API: reporting what is wrong, and following it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from ninja import Header, Router, Schema
from pydantic import Field

from yicheng.apps.urban.actions.report import Report, report
from yicheng.apps.urban.limits import count_report
from yicheng.core.cases.declare import PROCESSES
from yicheng.core.people.public import viewer_of
from yicheng.core.web.declare import ApiRoutes, StandardDoor
from yicheng.core.web.public import answer

router = Router()


class NewReport(Schema):
    """What is wrong, and where: a point, or the street or town."""

    class_code: Annotated[str, Field(max_length=20)]
    words: Annotated[str, Field(max_length=4000)]
    lon: Annotated[float | None, Field(ge=-180, le=180)] = None
    lat: Annotated[float | None, Field(ge=-90, le=90)] = None
    datum: Literal["wgs84", "cgcs2000", "gcj02", "bd09"] = "wgs84"
    division: Annotated[str, Field(max_length=12)] = ""
    address: Annotated[str, Field(max_length=200)] = ""
    contact_name: Annotated[str, Field(max_length=80)] = ""
    contact_phone: Annotated[str, Field(max_length=40)] = ""


@dataclass(frozen=True, slots=True)
class WaitingTask:
    """A step that waits; told to staff only."""

    id: int
    kind: str
    organisation_id: int | None


@dataclass(frozen=True, slots=True)
class ReportOut:
    """What became of a report. ``follow`` is the address where its sender follows it without an account."""

    case_id: int
    number: str
    stage: str
    follow: str
    open_tasks: Sequence[WaitingTask] = ()


@router.post("/reports", response={201: ReportOut}, operation_id="report_case", summary="Report something")
def post_report(
    request: HttpRequest,
    new: NewReport,
    idempotency_key: str = Header(default="", max_length=100, alias="Idempotency-Key"),  # type: ignore[type-arg]
) -> HttpResponse:
    """Open a case. The same ``Idempotency-Key`` again answers with the same case and opens none."""
    viewer = viewer_of(request)
    count_report(viewer)
    source = "hotline" if viewer.kind == "staff" else "api" if viewer.kind == "system" else "portal"
    reported = report(viewer, Report(**new.dict(), source=source), idempotency_key=idempotency_key)
    tasks: list[Any] = []
    if viewer.kind == "staff":
        tasks = [WaitingTask(task.pk, task.kind, task.organisation_id) for task in reported.open_tasks]
    case = reported.case
    follow = request.build_absolute_uri(reverse("urban.follow", args=[reported.token]))
    return answer(ReportOut(case.pk, case.number, _stage(case), follow, tasks), status=201)


def _stage(case: Any) -> str:
    return str(PROCESSES.get(case.process).stages.get(case.stage, case.stage))


API_ROUTES = (ApiRoutes("urban", "urban", lambda: router),)
STANDARD_DOORS = (
    StandardDoor(
        "urban.open311", "open311/v2/", "yicheng.apps.urban.connectors.open311.urls", "Open311 GeoReport v2"
    ),
)
