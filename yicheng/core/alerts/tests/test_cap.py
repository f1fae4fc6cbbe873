"""Warnings as messages: read leniently whatever comes, written so that the OASIS schema takes them."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from yicheng.core.alerts.cap.codes import KINDS, LEVELS, kind_name
from yicheng.core.alerts.cap.message import CapMessage
from yicheng.core.alerts.cap.reading import NoWarning, read_cap
from yicheng.core.alerts.cap.writing import write_cap, write_national

SHARED = Path(__file__).resolve().parents[5] / "shared" / "data"
SAMPLE = SHARED / "emergency" / "samples" / "henan_gale_blue_update_20200205.xml"
SCHEMA = SHARED / "standards" / "cap" / "CAP-v1.2.xsd"
ZONE = ZoneInfo("Asia/Shanghai")
needs_shared = pytest.mark.skipif(not SHARED.exists(), reason="the shared data lie beside the repository")

#: the same dialect as the provincial message: no namespace, empty elements, a vendor's spelling
NATIONAL = """<?xml version="1.0" encoding="UTF-8"?>
<alert><identifier>41010041600000_20261123080000</identifier><sender>市气象局</sender><senderCode>41010041600000</senderCode>
<sendTime>2026-11-23 08:00:00+08:00</sendTime><status>Actual</status><msgType>Alert</msgType><scope>Public</scope>
<code><method><methodName>SMS</methodName><message>大风</message><audienceGrp/><audenceprt>,</audenceprt></method></code>
<note/><references/><info><language>zh-CN</language><eventType>11B06</eventType><urgency>Unknown</urgency>
<severity>Yellow</severity><certainty>VeryLikely</certainty><effective>2026-11-23 08:05:00+08:00</effective><onset/><expires/>
<senderName>张三</senderName><headline>市气象局发布大风黄色预警</headline><description>阵风8级。</description><instruction/>
<area><areaDesc>全市</areaDesc><polygon/><circle/><geocode>410100000000,410102</geocode></area></info></alert>"""


def message(**more: Any) -> CapMessage:
    values: dict[str, Any] = {
        "identifier": "X_1", "sender": "Weather & Co", "sent_at": datetime(2026, 11, 23, tzinfo=UTC), "status": "Actual",
        "msg_type": "Alert", "event_type": "11B06", "severity": 3, "headline": "Gale", "description": "Gale <7>",
        "effective_at": datetime(2026, 11, 23, tzinfo=UTC), "area": "City", "geocodes": ("410100000000",),
    }  # fmt: skip
    return CapMessage(**(values | more))


def test_the_national_dialect_is_read() -> None:
    found = read_cap(NATIONAL.encode())
    assert (found.identifier, found.sender, found.severity, found.event_type) == (
        "41010041600000_20261123080000", "市气象局", 3, "11B06",
    )  # fmt: skip
    assert found.sent_at == datetime(2026, 11, 23, 0, 0, tzinfo=UTC)
    assert found.effective_at == datetime(2026, 11, 23, 0, 5, tzinfo=UTC)
    assert (found.onset_at, found.expires_at, found.references) == (None, None, ())
    assert found.geocodes == ("410100000000", "410102000000")
    assert found.certainty == "Likely"
    assert kind_name("11B06") in ("大风", "Gale")


@needs_shared
def test_the_real_provincial_message_is_read() -> None:
    found = read_cap(SAMPLE.read_bytes())
    assert found.identifier == "41000041600000_20200205105119"
    assert (found.msg_type, found.severity, found.references) == (
        "Update",
        4,
        ("41000041600000_20200204121842",),
    )
    assert found.headline == "河南省气象局发布大风蓝色预警[IV级/一般]"
    assert found.geocodes == ("410000000000",)
    assert found.description.startswith("河南省气象台2020年02月05日")


@needs_shared
@pytest.mark.parametrize("name", ["weather.cap", "earthquake.cap", "australia.cap", "no_optional_fields.cap"])
def test_messages_of_the_world_are_read_or_refused_by_name(name: str) -> None:
    content = (SHARED / "standards" / "cap" / name).read_bytes()
    found = read_cap(content)
    assert found.identifier
    assert found.sent_at.tzinfo is not None


@needs_shared
@pytest.mark.parametrize(
    "wanted",
    [
        message(),
        message(severity=None, event_type="", event="Something", geocodes=()),
        message(msg_type="Cancel", references=("X_0",), note="Over"),
        message(identifier="a, b<c>&d", sender_code="12 3", description="x\x00\x0b y", polygon="34,113 35,113 35,114 34,113"),
        message(expires_at=datetime(2026, 11, 24, tzinfo=UTC), onset_at=datetime(2026, 11, 23, 1, 2, 3, 4, tzinfo=UTC)),
    ],
)  # fmt: skip
def test_what_is_written_is_valid_cap(wanted: CapMessage) -> None:
    schema = etree.XMLSchema(etree.parse(str(SCHEMA)))
    earlier = [message(identifier=one) for one in wanted.references]
    document = etree.fromstring(write_cap(wanted, zone=ZONE, earlier=earlier))
    schema.assertValid(document)


def test_what_is_written_is_read_again() -> None:
    wanted = message(
        onset_at=datetime(2026, 11, 23, 4, tzinfo=UTC), instruction="Stay in", urgency="Expected"
    )
    for content in (write_cap(wanted, zone=ZONE), write_national(wanted, zone=ZONE)):
        found = read_cap(content)
        for name in (
            "severity",
            "event_type",
            "headline",
            "description",
            "sent_at",
            "onset_at",
            "instruction",
            "geocodes",
            "urgency",
        ):
            assert getattr(found, name) == getattr(wanted, name), name


def test_levels_keep_their_colours_both_ways() -> None:
    for level in LEVELS.values():
        content = write_cap(message(severity=int(level.severity)), zone=ZONE)
        assert f"<severity>{level.cap}</severity>".encode() in content
        assert read_cap(content).severity == level.severity
    assert len(KINDS) == 28


BOMB = (
    '<?xml version="1.0"?><!DOCTYPE alert [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    "<alert><identifier>&b;</identifier></alert>"
)
XXE = '<?xml version="1.0"?><!DOCTYPE alert [<!ENTITY x SYSTEM "file:///etc/hostname">]><alert><identifier>&x;</identifier></alert>'


@pytest.mark.parametrize(
    "content",
    [
        b"", b"no xml", b"\xff\xfe\x00", b"<other/>", b"<alert/>", BOMB.encode(), XXE.encode(),
        b"<a>" * 5000 + b"</a>" * 5000, b" " * 1_100_000,
        NATIONAL.replace("<status>Actual</status>", "<status>Perhaps</status>").encode(),
        NATIONAL.replace("2026-11-23 08:00:00+08:00", "yesterday").encode(),
        NATIONAL.replace("<identifier>41010041600000_20261123080000</identifier>", "<identifier> </identifier>").encode(),
        b'<?xml version="1.0" encoding="klingon"?><alert/>',
    ],
)  # fmt: skip
def test_what_is_no_warning_is_refused(content: bytes) -> None:
    with pytest.raises(NoWarning):
        read_cap(content)


@given(st.binary(max_size=300))
def test_no_bytes_crash_the_reader(content: bytes) -> None:
    with pytest.raises(NoWarning):
        read_cap(content)


TAGS = st.sampled_from(
    [
        "identifier",
        "sender",
        "sent",
        "sendTime",
        "status",
        "msgType",
        "info",
        "area",
        "geocode",
        "severity",
        "effective",
        "references",
        "code",
    ]
)
TEXTS = st.one_of(
    st.text(max_size=40),
    st.sampled_from(
        [
            "Actual",
            "Alert",
            "2026-11-23T08:00:00+08:00",
            "0001-01-01T00:00:00+14:00",
            "9999-12-31 23:59:59-14:00",
            "Red",
            "41,42",
        ]
    ),
)


@settings(max_examples=150)
@given(
    st.recursive(
        st.tuples(TAGS, TEXTS), lambda inner: st.tuples(TAGS, st.lists(inner, max_size=8)), max_leaves=25
    )
)
def test_no_document_crashes_the_reader(tree: Any) -> None:
    def made(one: Any) -> etree._Element:
        tag, inside = one
        element = etree.Element(tag)
        if isinstance(inside, str):
            element.text = "".join(letter for letter in inside if letter.isprintable())
        else:
            element.extend([made(child) for child in inside])
        return element

    root = etree.Element("alert")
    root.append(made(tree))
    for name, text in (
        ("identifier", "i"),
        ("sender", "s"),
        ("sent", "2026-11-23T08:00:00+08:00"),
        ("status", "Actual"),
        ("msgType", "Alert"),
    ):
        etree.SubElement(root, name).text = text
    try:
        found = read_cap(etree.tostring(root))
    except NoWarning:
        return
    assert len(found.identifier) <= 120
    write_cap(found, zone=ZONE)
    write_national(found, zone=ZONE)
