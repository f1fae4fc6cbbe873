"""The log in the database: places given once, whatever runs side by side, and a tree that only grows."""

from __future__ import annotations

import threading
from datetime import UTC, datetime
from io import BytesIO

import pytest
from django.db import DatabaseError, connection, transaction
from django.db.models import Q

from yicheng.core.people.models import Organisation
from yicheng.core.sharing.models import ExchangeDay, LogState, QueuedReceipt, ReceiptEntry, Tile
from yicheng.core.sharing.receipts import keys, log, merkle, notes, receipt, tiles
from yicheng.core.sharing.receipts.export import export
from yicheng.core.sharing.receipts.verify import verify

AT = datetime(2026, 11, 23, 8, tzinfo=UTC)


@pytest.fixture
def bodies(db):
    return [
        Organisation.objects.create(code=code, name=code, kind="bureau", path="/").pk
        for code in ("roads", "water")
    ]


def queue(bodies, count, *, first=0, grant=1):
    provider, consumer = bodies
    rows = []
    for number in range(first, first + count):
        made = receipt.Receipt(call=f"{number:032x}", at="2026-11-23T08:00:00Z", kind="query", grant=grant,
                               resource="roads.lamps", provider="roads", consumer="water", by="account/1", purpose="p",
                               basis="b", fields=("code",), rows=2, request="0" * 64, answer="1" * 64)  # fmt: skip
        rows.append(QueuedReceipt(call=made.call, at=AT, grant_id=grant, provider_id=provider, consumer_id=consumer,
                                  resource=made.resource, kind=made.kind, rows=2, body=receipt.payload(made)))  # fmt: skip
    QueuedReceipt.objects.bulk_create(rows)


def bundle(wanted=None):
    target = BytesIO()
    export(target, wanted=wanted)
    target.seek(0)
    return target


def test_receipts_get_places_and_a_signed_root(bodies):
    queue(bodies, 5)
    assert log.sequence() == 5
    assert log.sequence() == 0
    assert not QueuedReceipt.objects.exists()
    rows = list(ReceiptEntry.objects.order_by("position").values_list("position", "serial", "body"))
    assert [row[:2] for row in rows] == [(0, 1), (1, 2), (2, 3), (3, 4), (4, 5)]
    state = LogState.objects.get()
    root = merkle.root_of([merkle.leaf_hash(receipt.entry(serial, bytes(body))) for _, serial, body in rows])
    assert notes.opened(state.note, keys.verifiers()) == notes.Checkpoint("localhost/sharing", 5, root)
    day = ExchangeDay.objects.get()
    assert (day.calls, day.rows, day.day.isoformat()) == (5, 10, "2026-11-23")


@pytest.mark.parametrize("batches", [(1, 255, 1, 300), (256, 256), (700,), (3, 3, 3, 1000)])
def test_batches_of_any_size_make_the_same_tree(bodies, batches):
    done = 0
    for batch in batches:
        queue(bodies, batch, first=done)
        done += batch
        log.sequence()
    assert verify(bundle()).receipts == done
    hashes = [merkle.leaf_hash(receipt.entry(s, bytes(b)))
              for s, b in ReceiptEntry.objects.order_by("position").values_list("serial", "body")]  # fmt: skip
    nodes = tiles.nodes()
    for old in {1, 2, 255, 256, 257, done}:
        if old <= done:
            merkle.check_growth(merkle.root_of(hashes[:old]), merkle.root_of(hashes),
                                merkle.consistency(nodes, old, done), old=old, size=done)  # fmt: skip


def test_a_grant_is_exported_with_the_rest_of_the_tree(bodies):
    queue(bodies, 30, grant=1)
    queue(bodies, 5, first=30, grant=2)
    log.sequence()
    queue(bodies, 30, first=40, grant=1)
    log.sequence()
    proven = verify(bundle(Q(grant_id=2)))
    assert (proven.receipts, proven.size, proven.grants) == (5, 65, {2: (1, 5)})


def test_an_altered_row_no_longer_proves(bodies):
    queue(bodies, 4)
    log.sequence()
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE sharing_receipt SET rows = 1")
    with connection.cursor() as cursor:  # an administrator of the database can do more
        cursor.execute("ALTER TABLE sharing_receipt DISABLE TRIGGER USER")
        cursor.execute(
            "UPDATE sharing_receipt SET body = overlay(body PLACING '!'::bytea FROM 60) WHERE position = 2"
        )
    with pytest.raises(Exception, match="root is not the signed one"):
        verify(bundle())


def test_tiles_only_grow(bodies):
    queue(bodies, 3)
    log.sequence()
    tile = Tile.objects.get()
    with pytest.raises(DatabaseError), transaction.atomic():
        Tile.objects.filter(pk=tile.pk).update(hashes=bytes(96))
    with pytest.raises(DatabaseError), transaction.atomic():
        tile.delete()


@pytest.mark.django_db(transaction=True)
def test_two_sequencers_and_many_writers_lose_nothing():
    bodies = [
        Organisation.objects.create(code=code, name=code, kind="bureau", path="/").pk
        for code in ("roads", "water")
    ]
    keys.signer()
    faults: list[BaseException] = []
    writing = threading.Event()

    def write(worker: int) -> None:
        try:
            for number in range(40):
                with transaction.atomic():
                    queue(bodies, 3, first=worker * 1000 + number * 3, grant=worker)
        except Exception as error:  # noqa: BLE001  told by the test itself
            faults.append(error)
        finally:
            connection.close()

    def move() -> None:
        try:
            while not writing.is_set() or QueuedReceipt.objects.exists():
                log.sequence(limit=50)
        except Exception as error:  # noqa: BLE001  told by the test itself
            faults.append(error)
        finally:
            connection.close()

    writers = [threading.Thread(target=write, args=(worker,)) for worker in range(1, 4)]
    movers = [threading.Thread(target=move) for _ in range(2)]
    for thread in (*writers, *movers):
        thread.start()
    for thread in writers:
        thread.join()
    writing.set()
    for thread in movers:
        thread.join()
    assert not faults
    proven = verify(bundle())
    assert (proven.receipts, proven.is_whole) == (360, True)
    assert proven.grants == {1: (1, 120), 2: (1, 120), 3: (1, 120)}
