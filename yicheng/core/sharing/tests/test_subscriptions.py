"""Changes reach who subscribed: in order, minimised, signed, at least once; what fails is tried again and shown."""

from __future__ import annotations

import hmac
import json
from base64 import b64decode, b64encode
from datetime import timedelta
from hashlib import sha256
from typing import Any

import pytest
from django.db import connection

from yicheng.core.catalogue.events import VersionPublished
from yicheng.core.catalogue.models import DataSetVersion
from yicheng.core.events.declare import Event
from yicheng.core.events.public import Answer, Unreachable
from yicheng.core.kernel import clock
from yicheng.core.kernel.errors import Forbidden, Invalid, NotFound
from yicheng.core.notices.models import Notice
from yicheng.core.sharing.actions.giving import narrow, revoke
from yicheng.core.sharing.actions.subscribing import resume, subscribe, unsubscribe
from yicheng.core.sharing.delivery import changed, sending
from yicheng.core.sharing.facts import Terms
from yicheng.core.sharing.models import QueuedReceipt, Subscription, Undelivered
from yicheng.core.sharing.reactions import note_versions
from yicheng.core.sharing.tests.conftest import ROWS, granted, publish

URL = "https://93.184.215.14/hook"


class Address:
    """The other side: answers what it is told to, remembers what came."""

    def __init__(self) -> None:
        self.statuses: list[int | Exception] = []
        self.calls: list[tuple[bytes, dict[str, str]]] = []

    def __call__(self, url, *, method, body, headers, timeout_s, most_bytes):
        self.calls.append((body, headers))
        status = self.statuses.pop(0) if self.statuses else 204
        if isinstance(status, Exception):
            raise status
        return Answer(status, b"")

    def events(self) -> list[dict[str, Any]]:
        return [one for body, _headers in self.calls for one in json.loads(body)]


@pytest.fixture(autouse=True)
def in_one_transaction(monkeypatch):
    """A test never commits: its own changes count as settled."""
    monkeypatch.setattr(
        changed, "_NEXT", changed._NEXT.replace("AND txid < pg_snapshot_xmin(pg_current_snapshot())", "")
    )


@pytest.fixture
def followed(city, residents):
    grant = granted(city)
    return subscribe(city.asker, grant.pk, url=URL)


def new_version(rows):
    publish(rows)
    newest, before = DataSetVersion.objects.order_by("-number")[:2]
    told = VersionPublished(newest.entry_id, "x", newest.pk, newest.number, before.pk, len(rows), False)
    note_versions([Event(1, "catalogue.version_published", "", "", clock.now(), told)])


def test_what_changed_arrives_as_cloud_events(city, followed, monkeypatch):
    monkeypatch.setattr(sending, "IDLE", timedelta(0))
    _subscription, secret = followed
    address = Address()
    assert sending.deliver(send=address) == 0
    moved = ("R1", "张小明", "13811112222", *ROWS[0][3:])
    new_version([moved, ROWS[1], ("R5", "新人", "5", "410102", None, None, "")])  # R3 is gone
    assert sending.deliver(send=address) == 3
    events = address.events()
    assert [(one["type"].rpartition(".")[2], one.get("data", {}).get("number")) for one in events] == [
        ("changed", "R1"), ("removed", None), ("changed", "R5"),
    ]  # fmt: skip
    assert events[0]["data"] == {"number": "R1", "name": "张小明", "phone": "13811112222"}
    assert events[0]["specversion"] == "1.0"
    assert [one["sequence"] for one in events] == sorted(one["sequence"] for one in events)
    assert "R3" not in json.dumps(events[1])
    body, headers = address.calls[0]
    signed = b"%s.%s.%s" % (headers["webhook-id"].encode(), headers["webhook-timestamp"].encode(), body)
    key = b64decode(secret.removeprefix("whsec_"))
    assert headers["webhook-signature"] == "v1," + b64encode(hmac.new(key, signed, sha256).digest()).decode()
    assert QueuedReceipt.objects.get().rows == 2
    assert sending.deliver(send=address) == 0


def test_rows_outside_of_the_grant_tell_nothing(city, followed):
    address = Address()
    new_version([ROWS[0], ("R2", "李雷", "1", *ROWS[1][3:]), ROWS[2]])  # another district
    sending.deliver(send=address)
    (event,) = address.events()
    assert event["type"].endswith("removed")
    assert "data" not in event


def test_a_failing_address_is_tried_again_later_and_gets_all(city, followed):
    subscription, _ = followed
    address = Address()
    address.statuses = [503, Unreachable("nobody"), 204]
    new_version([ROWS[0], ROWS[1]])
    now = clock.now()
    assert sending.deliver(send=address) == 0
    assert sending.deliver(send=address) == 0
    assert len(address.calls) == 1  # not before its time
    with clock.at(now + timedelta(seconds=5)):
        assert sending.deliver(send=address) == 0
    with clock.at(now + timedelta(minutes=1)):
        assert sending.deliver(send=address) == 1
    assert len({body for body, _headers in address.calls}) == 1
    subscription.refresh_from_db()
    assert (subscription.attempts, subscription.last_error, subscription.sent) == (0, "", 1)


def test_an_address_that_never_answers_is_stopped_and_its_people_are_told(city, followed):
    subscription, _ = followed
    address = Address()
    address.statuses = [500] * 20
    new_version([ROWS[0], ROWS[1]])
    moment = clock.now()
    for _ in range(len(sending.BACK_OFF_S) + 1):
        moment += timedelta(days=1)
        with clock.at(moment):
            sending.deliver(send=address)
    subscription.refresh_from_db()
    assert subscription.state == "stopped"
    assert Notice.objects.filter(kind="sharing.undelivered", account_id=city.asker.account_id).count() == 1
    address.statuses = []
    resume(city.asker, subscription.pk)
    assert sending.deliver(send=address) == 1


