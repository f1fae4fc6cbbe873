"""Holds a sheet to the rules of its fields: sound rows as typed columns, refused ones as they came, with reasons."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

import polars as pl
from django.utils.translation import gettext_lazy as _

from yicheng.apps.data.intake.identity import is_credit_code, is_identity, known_places
from yicheng.apps.data.intake.rules import LONGEST_TEXT, Field
from yicheng.apps.data.intake.sheet import BEYOND, ROW, Sheet
from yicheng.apps.data.intake.values import values_of
from yicheng.core.kernel.errors import Invalid

_FAULT = "fault:"
Known = Mapping[str, pl.Series]


class ColumnsChanged(Invalid):
    """The source no longer has the columns that were agreed; nothing of it is taken."""

    code = "columns_changed"


@dataclass(frozen=True, slots=True)
class Refused:
    """A refused row: as a spreadsheet counts, its cells as they came, reasons as ``code:field``."""

    row: int
    cells: tuple[str, ...]
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class Checked:
    """The verdict on a sheet. ``sound`` has one typed column for each field, by key."""

    sound: pl.DataFrame
    read_count: int
    refused_count: int
    reasons: Mapping[str, int] = field(default_factory=dict)
    bad: pl.DataFrame = field(default_factory=pl.DataFrame)
    columns: tuple[str, ...] = ()

    def refused(self, *, most: int) -> Iterator[Refused]:
        """The refused rows, in order, up to so many."""
        faults = [name for name in self.bad.columns if name.startswith(_FAULT)]
        cells = [str(at) for at in range(len(self.columns))]
        shown = self.bad.head(most)
        for row in shown.iter_rows(named=True):
            reasons = tuple(name.removeprefix(_FAULT) for name in faults if row[name])
            yield Refused(row[ROW], tuple(row[name] or "" for name in cells), reasons)


def match_columns(columns: Sequence[str], fields: Sequence[Field]) -> Mapping[str, str]:
    """Field key → the frame's column. Raises ``ColumnsChanged`` naming what is missing and what is new."""
    places = {name: str(at) for at, name in enumerate(columns)}
    missing = [one.column for one in fields if one.column not in places]
    if missing:
        known = {one.column for one in fields}
        new = [name for name in columns if name not in known]
        raise ColumnsChanged(
            _(
                "The columns have changed. Missing: %(missing)s. New: %(new)s. The last good version stays in use."
            ),
            missing="、".join(missing[:10]),
            new="、".join(new[:10]) or "–",
        )
    return {one.key: places[one.column] for one in fields}


def check(sheet: Sheet, fields: Sequence[Field], *, known: Known | None = None) -> Checked:
    """Sound and refused rows. ``known`` holds the values of each field that others refer to (``set/field``)."""
    places = match_columns(sheet.columns, fields)
    values = sheet.cells.lazy().with_columns(
        values_of(one, pl.col(places[one.key])).alias(one.key) for one in fields
    )
    frame = values.with_columns(
        fault.alias(_FAULT + name) for name, fault in _faults(sheet, fields, places, known or {})
    ).collect()
    frame = _without_unknown_places(frame, fields)
    faults = [name for name in frame.columns if name.startswith(_FAULT)]
    is_bad = frame.select(pl.any_horizontal(faults)).to_series() if faults else None
    keys = [one.key for one in fields]
    if is_bad is None or not is_bad.any():
        return Checked(frame.select(keys), sheet.height, 0, columns=sheet.columns)
    bad = frame.filter(is_bad)
    counted = Counter({name.removeprefix(_FAULT): int(bad[name].sum()) for name in faults if bad[name].any()})
    return Checked(
        frame.filter(~is_bad).select(keys),
        sheet.height,
        bad.height,
        dict(counted.most_common()),
        bad,
        sheet.columns,
    )


def _faults(
    sheet: Sheet, fields: Sequence[Field], places: Mapping[str, str], known: Known
) -> Iterator[tuple[str, pl.Expr]]:
    if BEYOND in sheet.cells.columns:
        yield "beyond", pl.col(BEYOND).is_not_null()
    for one in fields:
        text, value = pl.col(places[one.key]), pl.col(one.key)
        for code, fault in _faults_of(one, text, value, known):
            yield f"{code}:{one.key}", fault.fill_null(value=False)


def _faults_of(one: Field, text: pl.Expr, value: pl.Expr, known: Known) -> Iterator[tuple[str, pl.Expr]]:
    if one.must_be_there:
        yield "required", text.is_null()
    if one.kind == "identity":
        yield "identity", text.is_not_null() & ~is_identity(value)
    elif one.kind == "credit_code":
        yield "credit_code", text.is_not_null() & ~is_credit_code(value)
    elif one.kind == "text":
        yield "too_long", value.str.len_chars() > LONGEST_TEXT
    else:
        yield one.kind, text.is_not_null() & value.is_null()
    yield from _bounds(one, value)
    if one.pattern:
        yield "pattern", ~text.str.contains(rf"^(?:{one.pattern})$")
    if one.codes:
        yield "codes", text.is_not_null() & ~text.is_in(list(one.codes))
    if one.must_be_alone:
        yield "unique", value.is_not_null() & value.is_duplicated()
    if one.reference:
        found = known.get(one.reference)
        yield (
            "reference",
            text.is_not_null() & (~text.is_in(found.implode()) if found is not None else pl.lit(value=True)),
        )


def _bounds(one: Field, value: pl.Expr) -> Iterator[tuple[str, pl.Expr]]:
    if one.kind in ("integer", "number"):
        if one.lowest is not None:
            yield "lowest", value < float(one.lowest)
        if one.highest is not None:
            yield "highest", value > float(one.highest)
    if one.kind in ("date", "datetime"):
        if one.earliest:
            yield "earliest", value < _moment(one.kind, one.earliest)
        if one.latest:
            yield "latest", value.cast(pl.Date) > pl.lit(date.fromisoformat(one.latest))


def _moment(kind: str, text: str) -> pl.Expr:
    day = date.fromisoformat(text)
    return pl.lit(day) if kind == "date" else pl.lit(datetime(day.year, day.month, day.day))  # noqa: DTZ001  the city's


def _without_unknown_places(frame: pl.DataFrame, fields: Sequence[Field]) -> pl.DataFrame:
    """Identity numbers whose county never existed are no identity numbers."""
    for one in fields:
        if one.kind == "identity" and frame.height:
            name = f"{_FAULT}identity:{one.key}"
            unknown = frame[one.key].is_not_null() & ~known_places(frame[one.key])
            frame = frame.with_columns((pl.col(name) | unknown).alias(name))
    return frame
