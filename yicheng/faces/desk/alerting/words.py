"""How alerts read on the desk: levels, states, what happened."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from yicheng.core.alerts.declare import Severity
from yicheng.core.alerts.models import Alert
from yicheng.core.web.public import badge

State = Alert.State
TONES: Mapping[str, str] = {
    State.UNACKNOWLEDGED: "bad",
    State.ACKNOWLEDGED: "warn",
    State.RETURNED: "info",
    State.NORMAL: "good",
}
CAUSES: Mapping[str, str | Promise] = {
    "raised": _("Raised"),
    "again": _("Beyond its limit again"),
    "cleared": _("Over"),
    "acknowledged": _("Answered"),
    "suppressed": _("Suppressed under a parent fault"),
    "unsuppressed": _("Shown again: the parent fault is over"),
    "shelved": _("Shelved"),
    "unshelved": _("Back from the shelf"),
    "returned": _("Returned to service"),
    "taken_out": _("Taken out of service with its rule"),
    "escalated": _("Nobody had answered: the next ones were told"),
    "judged_false": _("Judged to be a false alarm"),
    "judged_true": _("Judged to be a real one"),
    "case_confirmed": _("Confirmed in its case"),
    "case_false_alarm": _("False alarm, says its case"),
    "case_over": _("Over, says its case"),
    "case_closed": _("Its case was closed"),
}


def level(severity: int) -> SafeString:
    """The level in its colour and in words."""
    one = Severity(severity)
    return format_html('<span class="level level--{}">{}</span>', one.name.lower(), one.label)


def state(alert: Alert) -> SafeString:
    """Where the alert stands."""
    return badge(State(alert.state).label, TONES.get(State(alert.state), "outline"))


def happened(cause: str) -> str:
    """A line of the history."""
    return str(CAUSES.get(cause, cause))
