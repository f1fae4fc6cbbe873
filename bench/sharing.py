"""Sharing: calls through the gateway beside the same SQL by bare psycopg, places in the log, proof of a million.

``python -m bench.sharing [--seconds N] [--people N] [--receipts N]``: a platform of its own, in ``var/bench-sharing``.
"""

from __future__ import annotations

import argparse
import os
import random
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

from bench.city import HOST, fresh_home, running
from bench.http import Client
from bench.table import Figure, markdown, percentile

STORED = 100_000
KEY = "bench.people"


def main() -> None:
    parser = argparse.ArgumentParser(prog="bench.sharing", description=__doc__)
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--people", type=int, default=8, help="systems that call side by side")
    parser.add_argument("--receipts", type=int, default=1_000_000, help="receipts to prove")
    given = parser.parse_args()
    home = fresh_home("bench-sharing")
    os.environ |= {"YICHENG_HOME": str(home), "DJANGO_SETTINGS_MODULE": "yicheng.config.settings"}
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    figures = [proof(given.receipts)]
    grant, key = lay()
    with running(home) as city:
        figures += gateway(city.port, grant, key, seconds=given.seconds, people=given.people)
    figures.append(sequencing(20_000))
    print(markdown(figures))


def proof(count: int) -> Figure:
    """Seconds to prove a bundle of so many receipts, offline."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    from yicheng.core.sharing.receipts import bundle, merkle, notes, receipt
    from yicheng.core.sharing.receipts.verify import verify

    key = Ed25519PrivateKey.generate()
    by = notes.Verifier("data.example.gov/sharing", key.public_key().public_bytes_raw())
    entries = [receipt.entry(n // 50 + 1, receipt.payload(_receipt(n, n % 50 + 1))) for n in range(count)]
    root = merkle.root_of([merkle.leaf_hash(one) for one in entries])
    note = notes.sign(notes.Checkpoint(by.name, count, root), key, by)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "bundle.zip"
        bundle.write(path, keys=[str(by)], checkpoint=note, entries=enumerate(entries), rest=())
        began = time.perf_counter()
        proven = verify(path, key=str(by))
        took_s = time.perf_counter() - began
    return Figure(f"proof of {proven.receipts:,} receipts", took_s, "s", "under a minute for 1,000,000")


def sequencing(count: int) -> Figure:
    """Receipts a second that get their places, all that waited in one go."""
    from yicheng.core.people.models import Organisation
    from yicheng.core.sharing.models import QueuedReceipt
    from yicheng.core.sharing.receipts import log, receipt

    provider, consumer = Organisation.objects.order_by("id").values_list("id", flat=True)[:2]
    rows = []
    for n in range(count):
        made = _receipt(n, 1)
        rows.append(
            QueuedReceipt(
                call=made.call, at="2026-01-01T00:00:00Z", grant_id=1, provider_id=provider, consumer_id=consumer,
                resource=KEY, kind="query", rows=1, body=receipt.payload(made),
            )
        )  # fmt: skip
    QueuedReceipt.objects.bulk_create(rows, batch_size=5000)
    began = time.perf_counter()
    while log.sequence():
        pass
    return Figure("places in the log", count / (time.perf_counter() - began), "/s", "1,000/s")


def lay() -> tuple[int, str]:
    """A department's data of 100,000 rows, a grant with a masked field, a key of the department that uses it."""
    from yicheng.core.catalogue import public as catalogue
    from yicheng.core.catalogue.facts import Field, NewDataSet
    from yicheng.core.kernel import clock
    from yicheng.core.people.models import Account, Appointment, Organisation, Role
    from yicheng.core.people.public import SYSTEM
    from yicheng.core.people.tokens import make
    from yicheng.core.sharing.actions.giving import give
    from yicheng.core.sharing.facts import Terms
    from yicheng.core.sharing.models import Request

    provider, consumer = (
        Organisation.objects.create(code=code, name=code, kind="bureau", path="/")
        for code in ("giver", "user")
    )
    Organisation.objects.filter(pk=consumer.pk).update(path=f"/{consumer.pk}/")
    fields = (Field("number", "编号", "code", is_key=True), Field("name", "姓名"), Field("phone", "电话"),
              Field("division", "区划", "code"))  # fmt: skip
    catalogue.register_data_set(
        SYSTEM, NewDataSet(KEY, "人员", provider.pk, "conditional", legal_basis="x", fields=fields)
    )
    version = catalogue.begin_version(SYSTEM, KEY, fields)
    catalogue.copy_rows(
        version, ((f"R{n}", "张小明", f"138{n:08}", f"4101{n % 12:02}") for n in range(STORED))
    )
    catalogue.publish_version(SYSTEM, version.id)
    today = clock.now().date()
    asked = ["number", "name", "phone"]
    request = Request.objects.create(
        entry_id=version.entry_id, provider=provider, consumer=consumer, asked_at=clock.now(), fields=asked,
        purpose="bench", legal_basis="bench", starts_on=today, ends_on=today + timedelta(days=9),
    )  # fmt: skip
    grant = give(SYSTEM, request, Terms(tuple(asked), {"phone": "tail"}))
    account = Account.objects.create(
        username="caller", kind="staff", display_name="caller", organisation=consumer
    )
    role, _ = Role.objects.get_or_create(code="data_system", defaults={"name": "system"})
    Appointment.objects.create(account=account, role=role, organisation=consumer)
    return grant.pk, make(account, name="b", rights=[], expires_at=clock.now() + timedelta(days=9))[1]


