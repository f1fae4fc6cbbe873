"""Writes warnings: strict OASIS CAP 1.2, and the national profile as the provincial systems take it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime
from xml.etree.ElementTree import Element, SubElement, indent, tostring
from zoneinfo import ZoneInfo

from yicheng.core.alerts.cap.codes import LEVELS, category_of, kind_name
from yicheng.core.alerts.cap.message import CapMessage
from yicheng.core.alerts.declare import Severity

NAMESPACE = "urn:oasis:names:tc:emergency:cap:1.2"
PROFILE = "http://www.12379.cn/"
MEDIA_TYPE = "application/cap+xml"
#: characters that XML 1.0 cannot hold
_UNWRITABLE = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
#: identifier and sender may hold neither blanks nor commas nor < and & (CAP 1.2, 3.2.1)
_RESTRICTED = re.compile(r"[\s,<&]+")


def write_cap(message: CapMessage, *, zone: ZoneInfo, earlier: Iterable[CapMessage] = ()) -> bytes:
    """CAP 1.2. ``earlier`` are the messages it refers to: CAP names their sender and time as well."""
    alert = Element("alert", xmlns=NAMESPACE)
    _add(alert, "identifier", _token(message.identifier))
    _add(alert, "sender", _token(message.sender_code or message.sender))
    _add(alert, "sent", _moment(message.sent_at, zone))
    _add(alert, "status", message.status)
    _add(alert, "msgType", message.msg_type)
    _add(alert, "source", message.sender)
    _add(alert, "scope", "Public")
    _add(alert, "note", message.note)
    _add(alert, "references", " ".join(_reference(one, zone) for one in earlier))
    info = SubElement(alert, "info")
    _add(info, "language", message.language)
    _add(info, "category", category_of(message.event_type))
    _add(info, "event", message.event or kind_name(message.event_type))
    if message.msg_type == "Cancel":
        _add(info, "responseType", "AllClear")
    _add(info, "urgency", message.urgency)
    _add(info, "severity", LEVELS[Severity(message.severity)].cap if message.severity else "Unknown")
    _add(info, "certainty", message.certainty)
    _pair(info, "eventCode", f"{PROFILE}eventType", message.event_type)
    _add(info, "effective", _moment(message.effective_at, zone))
    _add(info, "onset", _moment(message.onset_at, zone))
    _add(info, "expires", _moment(message.expires_at, zone))
    _add(info, "senderName", message.sender)
    _add(info, "headline", message.headline)
    _add(info, "description", message.description)
    _add(info, "instruction", message.instruction)
    _add(info, "web", message.web)
    if message.severity:
        _pair(info, "parameter", "colour", LEVELS[Severity(message.severity)].national)
    area = SubElement(info, "area")
    _add(area, "areaDesc", message.area or message.sender)
    _add(area, "polygon", message.polygon)
    _add(area, "circle", message.circle)
    for code in message.geocodes:
        _pair(area, "geocode", "GB/T 2260", code)
    return _written(alert)


def write_national(message: CapMessage, *, zone: ZoneInfo) -> bytes:
    """The national profile: its own names, no namespace, colours for levels, what it requires always there."""
    alert = Element("alert")
    _keep(alert, "identifier", message.identifier)
    _keep(alert, "sender", message.sender)
    _keep(alert, "senderCode", message.sender_code)
    _keep(alert, "sendTime", _national_moment(message.sent_at, zone))
    _keep(alert, "status", message.status)
    _keep(alert, "msgType", message.msg_type)
    _keep(alert, "scope", "Public")
    method = SubElement(SubElement(alert, "code"), "method")
    for name, text in (
        ("methodName", "WEB"),
        ("message", message.description),
        ("audienceGrp", ""),
        ("audenceprt", ""),
    ):
        _keep(method, name, text)
    _keep(alert, "secClassification", "None")
    _keep(alert, "note", message.note)
    _keep(alert, "references", " ".join(message.references))
    info = SubElement(alert, "info")
    _keep(info, "language", message.language)
    _keep(info, "eventType", message.event_type)
    _keep(info, "urgency", message.urgency)
    _keep(info, "severity", LEVELS[Severity(message.severity)].national if message.severity else "Unknown")
    _keep(info, "certainty", "Unknown" if message.certainty == "Possible" else message.certainty)
    _keep(info, "effective", _national_moment(message.effective_at, zone))
    _keep(info, "onset", _national_moment(message.onset_at, zone))
    _keep(info, "expires", _national_moment(message.expires_at, zone))
    for name in ("senderName", "headline", "description", "instruction", "web"):
        _keep(info, name, getattr(message, {"senderName": "sender_name"}.get(name, name)))
    area = SubElement(info, "area")
    _keep(area, "areaDesc", message.area or message.sender)
    _keep(area, "polygon", message.polygon)
    _keep(area, "circle", message.circle)
    _keep(area, "geocode", ",".join(message.geocodes))
    return _written(alert)


def _written(root: Element) -> bytes:
    indent(root, "  ")
    content: bytes = tostring(root, encoding="utf-8", xml_declaration=True)
    return content


def _add(parent: Element, name: str, text: str) -> None:
    """An element where there is something to say."""
    if text:
        _keep(parent, name, text)


def _keep(parent: Element, name: str, text: str) -> None:
    SubElement(parent, name).text = _UNWRITABLE.sub("", text)


def _pair(parent: Element, name: str, value_name: str, value: str) -> None:
    if value:
        one = SubElement(parent, name)
        _keep(one, "valueName", value_name)
        _keep(one, "value", value)


def _reference(one: CapMessage, zone: ZoneInfo) -> str:
    return f"{_token(one.sender_code or one.sender)},{_token(one.identifier)},{_moment(one.sent_at, zone)}"


def _token(text: str) -> str:
    return _RESTRICTED.sub("_", _UNWRITABLE.sub("", text))


def _moment(moment: datetime | None, zone: ZoneInfo) -> str:
    """CAP's own time: seconds, an offset, never Z (CAP 1.2, 3.3.2)."""
    return moment.astimezone(zone).isoformat(timespec="seconds") if moment else ""


def _national_moment(moment: datetime | None, zone: ZoneInfo) -> str:
    return moment.astimezone(zone).isoformat(sep=" ", timespec="seconds") if moment else ""
