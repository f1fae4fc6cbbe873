"""``python -m bench.alerts``: a thousand rules live under a steady stream of readings; prints a table of its own.

Readings come over HTTP at a fixed rate, ten of them a second beyond one rule's limit, each of a device of its own.
From the moment such a reading is sent until its alert stands in the duty officer's inbox is the time to push.
"""

from __future__ import annotations

import argparse
import os
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from bench.city import fresh_home, running
from bench.http import Client
from bench.table import Figure, markdown, percentile

BATCH, LIMIT, STEP = 1000, 61.0, 0.05


@dataclass
class Stream:
    """What was sent when, and when its alert was seen."""

    sent: dict[str, float] = field(default_factory=dict)
    seen: dict[str, float] = field(default_factory=dict)
    backlog: list[int] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)


def main() -> None:
    parser = argparse.ArgumentParser(prog="bench.alerts", description=__doc__)
    parser.add_argument("--rules", type=int, default=1000)
    parser.add_argument("--rate", type=int, default=5000, help="readings a second")
    parser.add_argument("--seconds", type=int, default=30)
    given = parser.parse_args()
    home = fresh_home("bench-alerts")
    os.environ |= {"YICHENG_HOME": str(home), "DJANGO_SETTINGS_MODULE": "yicheng.config.settings"}
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", interactive=False, verbosity=0)
    key = _lay(given.rules, devices=given.rate)
    with running(home) as city:
        stream = _run(city.port, key, rate=given.rate, seconds=given.seconds)
    print("\n" + markdown(_figures(stream, given.rules, given.rate)))


def _run(port: int, key: str, *, rate: int, seconds: int) -> Stream:
    stream, stopping = Stream(), threading.Event()
    watcher = threading.Thread(target=_watch, args=(stream, stopping))
    watcher.start()
    _send(port, key, stream, rate=rate, seconds=seconds)
    until = time.monotonic() + 30
    while len(stream.seen) < len(stream.sent) and time.monotonic() < until:
        time.sleep(0.1)
    stopping.set()
    watcher.join()
    if stream.faults:
        raise RuntimeError(f"{len(stream.faults)} batches failed, first: {stream.faults[0]}")
    return stream


