"""Messages of a broker: mapped by data, stored many at a time, acknowledged after commit."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from yicheng.core.kernel import clock
from yicheng.core.people.public import SYSTEM
from yicheng.core.sensing.facts import NewDevice
from yicheng.core.sensing.models import Device, Reading, RefusedPayload, TopicField, TopicMapping
from yicheng.core.sensing.mqtt.configured import broker_of
from yicheng.core.sensing.mqtt.mapping import Mapping, mappings
from yicheng.core.sensing.mqtt.storing import Buckets, Message, store_messages
from yicheng.core.sensing.public import register_device

pytestmark = pytest.mark.django_db


def send(*pairs: tuple[str, bytes], buckets: Buckets | None = None):
    messages = [Message(topic, payload) for topic, payload in pairs]
    return store_messages(messages, mappings(), buckets=buckets or Buckets())


def test_usual_topic(device: Device) -> None:
    taken = send(
        ("devices/T1/readings", b'{"property": "temperature", "value": 21.5}'),
        ("devices/T1/readings", b'[{"property": "humidity", "value": 40}]'),
    )
    assert taken.stored == 2
    assert sorted(Reading.objects.values_list("value", flat=True)) == [21.5, 40]


def test_fields_and_plain_numbers_by_data(device: Device) -> None:
    lora = TopicMapping.objects.create(
        key="lora", topic="lora/+/up", kind="fields", device_path="end.id", time_path="at", sequence_path="n"
    )
    TopicField.objects.create(mapping=lora, path="data.0.t", property="temperature", unit="[degF]")
    TopicMapping.objects.create(
        key="plain", topic="house/+/+", kind="plain", device_level=2, property_level=3
    )
    at = clock.now().timestamp()
    body = b'{"end": {"id": "T1"}, "at": %d, "n": 4, "data": [{"t": 50}]}' % at
    taken = send(("lora/x/up", body), ("lora/x/up", body), ("house/T1/humidity", b" 41.5\n"))
    assert (taken.stored, taken.repeated) == (2, 1)
    assert sorted(Reading.objects.values_list("value", flat=True)) == [pytest.approx(10), 41.5]


def test_topic_says_who_speaks(device: Device, gateway: Device) -> None:
    register_device(SYSTEM, NewDevice("Behind", "th1", number="T2", gateway="G1"))
    foreign = b'{"device": "T2", "property": "temperature", "value": 1}'
    assert send(("devices/T1/readings", foreign)).refused == 1
    assert send(("devices/G1/readings", foreign)).stored == 1
    assert RefusedPayload.objects.get().reason == "foreign_device"


def test_what_cannot_be_read_is_kept(device: Device) -> None:
    taken = send(
        ("devices/T1/readings", b"\xff\x00"),
        ("elsewhere", b"1"),
        ("devices/T1/readings", b'{"property": "temperature", "value": 20}'),
    )
    assert (taken.stored, taken.refused) == (1, 2)
    assert set(RefusedPayload.objects.values_list("reason", "topic")) == {
        ("malformed", "devices/T1/readings"),
        ("unmapped", "elsewhere"),
    }


def test_flood_of_one_device_harms_nobody_else(device: Device) -> None:
    register_device(SYSTEM, NewDevice("Other", "th1", number="T2"))
    buckets = Buckets(per_minute=3)
    now = clock.now().timestamp()
    flood = [
        (
            "devices/T1/readings",
            b'{"property": "temperature", "value": 1, "time": %d}' % (1000 * (now - i)),
        )
        for i in range(9)
    ]
    calm = ("devices/T2/readings", b'{"property": "temperature", "value": 1}')
    taken = send(*flood, calm, buckets=buckets)
    assert taken.stored == 4
    kept = RefusedPayload.objects.get()
    assert (kept.reason, kept.count) == ("too_much", 6)


@settings(max_examples=80, suppress_health_check=list(HealthCheck))
@given(
    topic=st.text(max_size=30) | st.sampled_from(["devices/T1/readings", "p/T1", "f/x"]),
    payload=st.binary(max_size=60)
    | st.sampled_from([b"nan", b"1e999", b"-inf", b'{"t": 1e999}', b'{"t": true, "at": 1e300}', b"[[]]"]),
)
def test_nothing_crashes_the_reader(device: Device, topic: str, payload: bytes) -> None:
    TopicMapping.objects.get_or_create(
        key="p", defaults={"topic": "p/+", "kind": "plain", "device_level": 2, "property": "temperature"}
    )
    fields, made = TopicMapping.objects.get_or_create(
        key="f", defaults={"topic": "f/+", "kind": "fields", "device_level": 2, "time_path": "at"}
    )
    if made:
        TopicField.objects.create(mapping=fields, path="t", property="temperature")
    before = RefusedPayload.objects.count()
    taken = send((topic, payload))
    assert (
        taken.stored + taken.set_aside + taken.repeated
        or RefusedPayload.objects.count() > before
        or (payload.strip() == b"[]")
    )


@pytest.mark.parametrize(
    ("topic", "filter_", "fits"),
    [("a/b/c", "a/+/c", True), ("a/b", "a/+/c", False), ("a/b/c", "a/#", True), ("a/b/c", "a/+", False)],
)
def test_filters(topic: str, filter_: str, fits: bool) -> None:
    assert Mapping(filter_, "plain").fits(topic.split("/")) is fits


def test_address_of_a_broker() -> None:
    broker = broker_of("mqtts://city:p%40ss@broker.example")
    assert (broker.host, broker.port, broker.password, broker.has_tls) == (
        "broker.example",
        8883,
        "p@ss",
        True,
    )
    with pytest.raises(ValueError, match="mqtt://"):
        broker_of("http://x")
