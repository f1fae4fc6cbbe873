"""Who the platform takes the caller for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from django.http import HttpRequest, HttpResponse
from ninja import Router

from yicheng.core.people.declare import RIGHTS
from yicheng.core.people.public import viewer_of
from yicheng.core.web.public import answer

router = Router()


@dataclass(frozen=True, slots=True)
class Me:
    """The caller. ``rights`` are held at least somewhere; where, each address decides."""

    kind: Literal["stranger", "resident", "staff", "system"]
    is_signed_in: bool
    account_id: int | None
    name: str
    organisation_id: int | None
    language: str
    rights: Sequence[str]


@router.get("", response={200: Me}, operation_id="me", summary="Who am I")
def me(request: HttpRequest) -> HttpResponse:
    """The account behind this session or token, and what it may do. No query of its own."""
    viewer = viewer_of(request)
    return answer(
        Me(
            kind=viewer.kind,
            is_signed_in=viewer.is_signed_in,
            account_id=viewer.account_id,
            name=viewer.name,
            organisation_id=viewer.organisation_id,
            language=viewer.language,
            rights=[right.key for right in RIGHTS if viewer.may(right.key)],
        )
    )
