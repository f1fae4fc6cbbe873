"""The HTTP door: keys, bodies as they come, floods, bombs, nonsense."""

from __future__ import annotations

import gzip
import json
import zlib
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from yicheng.core.kernel import clock
from yicheng.core.people.public import SYSTEM
from yicheng.core.sensing.ingest import parsing
from yicheng.core.sensing.ingest.keys import find_key
from yicheng.core.sensing.models import Device, Reading, RefusedPayload
from yicheng.core.sensing.public import issue_key, revoke_key

pytestmark = pytest.mark.django_db
PATH = "/api/v1/readings"


@pytest.fixture
def key(device: Device) -> str:
    return issue_key(SYSTEM, device.pk)


def post(key: str, body: Any, *, kind: str = "application/json", **headers: str) -> Any:
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Client().post(PATH, data, content_type=kind, headers={"Authorization": f"Device {key}", **headers})


def said(value: float = 20.0, minutes: int = 0, **more: Any) -> dict[str, Any]:
    time = (clock.now() - timedelta(minutes=minutes)).isoformat()
    return {"device": "T1", "property": "temperature", "value": value, "time": time, **more}


def test_batch_by_own_key(key: str) -> None:
    answer = post(key, [said(20), said(21, 1)])
    assert (answer.status_code, answer.json()["stored"]) == (200, 2)
    assert post(key, [said(22, 2)]).json()["stored"] == 1
    assert Reading.objects.count() == 3


def test_the_same_batch_again_changes_nothing(key: str) -> None:
    batch = [said(20), said(21, 1)]
    post(key, batch)
    again = post(key, batch).json()
    assert (again["stored"], again["repeated"]) == (0, 2)
    assert Reading.objects.count() == 2


def test_short_forms(key: str) -> None:
    now = round(clock.now().timestamp() * 1000)
    lines = (
        b'{"values": {"temperature": 20, "tamper": true}}\n\n{"property":"humidity","value":40,"time":%d}\n'
    )
    assert post(key, lines % now, kind="application/x-ndjson").json()["stored"] == 3
    assert post(key, {"device": "T1", "readings": [{"property": "co2", "value": 400}]}).json()["stored"] == 1


def test_gzip_and_its_bombs(key: str) -> None:
    assert (
        post(key, gzip.compress(json.dumps([said()]).encode()), **{"Content-Encoding": "gzip"}).status_code
        == 200
    )
    bomb = zlib.compress(b" " * (parsing.MOST_BYTES + 10))
    assert post(key, bomb, **{"Content-Encoding": "gzip"}).status_code == 413
    assert post(key, b"no gzip", **{"Content-Encoding": "gzip"}).status_code == 422
    assert post(key, gzip.compress(b"[]")[:-4], **{"Content-Encoding": "gzip"}).status_code == 422
    assert RefusedPayload.objects.filter(reason="malformed").count() == 3


def test_forged_and_revoked_keys(key: str, device: Device) -> None:
    for wrong in ("", "yd_000000000000_" + "x" * 43, key[:-1] + ("a" if key[-1] != "a" else "b")):
        assert post(wrong, [said()]).status_code == 401
    revoke_key(SYSTEM, device.keys.get().pk)
    assert post(key, [said()]).status_code == 401
    assert not Reading.objects.exists()


def test_key_does_not_speak_for_others(key: str, models: None) -> None:
    answer = post(key, [said(), said(device="T2")]).json()
    assert (answer["stored"], answer["reasons"]) == (1, {"unknown_device": 1})


def test_one_bad_reading_does_not_spoil_the_batch(key: str) -> None:
    answer = post(key, [said(), {"device": "T1", "property": "temperature", "value": "warm"}, 7]).json()
    assert (answer["stored"], answer["refused"]) == (1, 2)
    (kept,) = RefusedPayload.objects.all()
    assert b"warm" in bytes(kept.payload)
    assert kept.count == 2


def test_flood_is_limited_and_others_are_unharmed(device: Device, gateway: Device) -> None:
    flooding = issue_key(SYSTEM, device.pk, per_minute=10)
    calm = issue_key(SYSTEM, device.pk)
    assert post(flooding, [said(minutes=i) for i in range(10)]).status_code == 200
    refused = post(flooding, [said(minutes=11)])
    assert refused.status_code == 429
    assert 1 <= int(refused["Retry-After"]) <= 60
    assert post(calm, [said(minutes=12)]).status_code == 200


def test_wrong_media(key: str) -> None:
    assert post(key, b"a=b", kind="application/x-www-form-urlencoded").status_code == 415
    assert post(key, b"hello").status_code == 422


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
almost = st.fixed_dictionaries(
    {},
    optional={
        "device": st.just("T1") | st.text(max_size=120) | st.integers(),
        "property": st.sampled_from(["temperature", "humidity", "mood", ""]) | st.text(max_size=20),
        "value": st.floats() | st.booleans() | json_values,
        "time": st.datetimes().map(lambda at: at.isoformat() + "Z") | st.integers() | json_values,
        "unit": st.sampled_from(["Cel", "[degF]", "K", "%", "kg"]) | st.text(max_size=8),
        "channel": st.text(max_size=50),
        "quality": st.sampled_from(["good", "bad", "?"]),
        "sequence": st.integers(),
        "values": st.dictionaries(st.text(max_size=12), json_values, max_size=3),
    },
)


@settings(max_examples=120, suppress_health_check=list(HealthCheck))
@given(
    body=st.binary(min_size=1, max_size=200)
    | st.lists(almost | json_values, max_size=5).map(lambda rows: json.dumps(rows).encode())
    | json_values.map(lambda value: json.dumps(value).encode()),
    is_lines=st.booleans(),
)
def test_nothing_crashes_the_reader(key: str, body: bytes, is_lines: bool) -> None:
    known = find_key(key)
    assert known is not None
    known.left = 1e9
    known.per_minute = 10**9
    answer = post(key, body, kind="application/x-ndjson" if is_lines else "application/json")
    assert answer.status_code in (200, 413, 422), answer.content
    if answer.status_code == 422 or answer.json().get("refused"):
        assert RefusedPayload.objects.exists()
