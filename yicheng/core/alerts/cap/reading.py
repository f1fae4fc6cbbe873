"""Reads a warning of another system: CAP 1.2 with or without its namespace, or the national profile as vendors send it.

Lenient in form: names of elements without regard to namespaces and capitals, empty elements as absent ones,
several writings of times, unknown elements left out (``audenceprt`` and other misspellings with them). Strict
where it matters: no document type, no entities, at most a megabyte, and what a warning cannot do without.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from xml.etree.ElementTree import Element, ParseError
from zoneinfo import ZoneInfo

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring
from django.utils.translation import gettext_lazy as _

from yicheng.core.alerts.cap.codes import CERTAINTY_OF, SEVERITY_OF, URGENCIES
from yicheng.core.alerts.cap.message import CapMessage
from yicheng.core.kernel.errors import Invalid

LARGEST_BYTES = 1024 * 1024
DEEPEST = 12
#: times without an offset are the senders' own: one clock in the whole country
ZONE = ZoneInfo("Asia/Shanghai")
STATUSES = ("Actual", "Exercise", "System", "Test", "Draft")
MSG_TYPES = ("Alert", "Update", "Cancel", "Ack", "Error")
_EVENT_CODE = re.compile(r"\d{2}[A-Z]\d{2}")


class NoWarning(Invalid):
    """What was sent can't be read as a warning."""

    code = "no_warning"


def read_cap(content: bytes) -> CapMessage:
    """The warning a document says. Raises ``NoWarning``, whatever the bytes are."""
    root = _parsed(content)
    alert = (
        root if _name(root) == "alert" else next((one for one in root.iter() if _name(one) == "alert"), None)
    )
    if alert is None:
        raise NoWarning(_("There is no element “alert” in this document."))
    info = _chosen_info(alert)
    area = next(_children(info, "area"), None)
    sent_at = _needed_time(alert, "sent", "sendtime")
    return CapMessage(
        identifier=_needed(alert, "identifier")[:120],
        sender=_needed(alert, "sender")[:120],
        sender_code=_text(alert, "sendercode")[:20],
        sent_at=sent_at,
        status=_one_of(_needed(alert, "status"), STATUSES, "status"),
        msg_type=_one_of(_needed(alert, "msgtype"), MSG_TYPES, "msgType"),
        scope=_text(alert, "scope")[:12] or "Public",
        note=_text(alert, "note")[:500],
        references=_references(_text(alert, "references")),
        language=_text(info, "language")[:12] or "zh-CN",
        event_type=_event_type(info)[:20],
        event=_text(info, "event")[:120],
        severity=_severity(alert, info),
        urgency=_word(_text(info, "urgency"), {one.lower(): one for one in URGENCIES}),
        certainty=_word(_text(info, "certainty"), CERTAINTY_OF),
        effective_at=_time(_text(info, "effective")) or sent_at,
        onset_at=_time(_text(info, "onset")),
        expires_at=_time(_text(info, "expires")),
        sender_name=_text(info, "sendername")[:120],
        headline=(_text(info, "headline") or _text(info, "event") or _needed(alert, "sender"))[:200],
        description=_text(info, "description")[:8000],
        instruction=_text(info, "instruction")[:4000],
        web=_text(info, "web")[:200],
        area=_text(area, "areadesc")[:500],
        geocodes=_geocodes(area),
        polygon=_text(area, "polygon")[:20_000],
        circle=_text(area, "circle")[:80],
    )


def _parsed(content: bytes) -> Element:
    if len(content) > LARGEST_BYTES:
        raise NoWarning(_("A warning has at most a megabyte."))
    try:
        root: Element = fromstring(content, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError, LookupError) as fault:
        raise NoWarning(_("This is no readable XML document: %(fault)s"), fault=str(fault)[:200]) from None
    if _depth_exceeds(root, DEEPEST):
        raise NoWarning(_("This document is nested too deeply to be a warning."))
    return root


def _depth_exceeds(root: Element, most: int) -> bool:
    level = [root]
    for _depth in range(most):
        level = [child for one in level for child in one]
        if not level:
            return False
    return True


def _name(one: Element) -> str:
    return one.tag.rpartition("}")[2].lower() if isinstance(one.tag, str) else ""


def _children(parent: Element | None, *names: str) -> Iterator[Element]:
    return (child for child in (parent if parent is not None else ()) if _name(child) in names)


def _text(parent: Element | None, *names: str) -> str:
    """The first filled child of one of these names."""
    for child in _children(parent, *names):
        text = (child.text or "").strip().replace("\x00", "")
        if text:
            return text
    return ""


def _needed(parent: Element, name: str) -> str:
    found = _text(parent, name)
    if not found:
        raise NoWarning(_("The warning lacks its element “%(name)s”."), name=name)
    return found


def _chosen_info(alert: Element) -> Element:
    """The block in Chinese where there are several, else the first; a cancellation may have none."""
    blocks = list(_children(alert, "info"))
    chinese = [one for one in blocks if _text(one, "language").lower().startswith("zh")]
    return (chinese or blocks or [Element("info")])[0]


def _one_of(text: str, known: tuple[str, ...], name: str) -> str:
    found = next((one for one in known if one.lower() == text.lower()), None)
    if found is None:
        raise NoWarning(_("“%(text)s” is no value of “%(name)s”."), text=text[:40], name=name)
    return found


def _word(text: str, known: dict[str, str]) -> str:
    return known.get(text.lower(), "Unknown")


def _event_type(info: Element) -> str:
    """The national profile's own element, else an event code that looks like one, else the event's name."""
    found = _text(info, "eventtype")
    if found:
        return found
    for code in _children(info, "eventcode"):
        value = _text(code, "value")
        if _EVENT_CODE.fullmatch(value):
            return value
    return ""


def _severity(alert: Element, info: Element) -> int | None:
    for parameter in _children(info, "parameter"):
        if _text(parameter, "valuename").lower() in ("colour", "color", "level"):
            found = SEVERITY_OF.get(_text(parameter, "value").lower())
            if found is not None:
                return int(found)
    found = SEVERITY_OF.get(_text(info, "severity").lower())
    return int(found) if found is not None else None


def _references(text: str) -> tuple[str, ...]:
    """Identifiers: alone as the national profile has them, or within CAP's "sender,identifier,sent"."""
    found = []
    for part in text.split():
        words = part.split(",")
        found.append((words[1] if len(words) >= 3 else words[0])[:120])
    return tuple(found[:20])


def _geocodes(area: Element | None) -> tuple[str, ...]:
    found: list[str] = []
    for code in _children(area, "geocode"):
        text = _text(code, "value") or (code.text or "")
        found += re.findall(r"\d{6,12}", text)
    return tuple(dict.fromkeys(one.ljust(12, "0") for one in found))[:400]


def _needed_time(parent: Element, *names: str) -> datetime:
    text = _text(parent, *names)
    found = _time(text)
    if found is None:
        raise NoWarning(_("The warning does not say when it was sent."))
    return found


def _time(text: str) -> datetime | None:
    """``2020-02-05T10:45:00+08:00``, ``2020-02-05 10:45:00+08:00``, without offset, or ``20200205104500``."""
    if not text:
        return None
    for layout in ("%Y%m%d%H%M%S", "%Y/%m/%d %H:%M:%S"):
        try:
            return datetime.strptime(text, layout).replace(tzinfo=ZONE).astimezone(UTC)
        except ValueError:
            continue
    try:
        found = datetime.fromisoformat(text.replace(",", "-") if text.count(",") == 1 else text)
        return (found if found.tzinfo else found.replace(tzinfo=ZONE)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
