"""``python -m bench.sensing``: readings in over HTTP, silence, charts; prints a table of its own."""

from __future__ import annotations

import argparse
import os
import threading
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from bench.city import fresh_home, running
from bench.http import Client
from bench.table import Figure, markdown, percentile

BATCH = 1000
PER_DEVICE = 10


def main() -> None:
    parser = argparse.ArgumentParser(prog="bench.sensing", description=__doc__)
    parser.add_argument("--batches", type=int, default=200, help="HTTP batches of 1,000 readings")
    parser.add_argument("--connections", type=int, default=4, help="connections that post side by side")
    parser.add_argument("--devices", type=int, default=50_000, help="devices whose silence is checked")
    given = parser.parse_args()
    home = fresh_home("bench-sensing")
    os.environ |= {"YICHENG_HOME": str(home), "DJANGO_SETTINGS_MODULE": "yicheng.config.settings"}
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", interactive=False, verbosity=0)
    key = _gateway()
    with running(home) as city:
        figures = [*http_batches(city.port, key, batches=given.batches, connections=given.connections)]
        print(markdown(figures), flush=True)
    figures += [*chart(), silence(given.devices)]
    print("\n" + markdown(figures))


def http_batches(port: int, key: str, *, batches: int, connections: int) -> Sequence[Figure]:
    """Batches of 1,000 readings of 100 devices over HTTP; beside it, bare COPY of the same rows."""
    from yicheng.core.sensing.models import FreshBatch, Reading

    bodies = [_body(number) for number in range(batches + 8)]
    _post(port, key, bodies[:8], connections)  # warm: series are made, memory is filled
    before = Reading.objects.count()
    began = time.perf_counter()
    latencies = _post(port, key, bodies[8:], connections)
    took_s = time.perf_counter() - began
    stored = Reading.objects.count() - before
    if stored != batches * BATCH:
        raise RuntimeError(f"{batches * BATCH} readings were sent, {stored} are stored")
    waiting = time.perf_counter()
    while FreshBatch.objects.exists():
        time.sleep(0.1)
    drained_s = time.perf_counter() - waiting
    bare_s = _bare_copy(stored, connections=2)
    return [
        Figure(
            f"readings over HTTP in batches of 1,000, {connections} connections",
            stored / took_s,
            "readings/s",
            "100,000/s and half of bare COPY",
            limit=stored / bare_s,
            limit_is="bare COPY of the same rows, two connections",
            note=f"{stored:,} sent, all stored; p95 {percentile(latencies, 0.95) * 1000:.0f} ms a batch",
        ),
        Figure("worker behind at the end of that load", drained_s, "s", "no backlog growing"),
    ]


def silence(count: int) -> Figure:
    """One look at this many devices, one in a hundred of them fallen silent."""
    from django.db import connection

    from yicheng.core.sensing.silence import check_silence

    now = datetime.now(UTC)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE sensing_hearing SET heard_at = now(), is_silent = false")
        cursor.execute(
            "INSERT INTO sensing_device (number, name, model_id, serial, status, division_code, place, bearer_kind,"
            " bearer_id, component, firmware, has_wrong_clock, registered_at) SELECT 'S' || n, 'S', 'bench', '',"
            " 'in_service', '410102', '', '', 0, '', '', false, %s FROM generate_series(1, %s) n",
            [now - timedelta(days=9), count],
        )
        cursor.execute(
            "INSERT INTO sensing_hearing (device_id, heard_at, heard_since, is_silent) SELECT id,"
            " CASE WHEN id % 100 = 0 THEN now() - interval '1 day' ELSE now() END, 0, false FROM sensing_device"
            " WHERE number LIKE 'S%' ON CONFLICT DO NOTHING"
        )
        cursor.execute("DELETE FROM sensing_silencewatch")
        cursor.execute("INSERT INTO sensing_silencewatch VALUES (1, now(), now() - interval '9 days')")
        cursor.execute("ANALYZE sensing_device, sensing_hearing")
    began = time.perf_counter()
    silent, _heard = check_silence()
    took_s = time.perf_counter() - began
    return Figure(
        f"silence of {count:,} devices checked", took_s * 1000, "ms", "under 1 s", note=f"{silent} silent"
    )


def chart() -> Sequence[Figure]:
    """A year of quarter-hourly readings, asked for as a chart of 500 points and as one of 35,000."""
    from yicheng.core.people.public import SYSTEM
    from yicheng.core.sensing.public import NewReading, Source, drain_readings, readings, take_readings

    until = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
    year = [until - timedelta(minutes=15 * step) for step in range(1, 35_137)]
    source = Source("file", is_trusted=True, is_history=True)
    for start in range(0, len(year), 5000):
        batch = [
            NewReading("B0", "humidity", step % 97, at) for step, at in enumerate(year[start : start + 5000])
        ]
        take_readings(source, batch)
    drain_readings()
    from yicheng.core.sensing.models import Series

    series = Series.objects.get(device__number="B0", property="humidity")
    since = until - timedelta(days=366)
    figures = []
    for points, name in (
        (500, "chart of a year (35,136 readings), 500 points"),
        (5000, "the same, 5,000 points"),
    ):
        samples = []
        for _turn in range(40):
            began = time.perf_counter()
            readings(SYSTEM, series.pk, since=since, until=until, points=points)
            samples.append(time.perf_counter() - began)
        figures.append(Figure(name, percentile(samples, 0.95) * 1000, "ms p95", "under 100 ms"))
    return figures


