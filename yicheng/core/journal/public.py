"""What other parts may call about records: audit trail, access log, attachments, numbers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from yicheng.core.people.public import Viewer


def record(
    viewer: Viewer,
    *,
    action: str,
    subject: str,
    division: str = "",
    detail: Mapping[str, Any] | None = None,
) -> None:
    """Write one line of the audit trail, in the caller's transaction (one INSERT).

    ``action`` is ``<part>.<verb>_<thing>``; ``subject`` names what was touched as
    ``<table>/<id>`` (``case/812``); ``detail`` holds what changed, no personal data.
    """
    from yicheng.core.journal import actions

    actions.record(viewer, action=action, subject=subject, division=division, detail=detail or {})


def record_access(viewer: Viewer, *, person_id: int, subject: str, purpose: str) -> None:
    """Log that the viewer was shown personal data of account ``person_id``; visible to that person."""
    from yicheng.core.journal import actions

    actions.record_access(viewer, person_id=person_id, subject=subject, purpose=purpose)


def next_number(series: str, *, division: str = "") -> str:
    """The next human-readable number of a series (``UC2026112300017``), by the city's pattern.

    Unique, roughly in order, may skip; takes no lock that another transaction waits for.
    """
    from yicheng.core.journal import actions

    return actions.next_number(series, division=division)
