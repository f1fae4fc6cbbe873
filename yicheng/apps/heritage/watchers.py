"""Shows what chips say to those who guard relics."""

from yicheng.apps.heritage.guarding import watch
from yicheng.core.sensing.declare import Watcher

WATCHERS = (Watcher("heritage.custody", watch),)
