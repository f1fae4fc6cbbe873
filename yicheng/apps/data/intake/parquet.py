"""Parquet: typed already; its values become texts again so that one set of rules checks every source."""

from __future__ import annotations

import io

import polars as pl
from django.utils.translation import gettext_lazy as _

from yicheng.apps.data.intake.sheet import MOST_COLUMNS, MOST_ROWS, ROW, Sheet, sheet_of
from yicheng.core.kernel.sheets.records import Unreadable

MOST_CELLS = 100_000_000


def read_parquet(content: bytes) -> Sheet:
    """The table of a Parquet file. Raises ``Unreadable``."""
    try:
        lazy = pl.scan_parquet(io.BytesIO(content))
        names = lazy.collect_schema().names()
        height = lazy.select(pl.len()).collect().item()
        if len(names) > MOST_COLUMNS or height > MOST_ROWS or height * len(names) > MOST_CELLS:
            raise Unreadable(_("The file has too many rows or columns: split it."))
        found = lazy.collect()
    except (pl.exceptions.PolarsError, OSError, ValueError) as error:
        raise Unreadable(_("This is no sound Parquet file (%(error)s)."), error=str(error)[:160]) from None
    return sheet_of_frame(found, "parquet")


def sheet_of_frame(found: pl.DataFrame, format: str) -> Sheet:  # noqa: A002  the word for it
    """A typed frame as a sheet of texts. Raises ``Unreadable`` for nested columns."""
    columns = []
    for at, name in enumerate(found.columns):
        dtype = found.schema[name]
        if dtype.is_nested() or dtype == pl.Binary or dtype == pl.Object:
            raise Unreadable(_("The column “%(name)s” holds no single values: leave it out."), name=name)
        columns.append(_as_text(found[name]).alias(str(at)))
    cells = pl.DataFrame(columns).with_row_index(ROW, offset=1)
    return sheet_of(cells, found.columns, format=format)


def _as_text(column: pl.Series) -> pl.Series:
    if column.dtype == pl.Boolean:
        return column.cast(pl.String)
    if isinstance(column.dtype, pl.Datetime):
        return column.dt.to_string(
            "%Y-%m-%dT%H:%M:%S%.f%:z" if column.dtype.time_zone else "%Y-%m-%d %H:%M:%S%.f"
        )
    return column.cast(pl.String)
