"""Shared data by their grants: the call itself (described here, answered by the gateway), and its receipts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from django.http import HttpRequest, HttpResponseBase
from ninja import Query, Router

from yicheng.core.people.public import viewer_of
from yicheng.core.sharing import public as sharing
from yicheng.core.sharing.gateway.middleware import respond

router = Router()
MOST = 200


@dataclass(frozen=True, slots=True)
class SharedPage:
    """A page of rows; `next` marks the page after, or null."""

    rows: list[dict[str, str | float | bool | None]]
    next: str | None


@dataclass(frozen=True, slots=True)
class SignedReceipt:
    """A receipt in its place: JWS (RFC 7515, EdDSA), and the path from its leaf to the root over `size` entries."""

    position: int
    serial: int
    size: int
    receipt: str
    proof: list[str]


@dataclass(frozen=True, slots=True)
class Receipts:
    """Receipts of a grant, newest first, with the signed checkpoint their proofs lead to."""

    checkpoint: str
    receipts: list[SignedReceipt]


@router.get(
    "/{int:grant_id}",
    response=SharedPage,
    operation_id="shared_rows",
    summary="Rows of granted data",
    description=(
        "For a token of the organisation that the grant was given to. Further parameters `<field>=<value>` look rows up "
        "by granted, unmasked fields. `format=csv`, `ndjson` or `parquet` sends all rows. The header `Yicheng-Receipt` of the "
        "answer is its signed receipt."
    ),
)
def rows(
    request: HttpRequest,
    grant_id: int,
    fields: str = "",
    limit: int = 100,
    after: str = "",
    format: str = "json",  # noqa: A002  the name in the address
) -> HttpResponseBase:
    """The middleware of the gateway answers before this; what comes here has a session instead of a token."""
    return respond(request, grant_id)


@router.get(
    "/{int:grant_id}/receipts",
    response=Receipts,
    operation_id="shared_receipts",
    summary="Receipts of a grant",
)
def receipts(
    request: HttpRequest,
    grant_id: int,
    before: int | None = None,
    limit: Annotated[int, Query(ge=1, le=MOST)] = 20,
) -> Receipts:
    """For both sides: what was used, each with its proof."""
    found = sharing.grant(viewer_of(request), grant_id)
    state, proven = sharing.proven(found, before=before, limit=limit)
    return Receipts(state.note, [SignedReceipt(*one) for one in proven])
