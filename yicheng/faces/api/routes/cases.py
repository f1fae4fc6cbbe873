"""Cases: lists by keyset, one case, its history."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from ninja import Query, Router, Schema
from pydantic import AwareDatetime, BeforeValidator, Field

from yicheng.core.cases import public as cases
from yicheng.core.kernel import clock
from yicheng.core.kernel.errors import SignInRequired
from yicheng.core.people.public import viewer_of
from yicheng.core.web.public import answer, keyset_page
from yicheng.faces.api.routes.shapes import CasePage, CaseWhole, StepOut, case_out, step_out, task_out

router = Router()
Code = Annotated[str, Field(max_length=20)]


def _as_text(value: object) -> object:
    """Pydantic would take a bare number for seconds since 1970; the description says date-time."""
    if isinstance(value, str) and "T" not in value.upper():
        raise ValueError("give a moment as 2026-11-23T08:00:00+08:00")
    return value


Moment = Annotated[AwareDatetime, BeforeValidator(_as_text)]


class CaseFilters(Schema):
    """Which cases, and which page of them."""

    status: Literal["open", "suspended", "closed", "cancelled", "merged"] | None = None
    stage: Annotated[str, Field(max_length=30)] = ""
    class_code: Annotated[Code, Field(description="A class and those below it.")] = ""
    division: Annotated[
        str, Field(pattern=r"^([0-9]{6}|[0-9]{9}|[0-9]{12})?$", description="A division and what lies in it.")
    ] = ""
    organisation_id: Annotated[int, Field(ge=1, le=2**63 - 1)] | None = None
    source: Annotated[str, Field(max_length=20)] = ""
    opened_from: Moment | None = None
    opened_to: Moment | None = None
    is_overdue: Annotated[bool | None, Field(description="Open and past its due time, or not.")] = None
    q: Annotated[str, Field(max_length=100, description="Words of number, title, address, description.")] = ""
    after: Annotated[str, Field(max_length=200, description="The mark of the page before.")] = ""
    limit: Annotated[int, Field(ge=1, le=200)] = 50


@router.get("", response={200: CasePage}, operation_id="list_cases", summary="List cases")
def list_cases(request: HttpRequest, chosen: Query[CaseFilters]) -> HttpResponse:
    """The cases the caller may see, newest first. One query, the same for the first page and the last."""
    viewer = viewer_of(request)
    if not viewer.is_signed_in:
        raise SignInRequired(_("Please sign in to see cases."))
    page = keyset_page(
        _narrowed(cases.cases_for(viewer), chosen), order=("-id",), size=chosen.limit, after=chosen.after
    )
    return answer(CasePage([case_out(case) for case in page.rows], page.next))


@router.get("/{int:case_id}", response={200: CaseWhole}, operation_id="get_case", summary="One case")
def get_case(request: HttpRequest, case_id: int) -> HttpResponse:
    """A case with its tasks."""
    found = cases.case_detail(viewer_of(request), case_id)
    return answer(
        CaseWhole(
            case=case_out(found.case),
            description=found.case.description,
            due=found.due,
            tasks=[task_out(task) for task in found.tasks],
            mine=[task.pk for task in found.mine],
        )
    )


@router.get(
    "/{int:case_id}/history",
    response={200: list[StepOut]},
    operation_id="case_history",
    summary="Its history",
)
def case_history(request: HttpRequest, case_id: int) -> HttpResponse:
    """What happened to a case, in order."""
    found = cases.case_detail(viewer_of(request), case_id)
    return answer([step_out(step) for step in found.steps])


def _narrowed(rows: QuerySet[Any], chosen: CaseFilters) -> QuerySet[Any]:
    equal = {
        "status": chosen.status,
        "stage": chosen.stage,
        "organisation_id": chosen.organisation_id,
        "source": chosen.source,
        "opened_at__gte": chosen.opened_from,
        "opened_at__lt": chosen.opened_to,
    }
    rows = rows.filter(**{name: value for name, value in equal.items() if value not in (None, "")})
    if chosen.class_code:
        rows = cases.in_class(rows, chosen.class_code)
    if chosen.division:
        rows = cases.in_division(rows, chosen.division)
    if chosen.is_overdue is not None:
        overdue = {"status": "open", "due_at__lt": clock.now()}
        rows = rows.filter(**overdue) if chosen.is_overdue else rows.exclude(**overdue)
    return cases.with_words(rows, chosen.q) if chosen.q else rows
