"""The worker: reactions to facts, and jobs by the clock.

A thread drains the outbox in batches and looks again four times a second. It is not told by
NOTIFY: PostgreSQL lets transactions that notify commit one after the other, which would cost
every write of the city more than four cheap looks a second. Jobs that parts declare (``JOBS``) run under procrastinate, once however
many workers there are. A killed worker loses nothing: the batch it held rolls back, and
the job it ran is taken up again when its heartbeat has stopped. What parts declare as work
without end (``LOOPS``) has a thread each and is looked after like the outbox.
"""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from django.db import InterfaceError, OperationalError, close_old_connections, connection
from procrastinate import App
from procrastinate.contrib.django import app as django_app

from yicheng.core.events.declare import JOBS, LOOPS
from yicheng.core.events.public import drain_outbox

_BATCH = 500
_IDLE_S = 0.25
_AWAY_S = 2.0
_HEARTBEAT_S = 5.0
_STALLED_S = 15.0
log = logging.getLogger(__name__)


def work() -> None:
    """Work until SIGTERM or SIGINT; what is under way is finished first."""
    stopping = threading.Event()
    threads = [threading.Thread(target=_drain_or_end, args=(stopping,), name="outbox")]
    threads += [
        threading.Thread(target=_drain_or_end, args=(stopping, loop.run), name=loop.key) for loop in LOOPS
    ]
    for thread in threads:
        thread.start()
    try:
        asyncio.run(_run_jobs())
    finally:
        stopping.set()
        for thread in threads:
            thread.join()


def _drain_or_end(stopping: threading.Event, drain: Callable[[], int] | None = None) -> None:
    try:
        drain_until(stopping, drain=drain)
    except (
        Exception
    ):  # a worker that only looks alive is worse than one that ends: the supervisor starts it again
        log.exception("%s cannot go on", threading.current_thread().name)
        os.kill(os.getpid(), signal.SIGTERM)


def _drain_full() -> int:
    """A batch of events; 0 also where it was not full: what comes next may gather, for a batch costs as much as ten."""
    done = drain_outbox(limit=_BATCH)
    return done if done >= _BATCH else 0


def drain_until(
    stopping: threading.Event, *, drain: Callable[[], int] | None = None, away_s: float = _AWAY_S
) -> None:
    """Drain the outbox until ``stopping``; a lost database is waited for, not died of."""
    once = drain or _drain_full
    while not stopping.is_set():
        try:
            pause_s = 0.0 if once() else _IDLE_S
        except (OperationalError, InterfaceError):
            log.warning("%s waits for the database", threading.current_thread().name, exc_info=True)
            close_old_connections()
            pause_s = away_s
        stopping.wait(pause_s)
    connection.close()


async def _run_jobs() -> None:
    connector: Any = django_app.connector
    with django_app.replace_connector(connector.get_worker_connector()) as app:
        register_jobs(app)
        async with app.open_async():
            rescue = asyncio.create_task(_rescue_stalled(app))
            try:
                await app.run_worker_async(
                    concurrency=4,
                    delete_jobs="successful",
                    update_heartbeat_interval=_HEARTBEAT_S,
                    stalled_worker_timeout=_STALLED_S,
                    shutdown_graceful_timeout=20,
                )
            finally:
                rescue.cancel()
                with suppress(asyncio.CancelledError):
                    await rescue


def register_jobs(app: App) -> None:
    """Every declared job as a periodic task: never twice in the queue, never twice at a time."""
    for job in JOBS:
        task = app.task(name=job.key, queueing_lock=job.key, lock=job.key, pass_context=False)(
            _called(job.run)
        )
        app.periodic(cron=job.cron)(task)


def _called(run: Callable[[], None]) -> Callable[[int], None]:
    def call(timestamp: int) -> None:  # procrastinate says which tick it is; our jobs ask the clock
        run()

    return call


async def _rescue_stalled(app: App) -> None:
    while True:
        await rescue(app)
        await asyncio.sleep(_HEARTBEAT_S)


async def rescue(app: App) -> None:
    """Take up jobs whose worker was killed: a job's own transaction rolled back with it."""
    for job in await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=_STALLED_S):
        log.warning("job %s had lost its worker and runs again", job.task_name)
        await app.job_manager.retry_job(job)
