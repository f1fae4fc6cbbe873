"""What other parts may call about messages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from yicheng.core.notices.models import Delivery, Notice
    from yicheng.core.notices.queries import Choice, InboxPage
    from yicheng.core.people.public import Viewer


def notify(
    kind: str,
    account_ids: Iterable[int],
    *,
    subject: str,
    link: str = "",
    values: Mapping[str, Any] | None = None,
) -> None:
    """Put a message into inboxes, once per person, kind and ``subject`` (idempotent), one INSERT for all.

    ``link`` is a path of this platform. Values may be text, numbers, dates, aware datetimes (shown in the
    reader's own writing) and ``declare.Phrased`` (put into words when read). Delivery by the kind's further channels happens in the worker, with receipts, retry
    and dead letters.
    """
    from yicheng.core.notices import actions

    actions.notify(kind, account_ids, subject=subject, link=link, values=values or {})


def unread_count(viewer: Viewer) -> int:
    """How many unread notices the viewer has, counted up to 100; one index-only query, none for strangers."""
    from yicheng.core.notices import queries

    return queries.unread_count(viewer)


def inbox(viewer: Viewer, *, before: int | None = None) -> InboxPage:
    """One page of the viewer's inbox in the active language; raises ``SignInRequired``."""
    from yicheng.core.notices import queries

    return queries.inbox(viewer, before=before)


def read_notice(viewer: Viewer, notice_id: int) -> Notice:
    """Mark one of the viewer's notices as read; its ``link`` says where it leads. Raises ``NotFound``."""
    from yicheng.core.notices import actions

    return actions.read_notice(viewer, notice_id)


def read_all(viewer: Viewer) -> int:
    """Mark everything in the viewer's inbox as read; returns how many were unread."""
    from yicheng.core.notices import actions

    return actions.read_all(viewer)


def channel_choices(viewer: Viewer) -> Sequence[Choice]:
    """The further channels of this installation, and whether the viewer wants each."""
    from yicheng.core.notices import queries

    return queries.choices(viewer)


def choose_channels(viewer: Viewer, wanted: Mapping[str, bool]) -> None:
    """Keep which channels the viewer wants. Raises ``Invalid`` on one that is not there."""
    from yicheng.core.notices import actions

    actions.choose_channels(viewer, wanted)


def dead_letters(viewer: Viewer) -> QuerySet[Delivery]:
    """Messages that were given up, with notice and account; needs ``notices.see_dead_letters``."""
    from yicheng.core.notices import queries

    return queries.dead_letters(viewer)


def resend(viewer: Viewer, delivery_ids: Iterable[int]) -> int:
    """Give dead letters another round of attempts; returns how many. Needs ``notices.resend``."""
    from yicheng.core.notices import actions

    return actions.resend(viewer, delivery_ids)


def title_of(notice: Notice) -> str:
    """A notice's title in the active language."""
    from yicheng.core.notices.rendering import words

    return words(notice.kind, notice.placeholders).title


def take_report(viewer: Viewer, *, channel: str, receipt: str, is_delivered: bool, reason: str = "") -> None:
    """A gateway tells what became of a message it took. Needs ``notices.report_delivery``."""
    from yicheng.core.notices import actions

    actions.take_report(viewer, channel=channel, receipt=receipt, is_delivered=is_delivered, reason=reason)
