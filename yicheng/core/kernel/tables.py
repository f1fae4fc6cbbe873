"""Reads a CSV table into typed rows, so that a fault is told by file, line and reason.

A row type is a frozen dataclass; its annotations are the columns::

    @dataclass(frozen=True)
    class StreetRow:
        line: int                                  # filled with the line in the file
        code: str = column(pattern=r"\\d{9}")
        name: str = column(max_length=80)
        parent: str = column(ref="divisions.csv:code", default="")
        opened: date | None = None
        keywords: tuple[str, ...] = ()             # "a; b; c"

A column with a default may be left out of the file or left empty. ``ref`` names the
file and column of the same pack that must hold the value. Types: ``str``, ``int``,
``float``, ``Decimal``, ``bool``, ``date``, ``time``, ``datetime``, enumerations,
``tuple[str, ...]`` and each of them ``| None``.
"""

from __future__ import annotations

import csv
import difflib
import math
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import MISSING, Field, dataclass, field, fields
from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation
from enum import Enum
from io import StringIO
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, Generic, Literal, TypeVar, Union, cast, get_args, get_origin, get_type_hints

from django.utils.translation import gettext as _

R = TypeVar("R")

LARGEST_FILE_BYTES = 256 * 1024 * 1024
SEPARATORS = re.compile(r"[;；|]")
TRUE = {"1", "true", "yes", "y", "是"}
FALSE = {"0", "false", "no", "n", "否"}


@dataclass(frozen=True, order=True)
class Finding:
    """One thing wrong with a file; ``line`` 0 means the file as a whole."""

    file: str
    line: int
    reason: str
    severity: Literal["error", "warning"] = "error"

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        return f"{place}: {self.reason}"


@dataclass(frozen=True)
class Table(Generic[R]):
    """What one file must hold. ``key``: the columns that together name a row."""

    file: str
    row: type[R]
    key: tuple[str, ...] = ()
    optional: bool = False


@dataclass(frozen=True)
class Content(Generic[R]):
    """The rows that could be read, and everything wrong with the file."""

    rows: tuple[R, ...]
    findings: tuple[Finding, ...]


Reference = Callable[[str, str], frozenset[str]]


def column(
    *,
    pattern: str | None = None,
    max_length: int | None = None,
    choices: Sequence[str] | None = None,
    minimum: float | None = None,
    maximum: float | None = None,
    ref: str | None = None,
    default: Any = MISSING,
) -> Any:
    """A column with rules; see the module's text. ``ref`` is ``"file.csv:column"``."""
    rules = {
        "pattern": re.compile(pattern) if pattern else None,
        "max_length": max_length,
        "choices": tuple(choices) if choices else None,
        "minimum": minimum,
        "maximum": maximum,
        "ref": ref,
    }
    metadata = {name: rule for name, rule in rules.items() if rule is not None}
    return field(metadata=metadata) if default is MISSING else field(default=default, metadata=metadata)


def read_table(root: Path, table: Table[R], *, reference: Reference) -> Content[R]:
    """Read and check one table under ``root``; never raises for what the file holds."""
    path = root / table.file
    if not path.is_file():
        missing = (Finding(table.file, 0, _("The file is missing.")),)
        return Content((), () if table.optional else missing)
    text, findings = decode(path, table.file)
    if text is None:
        return Content((), tuple(findings))
    reader = _Reader(table, reference, findings)
    return Content(tuple(reader.rows(text)), tuple(findings))


def decode(path: Path, name: str) -> tuple[str | None, list[Finding]]:
    """The text of a UTF-8 file; a byte-order mark is told and left out, other encodings refused."""
    if path.stat().st_size > LARGEST_FILE_BYTES:
        return None, [Finding(name, 0, _("The file is larger than 256 MB: split it."))]
    raw = path.read_bytes()
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return None, [Finding(name, 0, _("The file is UTF-16: save it as UTF-8."))]
    marked = raw.startswith(b"\xef\xbb\xbf")
    note = _("The file begins with a byte-order mark, which is ignored: save it as UTF-8 without one.")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        return None, [Finding(name, raw.count(b"\n", 0, error.start) + 1, _not_utf8(raw))]
    if "\x00" in text:
        return None, [Finding(name, text.count("\n", 0, text.index("\x00")) + 1, _("A NUL byte is in here."))]
    return text, [Finding(name, 1, note, "warning")] if marked else []


