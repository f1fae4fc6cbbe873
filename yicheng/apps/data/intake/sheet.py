"""What every reader answers: a table of texts, as it came, ready to be checked column by column."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from yicheng.core.kernel.sheets.records import Unreadable

MOST_COLUMNS = 300
MOST_ROWS = 5_000_000
ROW = "row"
#: the cells of a row that stand beyond its last named column
BEYOND = "beyond"
BLANKS = " \t\r\n\v\f\u3000\u00a0\u200b\u200c\u200d\ufeff"


@dataclass(frozen=True, slots=True)
class Remark:
    """Something the reader set right by itself, told to whoever sent the file."""

    text: str | Promise
    count: int = 1

    def __str__(self) -> str:
        return str(self.text) % {"count": self.count}


@dataclass(frozen=True)
class Sheet:
    """A table. ``cells`` has ``row`` (as a spreadsheet counts, from 1) and one text column for each of ``columns``.

    The text columns are named by their position ("0", "1", …); an empty cell is null.
    """

    format: str
    columns: tuple[str, ...]
    cells: pl.DataFrame
    encoding: str = ""
    remarks: tuple[Remark, ...] = ()

    @property
    def height(self) -> int:
        return self.cells.height


def sheet_of(
    texts: pl.DataFrame,
    columns: Sequence[str],
    *,
    format: str,  # noqa: A002  the word for it
    encoding: str = "",
    remarks: Sequence[Remark] = (),
) -> Sheet:
    """A sheet of raw texts (``row`` and "0", "1", …): blanks cut off, empty rows left out, names checked."""
    names = tuple(name.strip(BLANKS) for name in columns)
    _check_names(names)
    shown = [str(at) for at in range(len(names))]
    trimmed = texts.with_columns(
        pl.when(pl.col(name).str.strip_chars(BLANKS) == "")
        .then(None)
        .otherwise(pl.col(name).str.strip_chars(BLANKS))
        .alias(name)
        for name in shown
    )
    if not shown or trimmed.is_empty():
        kept = trimmed
    else:
        kept = trimmed.filter(pl.any_horizontal(pl.col(shown).is_not_null()))
    if kept.height > MOST_ROWS:
        raise Unreadable(_("The file has more than %(most)d rows: split it."), most=MOST_ROWS)
    return Sheet(format, names, kept, encoding, tuple(remarks))


def _check_names(names: Sequence[str]) -> None:
    if not any(names):
        raise Unreadable(_("The file is empty: one of its first lines must name the columns."))
    if len(names) > MOST_COLUMNS:
        raise Unreadable(_("The file has more than %(limit)d columns."), limit=MOST_COLUMNS)
    for at, name in enumerate(names):
        if not name:
            raise Unreadable(_("Column %(number)d has no name: name it or delete it."), number=at + 1)
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise Unreadable(_("The column “%(name)s” is there twice."), name=twice[0])
