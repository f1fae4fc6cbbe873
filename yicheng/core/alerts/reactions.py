"""Facts of the platform that rules wait for, and the end of the case of an alert that is over."""

from yicheng.core.alerts.actions.incidents import end_cases
from yicheng.core.alerts.evaluation.happenings import take_facts, watched_events
from yicheng.core.alerts.evaluation.leaving import forget_devices
from yicheng.core.events.declare import Reaction

REACTIONS = (
    Reaction("alerts.take_facts", watched_events, take_facts),
    Reaction("alerts.forget_devices", ("sensing.device_unbound", "sensing.device_retired"), forget_devices),
    Reaction("alerts.end_cases", ("alerts.alert_cleared",), end_cases),
)
