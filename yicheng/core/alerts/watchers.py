"""Shows every stored reading to the rules."""

from yicheng.core.alerts.evaluation.live import watch
from yicheng.core.sensing.declare import Watcher

WATCHERS = (Watcher("alerts.rules", watch),)
