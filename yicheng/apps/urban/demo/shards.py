"""Plays lives in step: all of them up to one moment, then the platform's own work, then on.

On a machine with several processors the lives are shared out among forked processes; the
moment at which they stop together keeps timers and messages in the order of time.
"""

from __future__ import annotations

import heapq
import os
import traceback
from collections.abc import Callable, Generator, Sequence
from datetime import datetime, timedelta
from multiprocessing import get_context
from multiprocessing.connection import Connection
from typing import Protocol

from django.db import connection, connections

from yicheng.core.cases.public import fire_due_timers
from yicheng.core.events.public import drain_outbox
from yicheng.core.kernel import clock

Life = Generator[datetime, None, None]
Progress = Callable[[int, int], None]

#: how often the platform's own work is done in between: timers, reactions
ROUND = timedelta(hours=6)
CLOSING_S = 60


class Shard(Protocol):
    """A share of the lives."""

    def advance(self, moment: datetime) -> None:
        """Begin to let every life go on that wants to before ``moment``."""

    def begun(self) -> int:
        """Wait until they have; answers how many lives have begun so far."""

    def work(self, moment: datetime) -> None:
        """Begin to do the platform's own work that is due by ``moment``; several share it by their locks."""

    def worked(self) -> None:
        """Wait until it is done."""

    def close(self) -> None:
        """No more will be asked."""


class Lives:
    """Lives in this process, in the order of time."""

    def __init__(self, lives: Sequence[Life]) -> None:
        self.lives = lives
        self.queue = [(next(each), number) for number, each in enumerate(lives)]
        self.fresh = set(range(len(lives)))
        heapq.heapify(self.queue)

    def advance(self, moment: datetime) -> None:
        while self.queue and self.queue[0][0] < moment:
            at, number = heapq.heappop(self.queue)
            self.fresh.discard(number)
            with clock.at(at):
                wanted = next(self.lives[number], None)
            if wanted is not None:
                heapq.heappush(self.queue, (max(wanted, at), number))

    def begun(self) -> int:
        return len(self.lives) - len(self.fresh)

    def work(self, moment: datetime) -> None:
        _round(moment)

    def worked(self) -> None:
        """It was done at once."""

    def close(self) -> None:
        self.queue.clear()


class Fork:
    """Lives in a process of their own."""

    def __init__(self, lives: Sequence[Life]) -> None:
        context = get_context("fork")
        self.pipe, theirs = context.Pipe()
        connections.close_all()
        self.process = context.Process(target=_serve, args=(theirs, lives), daemon=True)
        self.process.start()

    def advance(self, moment: datetime) -> None:
        self.pipe.send(("advance", moment))

    def work(self, moment: datetime) -> None:
        self.pipe.send(("work", moment))

    def worked(self) -> None:
        self.begun()

    def begun(self) -> int:
        count, fault = self.pipe.recv()
        if fault:
            raise RuntimeError(f"a part of the demonstration failed:\n{fault}")
        return int(count)

    def close(self) -> None:
        self.pipe.send(None)
        self.process.join(CLOSING_S)


def play(
    shares: Sequence[Sequence[Life]], *, begin: datetime, until: datetime, progress: Progress | None
) -> None:
    """Let every life go on at its moments; what lies after ``until`` stays open."""
    total = sum(len(share) for share in shares)
    shards: list[Shard] = [Fork(share) for share in shares] if len(shares) > 1 else [Lives(shares[0])]
    without_waiting_for_the_disk()
    moment = begin
    while moment < until:
        moment = min(moment + ROUND, until)
        for shard in shards:
            shard.advance(moment)
        done = sum([shard.begun() for shard in shards])
        for shard in shards:
            shard.work(moment)
        for shard in shards:
            shard.worked()
        if progress:
            progress(done, total)
    for shard in shards:
        shard.close()


def processors() -> int:
    """How many processes are worth having here."""
    return min(4, len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1)


def without_waiting_for_the_disk() -> None:
    """What a power cut takes is built again: in this session no commit waits for the disk."""
    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit TO off")


def _round(moment: datetime) -> None:
    """Timers and reactions, as the worker would."""
    with clock.at(moment):
        fire_due_timers(limit=10_000)
        while drain_outbox():
            pass


def _serve(pipe: Connection, lives: Sequence[Life]) -> None:
    try:
        without_waiting_for_the_disk()
        own = Lives(lives)
        while (order := pipe.recv()) is not None:
            verb, moment = order
            own.advance(moment) if verb == "advance" else own.work(moment)
            pipe.send((own.begun(), ""))
    except Exception:  # noqa: BLE001  (the parent must hear of anything, or it would wait for ever)
        pipe.send((0, traceback.format_exc()))
    finally:
        connections.close_all()
