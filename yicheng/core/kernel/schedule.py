"""Work by the clock: declared by any part, run by ``events``."""

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
