"""Where a table begins and ends: titles above the header, group headings over two lines, totals below."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

LOOKED_AT = 30
_NUMBER = re.compile(r"[+-]?[\d,，.]+%?")
#: what the lines below a table begin with in official spreadsheets
_TOTAL = re.compile(r"(合\s*计|总\s*计|小\s*计|共\s*计)\s*[:：]?")
_FOOT = re.compile(
    r"(填\s*报\s*(人|单位|日期)|填\s*表\s*人|制\s*表|审\s*核\s*人?\s*[:：]|负责人\s*[:：]|联系人\s*[:：]|备\s*注\s*[:：]|注\s*[:：]|说\s*明\s*[:：])"
)


@dataclass(frozen=True, slots=True)
class Header:
    """``at``: index of the first line of the header; ``depth`` lines of it; the names."""

    at: int
    depth: int
    names: tuple[str, ...]


def find_header(rows: Sequence[Sequence[str]], *, deep: Sequence[int] = ()) -> Header | None:
    """The header among the first rows, None where every row is empty.

    ``deep`` says for each row over how many lines its merged cells reach (1: no further).
    """
    first = [[cell.strip() for cell in row] for row in rows[:LOOKED_AT]]
    width = max((_filled(row) for row in first), default=0)
    if width == 0:
        return None
    at = next((at for at, row in enumerate(first) if _is_header(row, width)), None)
    if at is None:
        at = next(at for at, row in enumerate(first) if _filled(row))
    depth = min(max(deep[at] if at < len(deep) else 1, 1), 3, len(first) - at)
    return Header(at, depth, _names(first[at : at + depth]))


def is_foot(cells: Sequence[str]) -> bool:
    """Whether this line stands below the table: a total, a signature, a remark; not a row of it."""
    filled = [cell for cell in cells if cell]
    if not filled:
        return False
    if _TOTAL.fullmatch(filled[0]):
        return True
    return bool(_FOOT.match(filled[0])) and len(filled) <= max(2, len(cells) // 2)


def _filled(row: Sequence[str]) -> int:
    return sum(1 for cell in row if cell)


def _is_header(row: Sequence[str], width: int) -> bool:
    filled = [cell for cell in row if cell]
    if len(filled) * 5 < width * 3 or _has_gap(row):
        return False
    numbers = sum(1 for cell in filled if _NUMBER.fullmatch(cell))
    return numbers * 2 < len(filled) and (width == 1 or len(set(filled)) > 1)


def _has_gap(row: Sequence[str]) -> bool:
    """A line of remarks stands with blanks between; names stand side by side."""
    last = max(at for at, cell in enumerate(row) if cell)
    return not all(row[: last + 1])


def _names(lines: Sequence[Sequence[str]]) -> tuple[str, ...]:
    """One name a column: group and name where the header has two lines, without repeating."""
    width = max(len(line) for line in lines)
    names = []
    for at in range(width):
        parts = [line[at].replace("\n", "") if at < len(line) else "" for line in lines]
        names.append("/".join(dict.fromkeys(part for part in parts if part)))
    while names and not names[-1]:
        names.pop()
    return tuple(names)
