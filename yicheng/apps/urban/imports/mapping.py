"""The mapping file that says what another system's columns mean here (TOML).

::

    [source]
    system = "city-311"                # with the outside number it names a case for ever
    time_zone = "America/New_York"     # of times without an offset
    times = "%Y-%m-%d %H:%M:%S"        # left out: ISO 8601
    datum = "wgs84"
    channel = "import"                 # of rows whose channel no value maps
    unknown_positions = [[-71.0587, 42.3594]]   # points that the source uses for "nowhere"
    number = "B{case_enquiry_id}"      # left out: the outside number itself
    is_public = true                   # title, place and stage may be published
    title = "{type}"
    address = "{neighborhood}"
    note = "{closure_code}"

    [field.class]
    column = "type"                    # a value here is a code or a name of the city's classes, unless:
    values = { "Old name" = "0110" }
    default = "9999"                   # left out: unknown values are refused

``FIELDS`` lists what may be mapped.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from django.utils.translation import gettext_lazy as _

from yicheng.core.kernel.sheets.records import Unreadable

REQUIRED = ("outside_id", "class", "opened")
FIELDS = (
    *REQUIRED,
    "due",
    "closed",
    "status",
    "timeliness",
    "organisation",
    "division",
    "channel",
    "lon",
    "lat",
    "description",
)
#: what a value of these fields must come to
MEANINGS = {"status": ("open", "closed", "cancelled"), "timeliness": ("on_time", "late", "unknown")}
TEXTS = ("number", "title", "address", "note")
SOURCE = {"system", "time_zone", "times", "datum", "channel", "is_public", "unknown_positions", *TEXTS}
DATUMS = ("wgs84", "cgcs2000", "gcj02", "bd09")
_PLACE = re.compile(r"\{([^{}]+)\}")


@dataclass(frozen=True, slots=True)
class FieldMap:
    """Where a field comes from and what its values mean. ``default`` None: unknown values are refused or doubted."""

    column: str
    values: Mapping[str, str]
    default: str | None = None


@dataclass(frozen=True, slots=True)
class CaseMapping:
    """A mapping file, checked."""

    system: str
    time_zone: ZoneInfo
    times: str
    datum: str
    channel: str
    is_public: bool
    unknown_positions: frozenset[tuple[float, float]]
    texts: Mapping[str, str]
    fields: Mapping[str, FieldMap]

    def check_columns(self, columns: Sequence[str]) -> None:
        """Raise ``Unreadable`` when the file lacks a column that the mapping names."""
        named = {field.column for field in self.fields.values()}
        named |= {name for text in self.texts.values() for name in _PLACE.findall(text)}
        missing = sorted(named - set(columns))
        if missing:
            raise Unreadable(
                _(
                    "The column “%(missing)s” of the mapping is not in the file. Its columns are: %(columns)s."
                ),
                missing="”, “".join(missing),
                columns=", ".join(columns)[:300],
            )

    def text(self, name: str, row: Mapping[str, str]) -> str:
        """A text made of columns; ``{column}`` is filled in and nothing else is interpreted."""
        return _PLACE.sub(lambda match: row.get(match[1], ""), self.texts.get(name, "")).strip()


def read_mapping(source: str) -> CaseMapping:
    """Parse and check a mapping file's text. Raises ``Unreadable`` naming what is wrong."""
    try:
        raw = tomllib.loads(source)
    except tomllib.TOMLDecodeError as error:
        raise Unreadable(_("The mapping is no TOML: %(error)s."), error=str(error)) from None
    top, fields = _table(raw, "source"), _table(raw, "field")
    _refuse_unknown(raw, ("source", "field"), "")
    _refuse_unknown(top, SOURCE, "source")
    _refuse_unknown(fields, FIELDS, "field")
    for name in REQUIRED:
        if name not in fields:
            raise Unreadable(
                _("The mapping must say where “%(name)s” comes from: [field.%(name)s]."), name=name
            )
    return CaseMapping(
        system=_text(top, "system", longest=40),
        time_zone=_zone(_text(top, "time_zone")),
        times=_text(top, "times", default=""),
        datum=_one_of(_text(top, "datum", default="wgs84"), DATUMS, "datum"),
        channel=_text(top, "channel", default="import", longest=20),
        is_public=top.get("is_public", False) is True,
        unknown_positions=_positions(top.get("unknown_positions", [])),
        texts={name: _text(top, name, default="") for name in TEXTS},
        fields={name: _field(name, _table(fields, name)) for name in fields},
    )


def _field(name: str, raw: Mapping[str, Any]) -> FieldMap:
    _refuse_unknown(raw, ("column", "values", "default"), f"field.{name}")
    values = {str(key): str(value) for key, value in _table(raw, "values").items()}
    default = _text(raw, "default") if "default" in raw else None
    for value in (*values.values(), *([] if default is None else [default])):
        _one_of(value, MEANINGS.get(name, (value,)), f"field.{name}")
    return FieldMap(_text(raw, "column"), values, default)


def _table(raw: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    table = raw.get(name, {})
    if not isinstance(table, dict):
        raise Unreadable(_("“%(name)s” in the mapping must be a table."), name=name)
    return table


def _text(raw: Mapping[str, Any], name: str, *, default: str | None = None, longest: int = 200) -> str:
    value = raw.get(name, default)
    if not isinstance(value, str) or (not value and default is None) or len(value) > longest:
        raise Unreadable(
            _("“%(name)s” in the mapping must be a text of at most %(limit)d characters."),
            name=name,
            limit=longest,
        )
    return value


def _zone(name: str) -> ZoneInfo:
    if name not in available_timezones():
        raise Unreadable(_("“time_zone” in the mapping must be a name such as Asia/Shanghai."))
    return ZoneInfo(name)


def _one_of(value: str, choices: Sequence[str], name: str) -> str:
    if value not in choices:
        raise Unreadable(
            _("“%(name)s” in the mapping is “%(value)s”; it must be one of %(choices)s."),
            name=name,
            value=value,
            choices=", ".join(choices),
        )
    return value


def _positions(raw: Any) -> frozenset[tuple[float, float]]:
    try:
        return frozenset((float(lon), float(lat)) for lon, lat in raw)
    except (TypeError, ValueError):
        raise Unreadable(
            _("“unknown_positions” in the mapping must be a list of [longitude, latitude].")
        ) from None


def _refuse_unknown(raw: Mapping[str, Any], known: Sequence[str] | set[str], table: str) -> None:
    for name in raw:
        if name not in known:
            raise Unreadable(
                _("Nobody knows “%(name)s” in [%(table)s] of the mapping."), name=name, table=table or "…"
            )
