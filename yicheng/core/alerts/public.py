"""What applications and faces may call about alerts. Bodies live in ``actions`` and ``queries``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from yicheng.core.alerts.declare import Described
from yicheng.core.alerts.facts import ActiveAlert

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from yicheng.core.alerts.models import Alert
    from yicheng.core.alerts.queries.standing import AlertDetail as AlertDetail
    from yicheng.core.people.public import Viewer

__all__ = [
    "ActiveAlert",
    "Described",
    "acknowledge",
    "active_of",
    "alert_counts",
    "alert_detail",
    "alerts_for",
    "clear_alert",
    "judge",
    "put_into_service",
    "raise_alert",
    "return_to_service",
    "shelve",
    "take_out_of_service",
    "text_of",
    "title_of",
]


def raise_alert(
    viewer: Viewer,
    rule: str,
    subject: str,
    *,
    about: Described | None = None,
    values: Mapping[str, Any] | None = None,
    at: datetime | None = None,
    is_drill: bool = False,
) -> int:
    """Raise the alert of a rule about a subject (``heritage.relic/12``); answers the id of the one that stands now.

    The same rule and subject again adds to the open alert. ``about`` says what the subject is, else its
    kind (``ALERT_SUBJECTS``, or a bearer of sensing) is asked. ``values`` fill the rule's text. In the
    caller's transaction, in about ten statements. Needs ``alerts.raise`` (``SYSTEM`` has it). Raises ``NotFound``.
    """
    from yicheng.core.alerts.actions import byhand

    return byhand.raise_alert(
        viewer, rule, subject, about=about, values=values or {}, at=at, is_drill=is_drill
    )


def clear_alert(
    viewer: Viewer,
    rule: str,
    subject: str,
    *,
    at: datetime | None = None,
    note: str = "",
    is_drill: bool = False,
) -> int | None:
    """Say that it is over; answers the alert's id, None when none stood. Needs ``alerts.raise``."""
    from yicheng.core.alerts.actions import byhand

    return byhand.clear_alert(viewer, rule, subject, at=at, note=note, is_drill=is_drill)


def acknowledge(viewer: Viewer, alert_id: int, *, note: str = "") -> Alert:
    """Answer an alert; one that is over is closed by it. Raises ``NotFound``, ``Forbidden``, ``Conflict``."""
    from yicheng.core.alerts.actions import answering

    return answering.acknowledge(viewer, alert_id, note=note)


def judge(viewer: Viewer, alert_id: int, *, is_false: bool, note: str = "") -> Alert:
    """Say whether an alert was a false one: counted for its source."""
    from yicheng.core.alerts.actions import answering

    return answering.judge(viewer, alert_id, is_false=is_false, note=note)


def shelve(viewer: Viewer, alert_id: int, *, until: datetime, reason: str) -> Alert:
    """Hide an alert until a time within 30 days, with the reason; it comes back by itself. Needs ``alerts.shelve``."""
    from yicheng.core.alerts.actions import answering

    return answering.shelve(viewer, alert_id, until=until, reason=reason)


def return_to_service(viewer: Viewer, alert_id: int, *, note: str = "") -> Alert:
    """Show a shelved alert again before its time: it is active anew, or closed where all is well."""
    from yicheng.core.alerts.actions import answering

    return answering.unshelve(viewer, alert_id, note=note)


def take_out_of_service(viewer: Viewer, rule: str, *, reason: str) -> None:
    """A rule goes on recording alerts and tells nobody. Needs ``alerts.take_out``."""
    from yicheng.core.alerts.actions import answering

    answering.take_out_of_service(viewer, rule, reason=reason)


def put_into_service(viewer: Viewer, rule: str, *, note: str = "") -> None:
    """A rule that was out of service tells again, beginning with what stands."""
    from yicheng.core.alerts.actions import answering

    answering.put_into_service(viewer, rule, note=note)


def alerts_for(viewer: Viewer, *, shown: str = "active") -> QuerySet[Alert]:
    """Alerts this viewer may see, with rule and body: ``active`` (not hidden), ``waiting``, ``shelved`` (hidden
    in any way), ``closed``, ``all``. Order by ``severity, -id``."""
    from yicheng.core.alerts.queries import standing

    return standing.alerts_for(viewer, shown=shown)


def alert_detail(viewer: Viewer, alert_id: int) -> AlertDetail:
    """Everything about an alert for its page; ``NotFound`` unless this viewer may know of it."""
    from yicheng.core.alerts.queries import standing

    return standing.alert_detail(viewer, alert_id)


def alert_counts(viewer: Viewer) -> Mapping[tuple[int, str], int]:
    """Open alerts the viewer may see by (severity, state), in one query."""
    from yicheng.core.alerts.queries import standing

    return standing.counts(viewer)


def active_of(subjects: Iterable[str]) -> Mapping[str, Sequence[ActiveAlert]]:
    """The alerts that stand and are shown about these subjects, most serious first; every subject is a key. One query.

    The caller has checked that the viewer may see the subjects.
    """
    from yicheng.core.alerts.queries import standing

    return standing.active_of(subjects)


def title_of(alert: Alert) -> str:
    """An alert's title in the active language."""
    from yicheng.core.alerts import words

    return words.title_of(alert)


def text_of(alert: Alert) -> str:
    """What happened, as a sentence in the active language."""
    from yicheng.core.alerts import words

    return words.text_of(alert)