def test_one_event_that_is_refused_does_not_hold_up_the_others(city, followed):
    subscription, _ = followed
    new_version([("R1", "甲", *ROWS[0][2:]), ROWS[1], ("R3", "乙", *ROWS[2][2:])])
    address = Address()
    address.statuses = [422, 422, 204]
    for _ in range(3):
        sending.deliver(send=address)
    assert [json.loads(body)[0]["data"]["number"] for body, _h in address.calls] == ["R1", "R1", "R3"]
    assert Undelivered.objects.count() == 1
    resume(city.asker, subscription.pk)
    sending.deliver(send=address)
    assert json.loads(address.calls[-1][0])[0]["data"]["number"] == "R1"
    assert not Undelivered.objects.exists()


def test_replay_from_a_cursor(city, followed):
    subscription, _ = followed
    address = Address()
    new_version([("R1", "甲", *ROWS[0][2:]), ROWS[1], ROWS[2]])
    sending.deliver(send=address)
    resume(city.asker, subscription.pk, after=0)
    assert sending.deliver(send=address) == 1
    assert address.events()[0] == address.events()[1]


def test_a_narrowed_grant_shows_less_and_a_revoked_one_ends(city, followed):
    subscription, _ = followed
    address = Address()
    narrow(city.keeper, subscription.grant_id, Terms(("number",)), reason="less")
    new_version([("R1", "甲", *ROWS[0][2:]), ROWS[1], ROWS[2]])
    sending.deliver(send=address)
    assert address.events()[0]["data"] == {"number": "R1"}
    revoke(city.keeper, subscription.grant_id, reason="over")
    new_version([("R1", "丙", *ROWS[0][2:]), ROWS[1], ROWS[2]])
    assert sending.deliver(send=address) == 0
    subscription.refresh_from_db()
    assert subscription.state == "ended"


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/x",
        "https://10.1.2.3/",
        "http://169.254.169.254/latest",
        "ftp://x/",
        "http://[::1]/",
        "x",
    ],
)
def test_private_addresses_are_refused(city, residents, url):
    with pytest.raises(Invalid):
        subscribe(city.asker, granted(city).pk, url=url)
    assert not Subscription.objects.exists()


def test_only_the_user_of_the_grant_subscribes_and_ends(city, residents):
    grant = granted(city)
    for viewer in (city.outsider, city.officer):
        with pytest.raises(Forbidden):
            subscribe(viewer, grant.pk, url=URL)
    made, _secret = subscribe(city.asker, grant.pk, url=URL)
    with pytest.raises(Forbidden):
        unsubscribe(city.outsider, made.pk)
    unsubscribe(city.asker, made.pk)
    with pytest.raises(NotFound):
        resume(city.asker, made.pk)


def test_changes_of_a_declared_resource_are_noted_by_the_database(city):
    from yicheng.core.catalogue.actions.syncing import sync_entries
    from yicheng.core.catalogue.models import CatalogueEntry
    from yicheng.core.sharing.actions.asking import ask
    from yicheng.core.sharing.models import ExchangeDay, Grant
    from yicheng.core.sharing.tests.conftest import wish

    sync_entries()
    CatalogueEntry.objects.filter(key="sharing.exchanges").update(organisation=city.civil)
    request = ask(city.asker, wish(resource="sharing.exchanges", fields=("resource", "calls"), rows_where=""))
    subscribe(city.asker, Grant.objects.get(request=request).pk, url=URL)
    row = ExchangeDay.objects.create(
        day="2026-01-01",
        provider=city.civil,
        consumer=city.health,
        resource="a",
        kind="query",
        calls=1,
        rows=1,
    )
    ExchangeDay.objects.filter(pk=row.pk).update(calls=5)
    address = Address()
    assert sending.deliver(send=address) == 2
    assert [one["data"]["calls"] for one in address.events()] == [5, 5]  # as it stands when it is sent
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM sharing_change")
        assert cursor.fetchone()[0] == 2


def test_single_changes_arrive_one_by_one(city, followed, monkeypatch):
    from yicheng.core.catalogue import public as catalogue
    from yicheng.core.catalogue.events import RowsChanged
    from yicheng.core.people.public import SYSTEM
    from yicheng.core.sharing.reactions import note_rows
    from yicheng.core.sharing.tests.conftest import KEY

    monkeypatch.setattr(sending, "IDLE", timedelta(0))
    names = ("number", "name", "phone", "division", "born", "income", "secret")
    first = [
        dict(zip(names, (number, "新", "1", "410102", None, None, ""), strict=True))
        for number in ("R1", "R7")
    ]
    editions = [
        catalogue.change_rows(SYSTEM, KEY, upserts=first),
        catalogue.change_rows(SYSTEM, KEY, upserts=[{**first[1], "phone": "2"}], deletes=[{"number": "R3"}]),
    ]
    version = DataSetVersion.objects.get()
    told = [RowsChanged(version.entry_id, KEY, version.pk, one.number, one.count) for one in editions]
    note_rows([Event(n, "catalogue.rows_changed", "", "", clock.now(), one) for n, one in enumerate(told)])
    address = Address()
    assert sending.deliver(send=address) == 4
    events = address.events()
    shown = [(one["type"].rpartition(".")[2], one.get("data", {}).get("phone")) for one in events]
    assert sorted(shown[:2]) == [("changed", "1"), ("changed", "2")]  # R1; R7 as it stands by now
    assert sorted(shown[2:], key=str) == [("changed", "2"), ("removed", None)]
    assert {one["subject"] for one in events[:2]} & {one["subject"] for one in events[2:]}
