"""Work by the clock and work without end: declared by any part, run by the worker."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.functional import Promise

from yicheng.core.kernel.slots import Slot


@dataclass(frozen=True, slots=True)
class Job:
    """Work by the clock. ``cron`` has five or six fields (the sixth, last one, is seconds)."""

    key: str
    title: str | Promise
    cron: str
    run: Callable[[], None]


JOBS: Slot[Job] = Slot("events.jobs", Job, module="jobs", attribute="JOBS")


@dataclass(frozen=True, slots=True)
class Loop:
    """Work without end, called again at once while it answers more than 0, else a quarter of a second later.

    Every worker has a thread for it: ``run`` must bear being called in several processes at a time, and do
    each step in one transaction, since the worker may be killed.
    """

    key: str
    title: str | Promise
    run: Callable[[], int]


LOOPS: Slot[Loop] = Slot("events.loops", Loop, module="jobs", attribute="LOOPS")


@dataclass(frozen=True, slots=True)
class Daemon:
    """A process that ``yicheng run`` keeps beside web and worker while ``is_wanted()``: ``yicheng <command>``."""

    key: str
    title: str | Promise
    command: tuple[str, ...]
    is_wanted: Callable[[], bool]


DAEMONS: Slot[Daemon] = Slot("kernel.daemons", Daemon, module="jobs", attribute="DAEMONS")