def _not_utf8(raw: bytes) -> str:
    try:
        raw.decode("gb18030")
    except UnicodeDecodeError:
        return _("These bytes are not UTF-8: save the file as UTF-8.")
    return _("The file is not UTF-8 (it looks like GB 18030): save it as UTF-8.")


def records(text: str) -> Iterator[tuple[int, list[str]]]:
    """Each record with the line it begins on; raises ``csv.Error`` for broken quoting."""
    reader = csv.reader(StringIO(text, newline=""), strict=True)
    begins = 1
    for record in reader:
        yield begins, record
        begins = reader.line_num + 1


def column_values(root: Path, file: str, name: str) -> frozenset[str]:
    """Every value of one column, for references; empty where file or column is missing."""
    path = root / file
    text = decode(path, file)[0] if path.is_file() else None
    if text is None:
        return frozenset()
    try:
        rows = [record for _line, record in records(text)]
    except csv.Error:
        return frozenset()
    header = [cell.strip() for cell in rows[0]] if rows else []
    if name not in header:
        return frozenset()
    at = header.index(name)
    return frozenset(row[at].strip() for row in rows[1:] if len(row) > at and row[at].strip())


class _Reader(Generic[R]):
    """One pass over one file; findings are added to the caller's list."""

    def __init__(self, table: Table[R], reference: Reference, findings: list[Finding]) -> None:
        self.table, self.reference, self.findings = table, reference, findings
        self.columns = _columns(table.row)
        self.has_line = any(spec.name == "line" for spec in fields(cast("Any", table.row)))
        self.seen: dict[tuple[str, ...], int] = {}

    def rows(self, text: str) -> Iterator[R]:
        header: list[str] = []
        try:
            for line, record in records(text):
                if not header:
                    header = [cell.strip() for cell in record]
                    if not self.header_is_sound(header):
                        return
                elif any(cell.strip() for cell in record):
                    row = self.row(line, header, record)
                    if row is not None:
                        yield row
        except csv.Error as error:
            self.add(0, _("The file is not a readable CSV table: %(error)s.") % {"error": error})
        if not header:
            self.add(1, _("The file is empty: its first line must name the columns."))

    def header_is_sound(self, header: list[str]) -> bool:
        before = len(self.findings)
        for name in sorted({name for name in header if header.count(name) > 1}):
            self.add(1, _("The column “%(name)s” is there twice.") % {"name": name})
        for name in header:
            if name not in self.columns:
                self.add(1, self.unknown_column(name))
        for name, spec in self.columns.items():
            if name not in header and spec.required:
                self.add(1, _("The column “%(name)s” is missing.") % {"name": name})
        return len(self.findings) == before

    def unknown_column(self, name: str) -> str:
        near = difflib.get_close_matches(name, self.columns, n=1)
        if near:
            return _("Nobody knows the column “%(name)s”; is “%(near)s” meant?") % {
                "name": name,
                "near": near[0],
            }
        return _("Nobody knows the column “%(name)s”.") % {"name": name}

    def row(self, line: int, header: list[str], record: list[str]) -> R | None:
        if len(record) != len(header):
            text = _("The line has %(found)d cells, the header %(wanted)d.")
            self.add(line, text % {"found": len(record), "wanted": len(header)})
            return None
        before = len(self.findings)
        raw = dict(zip(header, (cell.strip() for cell in record), strict=True))
        values = {name: self.cell(line, spec, raw.get(name, "")) for name, spec in self.columns.items()}
        self.check_key(line, raw)
        if len(self.findings) > before:
            return None
        return self.table.row(**({"line": line} if self.has_line else {}), **values)

    def cell(self, line: int, spec: _Column, raw: str) -> Any:
        if not raw:
            if spec.required:
                self.add(line, _("“%(name)s” is empty.") % {"name": spec.name})
            return spec.default
        try:
            value = spec.parse(raw)
        except (ValueError, InvalidOperation):
            text = _("“%(name)s” is “%(value)s”, which is not %(kind)s.")
            self.add(line, text % {"name": spec.name, "value": raw[:60], "kind": spec.kind})
            return None
        for reason in spec.faults(raw, value, self.reference):
            self.add(line, reason)
        return value

    def check_key(self, line: int, raw: Mapping[str, str]) -> None:
        key = tuple(raw.get(name, "") for name in self.table.key)
        if not self.table.key:
            return
        first = self.seen.setdefault(key, line)
        if first != line:
            text = _("“%(key)s” is already on line %(first)d.")
            self.add(line, text % {"key": " / ".join(key), "first": first})

    def add(self, line: int, reason: str) -> None:
        self.findings.append(Finding(self.table.file, line, reason))


