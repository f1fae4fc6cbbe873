"""Jobs by the clock: registered from declarations, taken up again when their worker was killed."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import OperationalError, connection
from procrastinate import App
from procrastinate.contrib.django import app as django_app
from procrastinate.testing import InMemoryConnector

from yicheng.core.events.declare import JOBS
from yicheng.runtime import worker
from yicheng.runtime.worker import drain_until, register_jobs, rescue


def test_every_declared_job_is_registered_once_in_the_queue() -> None:
    app = App(connector=InMemoryConnector())
    register_jobs(app)
    registered = {task.name: task for task in app.tasks.values() if task.name in JOBS}
    assert set(registered) == {job.key for job in JOBS}
    assert all(task.queueing_lock == task.lock == name for name, task in registered.items())


@pytest.mark.django_db(transaction=True)
def test_job_of_a_killed_worker_is_taken_up_again() -> None:
    killed, living = _job(heartbeat_age_s=60), _job(heartbeat_age_s=1)
    with ThreadPoolExecutor(1) as own_thread:  # a browser test may have left a loop running in this one
        own_thread.submit(asyncio.run, _rescue()).result()
    assert _status(killed) == "todo"
    assert _status(living) == "doing"


@pytest.mark.django_db(transaction=True)
def test_drains_until_told_to_stop_and_waits_for_a_lost_database() -> None:
    stopping = threading.Event()
    answers: Iterator[int | Exception] = iter([500, 3, OperationalError("gone"), 0])

    def drain() -> int:
        answer = next(answers, None)
        if answer is None:
            stopping.set()
            return 0
        if isinstance(answer, Exception):
            raise answer
        return answer

    drain_until(stopping, drain=drain, away_s=0.01)
    assert stopping.is_set()


def test_events_gather_while_batches_are_small(monkeypatch: pytest.MonkeyPatch) -> None:
    done = iter([500, 500, 7, 0])
    pauses: list[float | None] = []

    class Stopping(threading.Event):
        def wait(self, timeout: float | None = None) -> bool:
            pauses.append(timeout)
            if len(pauses) == 4:
                self.set()
            return self.is_set()

    monkeypatch.setattr(worker, "drain_outbox", lambda *, limit: next(done))
    drain_until(Stopping())
    assert pauses == [0.0, 0.0, 0.25, 0.25]


async def _rescue() -> None:
    with django_app.replace_connector(django_app.connector.get_worker_connector()) as app:  # type: ignore[attr-defined]
        async with app.open_async():
            await rescue(app)


def _job(*, heartbeat_age_s: int) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH worker AS (INSERT INTO procrastinate_workers (last_heartbeat)"
            " VALUES (now() - make_interval(secs => %s)) RETURNING id)"
            " INSERT INTO procrastinate_jobs (queue_name, task_name, args, status, worker_id)"
            " SELECT 'default', 'some.job', '{}', 'doing', id FROM worker RETURNING id",
            [heartbeat_age_s],
        )
        row = cursor.fetchone()
    assert row is not None
    return int(row[0])


def _status(job_id: int) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT status FROM procrastinate_jobs WHERE id = %s", [job_id])
        row = cursor.fetchone()
    assert row is not None
    return str(row[0])
