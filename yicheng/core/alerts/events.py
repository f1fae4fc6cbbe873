"""What happens to alerts, told to whoever reacts."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from yicheng.core.events.declare import EventType


@dataclass(frozen=True, slots=True)
class AlertChanged:
    """An alert of a rule about a subject. ``severity`` 1 (red) to 4 (blue); ``cause`` is that of the transition."""

    alert_id: int
    rule: str
    subject: str
    severity: int
    state: str
    cause: str
    is_drill: bool = False
    organisation_id: int | None = None


@dataclass(frozen=True, slots=True)
class WarningChanged:
    """A warning to the public was issued here or received; ``severity`` 1 (red) to 4 (blue), None unknown."""

    warning_id: int
    identifier: str
    msg_type: str
    status: str
    event_type: str
    severity: int | None
    origin: str


EVENTS = (
    EventType("alerts.alert_raised", _("Alert raised"), AlertChanged),
    EventType("alerts.alert_acknowledged", _("Alert acknowledged"), AlertChanged),
    EventType("alerts.alert_cleared", _("Alert over"), AlertChanged),
    EventType("alerts.alert_closed", _("Alert closed"), AlertChanged),
    EventType(
        "alerts.warning_changed", _("Public warning issued or received"), WarningChanged, for_rules=True
    ),
)
