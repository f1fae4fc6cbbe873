"""The caller's inbox; and, for gateways, what became of the messages they took."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router, Schema
from pydantic import ConfigDict, Field

from yicheng.core.notices import public as notices
from yicheng.core.people.public import viewer_of
from yicheng.core.web.public import answer

if TYPE_CHECKING:
    from yicheng.core.notices.queries import InboxItem

router = Router()


@dataclass(frozen=True, slots=True)
class NoticeOut:
    """A message of the caller's. ``link`` is a path of this platform."""

    id: int
    title: str
    text: str
    link: str
    is_urgent: bool
    is_read: bool
    created_at: datetime


@dataclass(frozen=True, slots=True)
class InboxOut:
    """A page of the inbox: unread urgent ones apart, the rest newest first."""

    unread: int
    urgent: Sequence[NoticeOut]
    notices: Sequence[NoticeOut]
    next: int | None


@dataclass(frozen=True, slots=True)
class ReadOut:
    """How many are unread now (counted up to 100)."""

    unread: int


class Report(Schema):
    """What became of a message. ``receipt`` is the gateway's own id of it."""

    model_config = ConfigDict(extra="forbid")
    channel: Literal["sms", "webhook", "email"]
    receipt: Annotated[str, Field(min_length=1, max_length=120)]
    state: Literal["delivered", "failed"]
    reason: Annotated[str, Field(max_length=300)] = ""


Mark = Annotated[int | None, Query(ge=1, le=2**63 - 1, description="The mark of the page before.")]


@router.get("", response={200: InboxOut}, operation_id="list_notices", summary="My inbox")
def list_notices(request: HttpRequest, before: Mark = None) -> HttpResponse:
    """The caller's messages, in the caller's language."""
    viewer = viewer_of(request)
    page = notices.inbox(viewer, before=before)
    return answer(
        InboxOut(
            unread=notices.unread_count(viewer),
            urgent=[_out(item) for item in page.urgent],
            notices=[_out(item) for item in page.items],
            next=page.next,
        )
    )


@router.post(
    "/{int:notice_id}/read", response={200: ReadOut}, operation_id="read_notice", summary="Mark as read"
)
def read_notice(request: HttpRequest, notice_id: int) -> HttpResponse:
    """Mark one of the caller's messages as read."""
    viewer = viewer_of(request)
    notices.read_notice(viewer, min(notice_id, 2**63 - 1))
    return answer(ReadOut(notices.unread_count(viewer)))


@router.post("/receipts", response={204: None}, operation_id="report_delivery", summary="Report a delivery")
def report_delivery(request: HttpRequest, report: Report) -> HttpResponse:
    """For gateways: a message they took arrived, or did not. Needs the right `notices.report_delivery`."""
    notices.take_report(
        viewer_of(request),
        channel=report.channel,
        receipt=report.receipt,
        is_delivered=report.state == "delivered",
        reason=report.reason,
    )
    return HttpResponse(status=204)


def _out(item: InboxItem) -> NoticeOut:
    return NoticeOut(
        id=item.id,
        title=item.title,
        text=item.text,
        link=item.link,
        is_urgent=item.is_urgent,
        is_read=item.is_read,
        created_at=item.created_at,
    )
