"""The two shapes of every answer: XML without a namespace, and JSON that follows it (Spark convention)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Literal
from xml.etree.ElementTree import Element, SubElement, tostring

import msgspec

Format = Literal["xml", "json"]
Scalar = str | int | float | bool | datetime | None
Value = Scalar | Sequence["Value"] | Mapping[str, "Value"]

CONTENT_TYPES = {"xml": "text/xml; charset=utf-8", "json": "application/json; charset=utf-8"}
#: characters that XML 1.0 cannot hold
_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
#: what one item of a list is called in XML, where dropping the final "s" is not it
_ITEMS = {"service_requests": "request"}


def encode(root: str, value: Value, form: Format) -> bytes:
    """``value`` under the root element ``root`` (in JSON the root has no name)."""
    return to_json(value) if form == "json" else to_xml(root, value)


def to_json(value: Value) -> bytes:
    """Blank texts become null, as the standard's examples show them."""
    return msgspec.json.encode(_jsonable(value))


def _jsonable(value: Value) -> object:
    if isinstance(value, Mapping):
        return {key: _jsonable(item) for key, item in value.items()}
    if isinstance(value, datetime):
        return w3(value)
    if isinstance(value, str):
        return value or None
    if isinstance(value, Sequence):
        return [_jsonable(item) for item in value]
    return value


def to_xml(root: str, value: Value) -> bytes:
    """UTF-8 with its declaration; characters that XML cannot hold are left out."""
    element = Element(root)
    _fill(element, value)
    body: bytes = tostring(element, encoding="utf-8", xml_declaration=False)
    return b'<?xml version="1.0" encoding="utf-8"?>\n' + body


def _fill(element: Element, value: Value) -> None:
    if isinstance(value, Mapping):
        for key, item in value.items():
            _fill(SubElement(element, key), item)
    elif isinstance(value, Sequence) and not isinstance(value, str):
        for item in value:
            _fill(SubElement(element, _ITEMS.get(element.tag, element.tag.removesuffix("s"))), item)
    else:
        text = _text(value)
        if text:
            element.text = text


def _text(value: Scalar) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return w3(value)
    return _FORBIDDEN.sub("", str(value))


def w3(moment: datetime) -> str:
    """A time in the W3C profile of ISO 8601, to the second, with its offset."""
    return moment.replace(microsecond=0).isoformat().replace("+00:00", "Z")
