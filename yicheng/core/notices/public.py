"""What other parts may call about messages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any


def notify(
    kind: str, account_ids: Iterable[int], *, subject: str, link: str = "", values: Mapping[str, Any] | None = None
) -> None:
    """Put a message into inboxes, once per person, kind and ``subject`` (idempotent), one INSERT for all.

    Delivery by the kind's further channels happens in the worker, with receipts, retry and dead letters.
    """
    from yicheng.core.notices import actions

    actions.notify(kind, account_ids, subject=subject, link=link, values=values or {})