def _gateway() -> str:
    """A gateway with a thousand devices behind it; its key."""
    from yicheng.core.people.public import SYSTEM
    from yicheng.core.sensing.models import Device, DeviceModel, Hearing
    from yicheng.core.sensing.public import NewDevice, issue_key, register_device

    DeviceModel.objects.create(code="bench", name="bench", interval_s=60)
    DeviceModel.objects.create(code="gate", name="gate", interval_s=0, is_gateway=True)
    gateway = register_device(SYSTEM, NewDevice("gate", "gate", number="BG"))
    devices = Device.objects.bulk_create(
        Device(
            number=f"B{number}",
            name="b",
            model_id="bench",
            gateway=gateway,
            division_code="410102",
            status="in_service",
            registered_at=datetime.now(UTC),
        )
        for number in range(1000)
    )
    Hearing.objects.bulk_create(Hearing(device=device) for device in devices)
    return issue_key(SYSTEM, gateway.pk, per_minute=10**9)


def _body(number: int) -> bytes:
    """A batch: a hundred devices, ten readings each, a second apart."""
    first = (number % 10) * 100
    began = datetime.now(UTC).replace(microsecond=0) - timedelta(days=20) + timedelta(seconds=10 * number)
    times = [(began + timedelta(seconds=step)).isoformat() for step in range(PER_DEVICE)]
    rows = [
        f'{{"device":"B{device}","property":"temperature","value":{20 + (device + step) % 90 / 10},"time":"{time}"}}'
        for device in range(first, first + BATCH // PER_DEVICE)
        for step, time in enumerate(times)
    ]
    return ("[" + ",".join(rows) + "]").encode()


def _post(port: int, key: str, bodies: Sequence[bytes], connections: int) -> list[float]:
    waiting = iter(bodies)
    lock, latencies, faults = threading.Lock(), list[float](), list[str]()

    def next_body() -> bytes | None:
        with lock:
            return next(waiting, None)

    def send() -> None:
        client = Client("127.0.0.1", port, headers={"Authorization": f"Device {key}"})
        with client:
            while (body := next_body()) is not None:
                began = time.perf_counter()
                answer = client.request(
                    "POST", "/api/v1/readings", body=body, content_type="application/json"
                )
                latencies.append(time.perf_counter() - began)
                if answer.status != 200 or answer.json()["stored"] != BATCH:
                    faults.append(f"{answer.status} {answer.body[:200]!r}")

    threads = [threading.Thread(target=send) for _ in range(connections)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if faults:
        raise RuntimeError(f"{len(faults)} batches failed, first: {faults[0]}")
    return latencies


def _bare_copy(count: int, *, connections: int) -> float:
    """Seconds for COPY of the same rows into a twin of a month, on as many connections; the rows wait in memory."""
    import psycopg
    from django.db import connection

    from yicheng.core.sensing.packing import COLUMNS

    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE bench_reading (LIKE sensing_reading INCLUDING ALL)")
    raw: Any = connection.connection
    shares = []
    for share in range(connections):
        size = count // connections
        with (
            raw.cursor() as cursor,
            cursor.copy(
                f"COPY (SELECT {COLUMNS} FROM sensing_reading ORDER BY received_at, series_id, time"
                f" OFFSET {share * size} LIMIT {size}) TO STDOUT (FORMAT BINARY)"
            ) as copy,
        ):
            shares.append(b"".join(bytes(block) for block in copy))
    info = raw.info
    others = [psycopg.connect(info.dsn, password=info.password) for _ in shares]

    def write(other: Any, rows: bytes) -> None:
        with (
            other.cursor() as cursor,
            cursor.copy(f"COPY bench_reading ({COLUMNS}) FROM STDIN (FORMAT BINARY)") as copy,
        ):
            for block in _blocks(rows):
                copy.write(block)
        other.commit()

    threads = [threading.Thread(target=write, args=pair) for pair in zip(others, shares, strict=True)]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    took_s = time.perf_counter() - began
    for other in others:
        other.close()
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE bench_reading")
    return took_s


def _blocks(rows: bytes, *, size: int = 262_144) -> Iterator[bytes]:
    for start in range(0, len(rows), size):
        yield rows[start : start + size]


if __name__ == "__main__":
    main()
