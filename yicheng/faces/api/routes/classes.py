"""The classes of cases."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router, Schema
from pydantic import Field

from yicheng.core.cases.declare import PROCESSES
from yicheng.core.cases.public import ClassInfo, case_classes
from yicheng.core.people.public import viewer_of
from yicheng.core.web.public import answer

router = Router()


@dataclass(frozen=True, slots=True)
class ClassOut:
    """A class. ``is_leaf``: cases may be of it; others only group."""

    code: str
    application: str
    kind: str
    name: str
    parent_code: str
    definition: str
    keywords: Sequence[str]
    is_public: bool
    is_leaf: bool


class ClassFilters(Schema):
    """Which classes."""

    application: Annotated[str, Field(max_length=30)] = ""
    kind: Literal["event", "part"] | None = None


@router.get("", response={200: list[ClassOut]}, operation_id="list_classes", summary="List classes of cases")
def list_classes(request: HttpRequest, chosen: Query[ClassFilters]) -> HttpResponse:
    """All classes in force; to who is not staff, those that residents may report."""
    all_of_them = viewer_of(request).kind in ("staff", "system")
    applications = sorted({process.application for process in PROCESSES})
    found = [
        _out(application, one)
        for application in applications
        if chosen.application in ("", application)
        for one in case_classes(application)
        if chosen.kind in (None, one.kind) and (all_of_them or one.is_public)
    ]
    return answer(found)


def _out(application: str, one: ClassInfo) -> ClassOut:
    return ClassOut(
        code=one.code,
        application=application,
        kind=one.kind,
        name=one.name,
        parent_code=one.parent_code,
        definition=one.definition,
        keywords=one.keywords,
        is_public=one.is_public,
        is_leaf=one.is_leaf,
    )
