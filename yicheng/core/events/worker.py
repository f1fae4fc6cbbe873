"""The worker: drains the outbox without pause and runs what is declared by the clock.

``work(stop)`` blocks until ``stop`` is set. Any number of workers may run: outbox batches
are taken with ``SKIP LOCKED``, a scheduled job runs once at a time in the whole city
(procrastinate's lock). A job whose worker was killed is taken up again within a minute.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Callable
from typing import Any

import procrastinate
import psycopg
from django.db import InterfaceError, OperationalError, close_old_connections, connection
from procrastinate.contrib.django.utils import connector_params
from procrastinate.jobs import Job as QueuedJob

from yicheng.core.events import outbox
from yicheng.core.events.declare import JOBS, Job

IDLE_S = 0.2
AFTER_FAULT_S = 2.0
BATCH = 500
JOBS_AT_ONCE = 4
#: a job whose worker gave no sign of life for so long is taken up again
STALLED_S = 30
GRACE_S = 20
FAILED_KEPT_H = 72
QUEUE = "yicheng"
log = logging.getLogger(__name__)


def work(stop: threading.Event) -> None:
    """Drain the outbox and run the schedule until ``stop`` is set; finishes what is under way."""
    drainer = threading.Thread(target=drain_until, args=(stop,), name="outbox")
    drainer.start()
    try:
        while not stop.is_set():
            _run_schedule_once(stop)
    finally:
        stop.set()
        drainer.join()


def drain_until(stop: threading.Event) -> None:
    """Drain the outbox until told to stop; a database that is away is waited for."""
    while not stop.is_set():
        try:
            pause_s = 0.0 if outbox.drain(limit=BATCH) else IDLE_S
        except (OperationalError, InterfaceError):
            log.warning("outbox: the database is away, trying again", exc_info=True)
            close_old_connections()
            connection.close()
            pause_s = AFTER_FAULT_S
        stop.wait(pause_s)
    connection.close()


def scheduler() -> procrastinate.App:
    """The procrastinate application that holds every declared job."""
    app = procrastinate.App(connector=procrastinate.PsycopgConnector(kwargs=connector_params()))
    for job in JOBS:
        task = app.task(name=job.key, queue=QUEUE, lock=job.key, queueing_lock=job.key)(_runner(job))
        app.periodic(cron=job.cron)(task)
    return app


def _run_schedule_once(stop: threading.Event) -> None:
    try:
        asyncio.run(_run_schedule(stop))
    except (psycopg.OperationalError, procrastinate.exceptions.ConnectorException):
        log.warning("schedule: the database is away, trying again", exc_info=True)
        stop.wait(AFTER_FAULT_S)


async def _run_schedule(stop: threading.Event) -> None:
    async with scheduler().open_async() as app:
        worker = asyncio.create_task(
            app.run_worker_async(
                queues=[QUEUE],
                concurrency=JOBS_AT_ONCE,
                install_signal_handlers=False,
                listen_notify=False,
                fetch_job_polling_interval=1.0,
                shutdown_graceful_timeout=GRACE_S,
                delete_jobs="successful",
            )
        )
        sweeper = asyncio.create_task(_sweep(app))
        await asyncio.wait([worker, asyncio.create_task(_until(stop))], return_when=asyncio.FIRST_COMPLETED)
        sweeper.cancel()
        worker.cancel()
        await asyncio.gather(worker, sweeper, return_exceptions=True)
        if not stop.is_set():
            worker.result()


async def _until(stop: threading.Event) -> None:
    while not stop.is_set():
        await asyncio.sleep(IDLE_S)


async def _sweep(app: procrastinate.App) -> None:
    """Free the locks of workers that died, which would hold the schedule for ever; forget old failures."""
    while True:
        jobs: Any = await app.job_manager.get_stalled_jobs(queue=QUEUE, seconds_since_heartbeat=STALLED_S)
        for job in jobs:
            await _give_back(app, job)
        await app.job_manager.delete_old_jobs(nb_hours=FAILED_KEPT_H, include_failed=True)
        await asyncio.sleep(STALLED_S)


async def _give_back(app: procrastinate.App, job: QueuedJob) -> None:
    """Scheduled work comes again by itself: the stalled row only has to free its lock."""
    log.warning("job %s was left by a worker that died", job.task_name)
    await app.job_manager.finish_job(job, status=procrastinate.jobs.Status.FAILED, delete_job=True)


def _runner(job: Job) -> Callable[[int], None]:
    def run(timestamp: int) -> None:
        del timestamp  # when it was due; jobs look at the rows, not at the clock's tick
        close_old_connections()
        try:
            job.run()
        finally:
            close_old_connections()

    run.__name__ = job.key
    return run