def gateway(port: int, grant: int, key: str, *, seconds: float, people: int) -> list[Figure]:
    """Look-ups of one row by its key, and pages of 100 rows; beside the same SQL on as many bare connections."""
    figures = []
    for title, query in (("one row by its key", "number=R{n}"), ("a page of 100 rows", "limit=100")):

        def asking(query: str = query) -> Callable[[], None]:
            client = Client(HOST, port, headers={"Authorization": f"Bearer {key}"})

            def ask() -> None:
                answer = client.get(f"/api/v1/shared/{grant}?{query.format(n=random.randrange(STORED))}")
                if answer.status != 200:
                    raise RuntimeError(f"the gateway answered {answer.status}: {answer.body[:200]!r}")

            return ask

        _load(asking, seconds=2, people=people)
        took, latencies = _load(asking, seconds=seconds, people=people)
        bare_took, bare = _load(partial(_bare, grant, query), seconds=seconds / 2, people=people)
        figures += [
            Figure(
                f"shared query: {title}", len(latencies) / took, "/s", "1,000/s",
                limit=len(bare) / bare_took, limit_is="the same SQL by psycopg",
            ),
            Figure(
                f"shared query: {title}, {people} at a time", percentile(latencies, 0.95) * 1000, "ms p95",
                "within 3 ×", limit=percentile(bare, 0.95) * 1000, limit_is="the same SQL by psycopg",
            ),
        ]  # fmt: skip
    return figures


def _bare(grant: int, query: str) -> Callable[[], None]:
    """The rows of the same call, without rights, metering or receipt."""
    import psycopg
    from django.db import connection

    from yicheng.core.sharing.gateway.asked import asked
    from yicheng.core.sharing.gateway.plan import plan

    text, params, _columns = plan(grant).statement(asked(query.format(n=1)), limit=100)
    connection.ensure_connection()
    raw: Any = psycopg.connect(
        **{**connection.get_connection_params(), "cursor_factory": psycopg.Cursor}, autocommit=True
    )

    def ask() -> None:
        values = [f"R{random.randrange(STORED)}" if one == "R1" else one for one in params]
        raw.execute(text, values, prepare=True).fetchone()

    return ask


def _load(
    make: Callable[[], Callable[[], None]], *, seconds: float, people: int
) -> tuple[float, Sequence[float]]:
    """How long it took, and how long each call took."""
    latencies: list[float] = []
    faults: list[BaseException] = []
    until = time.perf_counter() + seconds

    def work() -> None:
        try:
            ask = make()
            while (began := time.perf_counter()) < until:
                ask()
                latencies.append(time.perf_counter() - began)
        except Exception as error:  # noqa: BLE001  told below
            faults.append(error)

    began = time.perf_counter()
    threads = [threading.Thread(target=work) for _ in range(people)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if faults:
        raise faults[0]
    return time.perf_counter() - began, latencies


def _receipt(number: int, grant: int) -> Any:
    from yicheng.core.sharing.receipts import receipt

    return receipt.Receipt(
        call=f"{number:032x}", at="2026-01-01T00:00:00.000Z", kind="query", grant=grant, resource=KEY,
        provider="410100.civil", consumer="410100.health", by="account/7", purpose="高龄津贴核对",
        basis="老年人权益保障法第三十三条", fields=("number", "name", "phone"), rows=1, request="0" * 64, answer="f" * 64,
    )  # fmt: skip


if __name__ == "__main__":
    main()
