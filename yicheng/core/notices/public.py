"""What other parts may call about messages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
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

    ``link`` is a path of this platform. Values may be text, numbers, dates and aware datetimes (shown in the
    reader's own writing). Delivery by the kind's further channels happens in the worker, with receipts, retry
    and dead letters.
    """
    from yicheng.core.notices import actions

    actions.notify(kind, account_ids, subject=subject, link=link, values=values or {})


def unread_count(viewer: Viewer) -> int:
    """How many unread notices the viewer has, counted up to 100; one index-only query, none for strangers."""
    from yicheng.core.notices import queries

    return queries.unread_count(viewer)
