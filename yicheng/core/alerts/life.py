"""The life of an alert after ISA-18.2 (IEC 62682), as plain functions: which state follows which.

normal → unacknowledged → acknowledged → normal, or unacknowledged → returned → normal; shelved,
suppressed by design and out of service hide an alert that goes on underneath.
"""

from __future__ import annotations

from yicheng.core.alerts.models import Alert

State = Alert.State
#: an alert in one of these is not told to anybody and doesn't count as waiting
HIDDEN = (State.SHELVED, State.SUPPRESSED, State.OUT_OF_SERVICE)
#: somebody has to do something about these
WAITING = (State.UNACKNOWLEDGED, State.RETURNED)
#: the condition holds and people know of it
ACTIVE = (State.UNACKNOWLEDGED, State.ACKNOWLEDGED)


def when_met(state: str) -> str:
    """The state after the condition was met (again)."""
    return State.UNACKNOWLEDGED if state == State.RETURNED else state


def when_over(state: str) -> str:
    """The state after the condition ended: an alert that nobody answered stays on the list."""
    return {
        State.UNACKNOWLEDGED: State.RETURNED,
        State.ACKNOWLEDGED: State.NORMAL,
        State.SUPPRESSED: State.NORMAL,
        State.OUT_OF_SERVICE: State.NORMAL,
    }.get(State(state), state)


def when_answered(state: str) -> str:
    """The state after somebody acknowledged it."""
    return {State.UNACKNOWLEDGED: State.ACKNOWLEDGED, State.RETURNED: State.NORMAL}.get(State(state), state)


def when_shown_again(*, is_met: bool) -> str:
    """The state after shelving, suppression or being out of service ended."""
    return State.UNACKNOWLEDGED if is_met else State.NORMAL
