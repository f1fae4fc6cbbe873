"""The worker as a whole: several at once double nothing, the schedule runs, a stop is clean."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Sequence
from typing import Any

import pytest
from django.db import OperationalError, connection

from yicheng.core.events import outbox, worker
from yicheng.core.events.declare import JOBS, REACTIONS, Event, Job, Reaction
from yicheng.core.events.models import OutboxEvent
from yicheng.core.events.public import publish
from yicheng.core.events.tests.conftest import Opened, Pump

pytestmark = pytest.mark.django_db(transaction=True)
SOON_S = 20


@pytest.fixture(autouse=True)
def no_jobs_left(transactional_db: None) -> None:
    """procrastinate's tables are not Django's to empty."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs")
        cursor.execute("DELETE FROM procrastinate_workers")


def tell(count: int) -> None:
    for valve in range(count):
        publish("works.opened", Opened(valve), subject=f"valve/{valve}")


def test_two_workers_share_the_batch_and_double_nothing(pump: Pump, monkeypatch: pytest.MonkeyPatch) -> None:
    tell(40)
    barrier = threading.Barrier(2, timeout=SOON_S)
    met = threading.local()

    def meet(events: Sequence[Event]) -> None:
        if not hasattr(met, "once"):
            met.once = True
            barrier.wait()  # both hold a batch at the same moment
        pump.handle(events)

    monkeypatch.setitem(REACTIONS._items, "works.pump", Reaction("works.pump", ("works.opened",), meet))
    outbox._index.clear()

    def drain() -> None:
        while outbox.drain(limit=10):
            pass
        connection.close()

    threads = [threading.Thread(target=drain) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(SOON_S)
    assert sorted(pump.seen) == list(range(40))


def test_killed_in_the_middle_everything_comes_again_once(
    pump: Pump, monkeypatch: pytest.MonkeyPatch
) -> None:
    tell(3)

    def killed(events: Sequence[Event]) -> None:
        raise SystemExit

    with monkeypatch.context() as patch:
        patch.setitem(REACTIONS._items, "works.pump", Reaction("works.pump", ("works.opened",), killed))
        outbox._index.clear()
        with pytest.raises(SystemExit):
            outbox.drain(limit=10)
    outbox._index.clear()
    assert OutboxEvent.objects.count() == 3
    assert outbox.drain(limit=10) == 3
    assert pump.seen == [0, 1, 2]


def test_the_drainer_outlives_a_database_that_is_away(pump: Pump, monkeypatch: pytest.MonkeyPatch) -> None:
    tell(1)
    stop = threading.Event()
    real, calls = outbox.drain, []

    def flaky(*, limit: int) -> int:
        calls.append(limit)
        if len(calls) == 1:
            raise OperationalError("gone")
        done = real(limit=limit)
        stop.set()
        return done

    monkeypatch.setattr(worker, "AFTER_FAULT_S", 0)
    monkeypatch.setattr(outbox, "drain", flaky)
    worker.drain_until(stop)
    assert pump.seen == [0]


def test_scheduled_jobs_run_and_leave_no_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    ran: list[str] = []
    jobs = {
        "works.check": Job("works.check", "Check", "0 0 1 1 *", lambda: ran.append("check")),
        "works.fail": Job("works.fail", "Fail", "0 0 1 1 *", lambda: 1 // 0),  # type: ignore[arg-type]
    }
    monkeypatch.setattr(JOBS, "_items", jobs)
    app = worker.scheduler()

    async def run() -> Any:
        async with app.open_async():
            for key in jobs:
                await app.tasks[key].defer_async(timestamp=0)
            await app.run_worker_async(
                queues=[worker.QUEUE], wait=False, install_signal_handlers=False, delete_jobs="successful"
            )
            return [job.task_name for job in await app.job_manager.list_jobs_async(queue=worker.QUEUE)]

    assert asyncio.run(run()) == ["works.fail"], "a failed job stays to be seen"
    assert ran == ["check"]


def test_the_worker_runs_both_and_stops_when_told(pump: Pump, monkeypatch: pytest.MonkeyPatch) -> None:
    stop = threading.Event()
    ticked: list[int] = []
    monkeypatch.setattr(
        JOBS, "_items", {"works.tick": Job("works.tick", "Tick", "* * * * * *", lambda: tick())}
    )

    def tick() -> None:
        ticked.append(1)
        if pump.seen == [0]:
            stop.set()

    tell(1)
    guard = threading.Timer(SOON_S, stop.set)
    guard.start()
    worker.work(stop)
    guard.cancel()
    assert pump.seen == [0]
    assert ticked


def test_a_job_whose_worker_died_frees_its_lock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker, "STALLED_S", 0)
    monkeypatch.setattr(
        JOBS, "_items", {"works.check": Job("works.check", "Check", "0 0 1 1 *", lambda: None)}
    )
    app = worker.scheduler()

    async def run() -> list[Any]:
        async with app.open_async():
            await app.tasks["works.check"].defer_async(timestamp=0)
            dead = await app.job_manager.register_worker()
            taken = await app.job_manager.fetch_job(queues=[worker.QUEUE], worker_id=dead)
            assert taken is not None
            sweeper = asyncio.create_task(worker._sweep(app))
            async with asyncio.timeout(SOON_S):
                while await app.job_manager.list_jobs_async(queue=worker.QUEUE):
                    await asyncio.sleep(0)
            sweeper.cancel()
            await asyncio.gather(sweeper, return_exceptions=True)
            return list(await app.job_manager.list_jobs_async(queue=worker.QUEUE))

    assert asyncio.run(run()) == []