def _send(port: int, key: str, stream: Stream, *, rate: int, seconds: int) -> None:
    """Batches of 1,000 at even distances; the devices of two batches a second carry five spikes each."""
    spike = 0
    client = Client("127.0.0.1", port, headers={"Authorization": f"Device {key}"})
    warm = [(f"A{number}", 50.0) for number in range(rate)]
    with client:
        for start in range(0, rate, BATCH):
            _post(client, warm[start : start + BATCH], stream)
        time.sleep(3)
        began = time.monotonic()
        for number in range(seconds * rate // BATCH):
            wait = began + number * BATCH / rate - time.monotonic()
            time.sleep(max(0.0, wait))
            start = number * BATCH % rate
            rows = [(f"A{device}", 50.0 + device % 9) for device in range(start, start + BATCH)]
            for _turn in range(2):
                device = start + spike % BATCH
                spike += 1
                if f"A{device}" not in stream.sent:
                    rows[device - start] = (f"A{device}", LIMIT + STEP / 2)
                    stream.sent[f"A{device}"] = time.monotonic()
            _post(client, rows, stream)


def _post(client: Client, rows: Sequence[tuple[str, float]], stream: Stream) -> None:
    at = datetime.now(UTC).isoformat()
    body = ",".join(
        f'{{"device":"{device}","property":"humidity","value":{value},"time":"{at}"}}'
        for device, value in rows
    )
    answer = client.request(
        "POST", "/api/v1/readings", body=f"[{body}]".encode(), content_type="application/json"
    )
    if answer.status != 200 or answer.json()["stored"] != len(rows):
        stream.faults.append(f"{answer.status} {answer.body[:200]!r}")


def _watch(stream: Stream, stopping: threading.Event) -> None:
    """Look into the inbox twenty times a second, as the pages of the desk would."""
    from django.db import connection

    last = 0
    with connection.cursor() as cursor:
        while not stopping.is_set():
            cursor.execute(
                "SELECT n.id, a.subject_title FROM notices_notice n"
                " JOIN alerts_alert a ON n.subject = 'alert/' || a.id WHERE n.id > %s ORDER BY n.id",
                [last],
            )
            now = time.monotonic()
            for notice_id, title in cursor.fetchall():
                last = notice_id
                stream.seen.setdefault(title.rpartition(" ")[2], now)
            cursor.execute("SELECT coalesce(sum(count), 0) FROM sensing_freshbatch")
            stream.backlog.append(int(cursor.fetchone()[0]))
            time.sleep(0.05)
    connection.close()


def _figures(stream: Stream, rules: int, rate: int) -> list[Figure]:
    if missing := set(stream.sent) - set(stream.seen):
        raise RuntimeError(f"{len(missing)} of {len(stream.sent)} alerts were never seen")
    times = [stream.seen[device] - stream.sent[device] for device in stream.sent]
    third = max(1, len(stream.backlog) // 3)
    first, last = stream.backlog[:third], stream.backlog[-third:]
    return [
        Figure(
            f"reading to push, {rules:,} rules live at {rate:,} readings/s",
            percentile(times, 0.95),
            "s p95",
            "under 2 s",
            note=f"{len(times)} alerts, median {percentile(times, 0.5):.2f} s, longest {max(times):.2f} s",
        ),
        Figure(
            "readings waiting for the worker, last third of that load",
            percentile(last, 0.95),
            "readings p95",
            "no backlog growing",
            note=f"first third {percentile(first, 0.95):,.0f}",
        ),
    ]


def _lay(rules: int, *, devices: int) -> str:
    """A gateway with devices, a duty officer, and the rules: seven of ten thresholds, durations, rates, silences."""
    from yicheng.core.alerts.models import Rule, RuleCondition
    from yicheng.core.kernel import clock
    from yicheng.core.people.models import Account, Appointment, Organisation, Role
    from yicheng.core.people.public import SYSTEM
    from yicheng.core.sensing.models import Device, DeviceModel, Hearing
    from yicheng.core.sensing.public import NewDevice, issue_key, register_device

    body = Organisation.objects.create(code="bench", name="Bench", kind="department", path="/")
    body.path = f"/{body.pk}/"
    body.save()
    officer = Account.objects.create(
        username="officer", kind="staff", display_name="Officer", organisation=body
    )
    role = Role.objects.create(code="bench", name="Bench", rights=["alerts.receive", "alerts.see_alerts"])
    Appointment.objects.create(account=officer, role=role)
    DeviceModel.objects.create(code="bench", name="bench", interval_s=60)
    DeviceModel.objects.create(code="gate", name="gate", interval_s=0, is_gateway=True)
    gateway = register_device(SYSTEM, NewDevice("gate", "gate", number="AG"))
    made = Device.objects.bulk_create(
        Device(
            number=f"A{number}",
            name="bench",
            model_id="bench",
            gateway=gateway,
            division_code=f"41010{number % 10}",
            status="in_service",
            organisation=body,
            registered_at=datetime.now(UTC),
        )
        for number in range(devices)
    )
    Hearing.objects.bulk_create(Hearing(device=device) for device in made)
    rows = Rule.objects.bulk_create(
        Rule(
            key=f"staff.bench{number}",
            origin="staff",
            status="live",
            application="alerts",
            severity=3,
            title=f"Bench {number}",
            text="%(subject)s %(value)s",
            property="humidity",
            audience_right="alerts.receive",
            changed_at=clock.now(),
            division_code=f"41010{number // 100 % 10}" if _kind(number) in ("rate", "absence") else "",
        )
        for number in range(rules)
    )
    RuleCondition.objects.bulk_create(
        RuleCondition(
            rule=row,
            position=0,
            kind=_kind(number),
            property="humidity",
            above={"rate": 40.0, "absence": None}.get(_kind(number), LIMIT + STEP * number),
            hysteresis=1.0,
            period_s=None if _kind(number) == "threshold" else 3600,
        )
        for number, row in enumerate(rows)
    )
    return issue_key(SYSTEM, gateway.pk, per_minute=10**9)


def _kind(number: int) -> str:
    """Seven of ten are thresholds, one of a hundred asks for the rate, one for silence; the rest are durations."""
    if number % 10 < 7:
        return "threshold"
    return {9: "rate", 19: "absence"}.get(number % 100, "duration")


if __name__ == "__main__":
    main()