class _Column:
    """What one annotation means for one column."""

    def __init__(self, spec: Field[Any], hint: Any) -> None:
        self.name, self.rules = spec.name, spec.metadata
        self.required = spec.default is MISSING and spec.default_factory is MISSING
        self.default = None if spec.default is MISSING else spec.default
        if spec.default_factory is not MISSING:
            self.default = spec.default_factory()
        self.type = _without_none(hint)

    @property
    def kind(self) -> str:
        if isinstance(self.type, type) and issubclass(self.type, Enum):
            return _("one of %(values)s") % {"values": ", ".join(str(one.value) for one in self.type)}
        names = {
            int: _("a whole number"),
            float: _("a number"),
            Decimal: _("a number"),
            bool: _("yes or no"),
            date: _("a date such as 2026-05-01"),
            time: _("a time such as 08:30"),
            datetime: _("a moment such as 2026-05-01T08:30"),
        }
        return names.get(self.type, _("a text"))

    def parse(self, raw: str) -> Any:
        if get_origin(self.type) is tuple:
            return tuple(part.strip() for part in SEPARATORS.split(raw) if part.strip())
        if self.type is bool:
            return _boolean(raw)
        if self.type in (date, time, datetime):
            return self.type.fromisoformat(raw)
        if self.type in (float, Decimal):
            return _finite(self.type(raw))
        return self.type(raw)

    def faults(self, raw: str, value: Any, reference: Reference) -> Iterator[str]:
        values = value if isinstance(value, tuple) else (value,)
        for one in values:
            yield from self.faults_of_one(one, reference)

    def faults_of_one(self, value: Any, reference: Reference) -> Iterator[str]:
        said = {"name": self.name, "value": str(value)[:60]}
        rules = self.rules
        if "pattern" in rules and not rules["pattern"].fullmatch(str(value)):
            yield _("“%(name)s” is “%(value)s”, which does not have the required form.") % said
        if "max_length" in rules and len(str(value)) > rules["max_length"]:
            said_long = {**said, "limit": rules["max_length"]}
            yield _("“%(name)s” is longer than %(limit)d characters.") % said_long
        if "choices" in rules and value not in rules["choices"]:
            said_choice = {**said, "choices": ", ".join(rules["choices"])}
            yield _("“%(name)s” is “%(value)s”; it must be one of %(choices)s.") % said_choice
        if "minimum" in rules and value < rules["minimum"]:
            yield _("“%(name)s” is %(value)s, below %(limit)s.") % {**said, "limit": rules["minimum"]}
        if "maximum" in rules and value > rules["maximum"]:
            yield _("“%(name)s” is %(value)s, above %(limit)s.") % {**said, "limit": rules["maximum"]}
        if "ref" in rules:
            file, _colon, target = rules["ref"].partition(":")
            if str(value) not in reference(file, target):
                yield _("“%(name)s” is “%(value)s”, which is not in %(file)s.") % {**said, "file": file}


def _columns(row: type[Any]) -> dict[str, _Column]:
    hints = get_type_hints(row)
    return {spec.name: _Column(spec, hints[spec.name]) for spec in fields(row) if spec.name != "line"}


def _without_none(hint: Any) -> Any:
    if get_origin(hint) in (Union, UnionType):
        (only,) = (part for part in get_args(hint) if part is not NoneType)
        return only
    return hint


def _boolean(raw: str) -> bool:
    word = raw.casefold()
    if word in TRUE or word in FALSE:
        return word in TRUE
    raise ValueError(raw)


def _finite(value: Any) -> Any:
    if not math.isfinite(value):
        raise ValueError(value)
    return value
