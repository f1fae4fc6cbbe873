"""Columns of a table that people fill in: their names in both languages, and what a cell must look like."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from yicheng.core.kernel.errors import Invalid
from yicheng.core.kernel.sheets.records import REPORT_COLUMNS, Sheet, Unreadable

_DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?( 00:00(:00)?)?")
_COMPACT_DAY = re.compile(r"(\d{4})(\d{2})(\d{2})")


@dataclass(frozen=True, slots=True)
class Column:
    """One column. ``names`` are what headers may say, the first one being what a template offers.

    ``parse`` gets a cell that is not empty and raises ``Invalid``; ``default`` stands for an empty one.
    """

    key: str
    names: tuple[str, ...]
    parse: Callable[[str], Any]
    required: bool = False
    default: Any = ""


def positions(sheet: Sheet, columns: Sequence[Column]) -> Mapping[str, int]:
    """Where each column stands in this sheet. Raises ``Unreadable`` naming what is missing and what is unknown."""
    by_name = {_plain(name): column.key for column in columns for name in (column.key, *column.names)}
    found: dict[str, int] = {}
    unknown = []
    for at, name in enumerate(sheet.columns):
        key = by_name.get(_plain(name))
        if key is not None and key in found:
            raise Unreadable(
                _("The columns “%(first)s” and “%(second)s” mean the same."),
                first=sheet.columns[found[key]],
                second=name,
            )
        if key is not None:
            found[key] = at
        elif name and name not in REPORT_COLUMNS:
            unknown.append(name)
    missing = [column.names[0] for column in columns if column.required and column.key not in found]
    if missing:
        raise Unreadable(
            _("The column “%(missing)s” is missing. The file's columns are: %(columns)s."),
            missing="”, “".join(missing),
            columns=", ".join(sheet.columns)[:300],
        )
    return found


def values(
    cells: Sequence[str], where: Mapping[str, int], columns: Sequence[Column]
) -> tuple[dict[str, Any], list[str]]:
    """The row's parsed values, and one sentence for each cell at fault."""
    parsed: dict[str, Any] = {}
    faults: list[str] = []
    for column in columns:
        cell = cells[where[column.key]] if column.key in where else ""
        if cell:
            try:
                parsed[column.key] = column.parse(cell)
            except Invalid as fault:
                faults.append(f"{column.names[0]}: {fault}")
        elif column.required:
            faults.append(str(_("“%(name)s” is empty.")) % {"name": column.names[0]})
        else:
            parsed[column.key] = column.default
    return parsed, faults


def _plain(name: str) -> str:
    """Headers are compared without case, blanks, stars and what stands in brackets after them."""
    return re.sub(r"[（(].*$|[\s_*]", "", name.strip().lower())


def text(longest: int) -> Callable[[str], str]:
    """A text of at most so many characters, on one line."""

    def parse(cell: str) -> str:
        if len(cell) > longest:
            raise Invalid(_("longer than %(limit)d characters."), limit=longest)
        return re.sub(r"[\x00-\x1f\x7f]+", " ", cell)

    return parse


def number(lowest: float, highest: float) -> Callable[[str], float]:
    """A finite number within bounds; a decimal comma is refused rather than guessed."""

    def parse(cell: str) -> float:
        try:
            value = float(cell)
        except ValueError:
            raise Invalid(_("“%(cell)s” is no number."), cell=cell[:40]) from None
        if not math.isfinite(value) or not lowest <= value <= highest:
            raise Invalid(
                _("“%(cell)s” is not between %(lowest)s and %(highest)s."),
                cell=cell[:40],
                lowest=lowest,
                highest=highest,
            )
        return value

    return parse


def day(cell: str) -> date:
    """A date: 2026-05-01, 2026/5/1, 2026年5月1日, 20260501."""
    match = _DAY.fullmatch(cell) or _COMPACT_DAY.fullmatch(cell)
    try:
        if match:
            return date(int(match[1]), int(match[2]), int(match[3]))
        return datetime.fromisoformat(cell).date()
    except ValueError:
        raise Invalid(_("“%(cell)s” is no date such as 2026-05-01."), cell=cell[:40]) from None


def word(meanings: Mapping[str, str]) -> Callable[[str], str]:
    """One of several words; ``meanings`` maps what may stand in the cell (lower case) to what it means."""

    def parse(cell: str) -> str:
        try:
            return meanings[cell.lower()]
        except KeyError:
            raise Invalid(
                _("“%(cell)s” must be one of: %(words)s."), cell=cell[:40], words=", ".join(meanings)
            ) from None

    return parse
