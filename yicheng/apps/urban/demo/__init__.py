"""A living city for demonstrations, screenshots and tests: ``build(scale)``.

Made by the same actions as people's, at their own moments of the last ninety days.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from django.db import connection
from django.utils import translation

from yicheng.apps.urban.demo.cast import PASSWORD, SignIn, cast
from yicheng.apps.urban.demo.ground import ground
from yicheng.apps.urban.demo.photos import VARIANTS
from yicheng.apps.urban.demo.plan import plans
from yicheng.apps.urban.demo.play import Life, Stage, life
from yicheng.apps.urban.models import UrbanCase
from yicheng.core.cases.public import fire_due_timers
from yicheng.core.events.public import drain_outbox
from yicheng.core.kernel import clock
from yicheng.core.web.public import city

SCALES = {"tiny": 40, "small": 400, "full": 3000}
SEED = 20261123
#: how often the platform's own work is done in between: timers, reactions
ROUND = timedelta(hours=3)
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Built:
    """What a demonstration holds: the number of cases and the sign-ins to tell."""

    cases: int
    sign_ins: Sequence[SignIn]
    password: str = PASSWORD


def build(
    scale: str | int = "full",
    *,
    pack: Path | None = None,
    language: str = "zh-hans",
    progress: Progress | None = None,
) -> Built:
    """Fill an empty platform, whose city pack is loaded, with a living city; a filled one is left as it is.

    ``scale``: "tiny", "small", "full" or a number of cases. ``progress`` is told (done, of all) now and then.
    """
    if UrbanCase.objects.exists():
        return Built(0, ())
    until = clock.now()
    count = SCALES[scale] if isinstance(scale, str) else scale
    with translation.override(language), clock.at(until - timedelta(days=91)):
        here = ground(pack)
        people = cast(here.names, seed=SEED, city=city().code)
        stage = Stage(people)
        planned = plans(here, count=count, until=until, seed=SEED, variants=VARIANTS)
        _without_waiting_for_the_disk()
        _play([life(stage, plan) for plan in planned], until=until, progress=progress)
    return Built(len(planned), people.sign_ins)


def _play(lives: Sequence[Life], *, until: datetime, progress: Progress | None) -> None:
    """Let every life go on at its moments, in the order of time; what lies after ``until`` stays open."""
    queue: list[tuple[datetime, int]] = []
    for number, each in enumerate(lives):
        heapq.heappush(queue, (next(each), number))
    next_round, begun = queue[0][0] + ROUND if queue else until, 0
    while queue and queue[0][0] < until:
        moment, number = queue[0]
        if moment >= next_round:
            _round(next_round)
            next_round += ROUND
            continue
        heapq.heappop(queue)
        with clock.at(moment):
            wanted = next(lives[number], None)
        if wanted is not None:
            heapq.heappush(queue, (max(wanted, moment), number))
        if progress and number > begun and number % 100 == 0:
            begun = number
            progress(begun, len(lives))
    _round(until)


def _round(moment: datetime) -> None:
    """Timers and reactions, as the worker would."""
    with clock.at(moment):
        fire_due_timers(limit=10_000)
        while drain_outbox():
            pass


def _without_waiting_for_the_disk() -> None:
    """What is lost in a power cut is built again: no commit waits for the disk in this session."""
    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit TO off")
