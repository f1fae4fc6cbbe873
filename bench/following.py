"""``python -m bench.following``: rows changed singly through the API at a fixed rate, until they stand at a subscriber.

A department's system changes rows of a data set of 100,000; another one follows them through its grant. From the moment
a call with changed rows is sent until each of them has come to the follower's address is the lag.
"""

from __future__ import annotations

import argparse
import json
import os
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from typing import Any

from bench.city import HOST, fresh_home, running
from bench.http import Client
from bench.table import Figure, markdown, percentile

STORED, CALLS_A_SECOND = 100_000, 20
KEY = "giver.meters"


@dataclass
class Stream:
    """When each change was sent and when it came, by its number."""

    sent: dict[int, float] = field(default_factory=dict)
    came: dict[int, float] = field(default_factory=dict)
    repeats: int = 0
    answered: list[float] = field(default_factory=list)


def main() -> None:
    parser = argparse.ArgumentParser(prog="bench.following", description=__doc__)
    parser.add_argument("--rate", type=int, default=500, help="changed rows a second")
    parser.add_argument("--seconds", type=int, default=20)
    given = parser.parse_args()
    home = fresh_home("bench-following")
    os.environ |= {
        "YICHENG_HOME": str(home), "DJANGO_SETTINGS_MODULE": "yicheng.config.settings",
        "YICHENG_OUTGOING_ALLOWED": "127.0.0.1/32",
    }  # fmt: skip
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", interactive=False, verbosity=0)
    stream = Stream()
    with follower(stream) as url:
        key = lay(url)
        with running(home) as city:
            follow(city.port, key, stream, rate=given.rate, seconds=given.seconds)
    print("\n" + markdown(list(figures(stream, given.rate))))


def follow(port: int, key: str, stream: Stream, *, rate: int, seconds: int) -> None:
    """Send changes by the clock, then wait until all have come."""
    numbers, each = count(1), max(1, rate // CALLS_A_SECOND)
    with Client(HOST, port, headers={"Authorization": f"Bearer {key}"}) as client:
        began = time.perf_counter()
        for call in range(seconds * CALLS_A_SECOND):
            time.sleep(max(0.0, began + call / CALLS_A_SECOND - time.perf_counter()))
            batch = [next(numbers) for _row in range(each)]
            now = time.perf_counter()
            stream.sent |= dict.fromkeys(batch, now)
            rows = [{"no": f"M{number % STORED}", "reading": number} for number in batch]
            answer = client.post_json(f"/api/v1/data/sources/{KEY}/changes", {"upsert": rows})
            if answer.status != 200:
                raise RuntimeError(f"the API answered {answer.status}: {answer.body[:200]!r}")
            stream.answered.append(time.perf_counter() - now)
    until = time.monotonic() + 60
    while len(stream.came) < len(stream.sent) and time.monotonic() < until:
        time.sleep(0.1)


def figures(stream: Stream, rate: int) -> Iterator[Figure]:
    """The lag, and what was lost."""
    lags = [came - stream.sent[number] for number, came in stream.came.items()]
    lost = len(stream.sent) - len(stream.came)
    note = f"{len(lags):,} changes, {lost} lost, {stream.repeats} came twice"
    yield Figure(
        f"subscription lag at {rate} changes a second",
        percentile(lags, 0.95),
        "s p95",
        "under 2 s",
        note=note,
    )
    yield Figure("a call that changes rows", percentile(stream.answered, 0.95) * 1000, "ms p95")


@contextmanager
def follower(stream: Stream) -> Iterator[str]:
    """The other department's address, which notes what comes."""

    class Hook(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            now = time.perf_counter()
            for event in json.loads(body):
                number = event.get("data", {}).get("reading", 0)
                stream.repeats += number in stream.came
                stream.came.setdefault(number, now)
            self.send_response(204)
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  the base's own name
            """Nothing is said."""

    server = ThreadingHTTPServer((HOST, 0), Hook)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://{HOST}:{server.server_port}/hook"
    finally:
        server.shutdown()


def lay(url: str) -> str:
    """Two departments, the data set, a grant with a subscription; answers the key of the system that changes rows."""
    from yicheng.apps.data.actions.loading import take_rows
    from yicheng.apps.data.actions.sources import NewSource, agree_fields, set_up_source
    from yicheng.apps.data.intake.opening import open_sheet
    from yicheng.apps.data.intake.rules import Field
    from yicheng.core.events.public import drain_outbox
    from yicheng.core.kernel import clock
    from yicheng.core.people.public import SYSTEM
    from yicheng.core.people.tokens import make
    from yicheng.core.sharing.actions.subscribing import subscribe

    bodies, account = _people()
    source = set_up_source(SYSTEM, NewSource(KEY, "电表", bodies["giver"], "conditional", legal_basis="x"))
    agree_fields(SYSTEM, source.pk, [Field("no", "no", is_key=True), Field("reading", "reading", "integer")])
    text = "no,reading\n" + "".join(f"M{n},0\n" for n in range(STORED))
    take_rows(SYSTEM, source.pk, open_sheet(text.encode()), origin="push")
    grant = _grant(bodies)
    while drain_outbox():
        pass
    subscribe(SYSTEM, grant, url=url)
    return make(account, name="b", rights=[], expires_at=clock.now() + timedelta(days=9))[1]


def _people() -> tuple[Mapping[str, int], Any]:
    from yicheng.core.people.models import Account, Appointment, Organisation, Role

    bodies = {
        code: Organisation.objects.create(code=code, name=code, kind="bureau", path="/")
        for code in ("giver", "user")
    }
    for one in bodies.values():
        Organisation.objects.filter(pk=one.pk).update(path=f"/{one.pk}/")
    account = Account.objects.create(
        username="meters", kind="staff", display_name="meters", organisation=bodies["giver"]
    )
    role, _new = Role.objects.get_or_create(code="data_system", defaults={"name": "system"})
    Appointment.objects.create(account=account, role=role, organisation=bodies["giver"])
    return {code: one.pk for code, one in bodies.items()}, account


def _grant(bodies: Mapping[str, int]) -> int:
    from yicheng.core.catalogue import public as catalogue
    from yicheng.core.kernel import clock
    from yicheng.core.people.public import SYSTEM
    from yicheng.core.sharing.actions.giving import give
    from yicheng.core.sharing.facts import Terms
    from yicheng.core.sharing.models import Request

    today, asked = clock.now().date(), ["no", "reading"]
    request = Request.objects.create(
        entry_id=catalogue.entry(SYSTEM, KEY).id, provider_id=bodies["giver"], consumer_id=bodies["user"],
        asked_at=clock.now(), fields=asked, purpose="bench", legal_basis="bench", starts_on=today,
        ends_on=today + timedelta(days=9),
    )  # fmt: skip
    grant: int = give(SYSTEM, request, Terms(tuple(asked))).pk
    return grant


if __name__ == "__main__":
    main()
