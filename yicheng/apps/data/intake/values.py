"""Texts to values, column by column: thousands separators, full-width digits, the ways dates are written in China."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

import polars as pl

from yicheng.apps.data.intake.identity import compact
from yicheng.apps.data.intake.rules import Field, Kind

_WIDE = dict(zip("０１２３４５６７８９，．－＋／：％", "0123456789,.-+/:%", strict=True))
_YES = ("是", "有", "true", "yes", "y", "t", "1", "√", "✓")
_NO = ("否", "无", "没有", "false", "no", "n", "f", "0", "×", "✗")
_NUMBER = r"^[+-]?(\d{1,3}(,\d{3})+|\d+)(\.\d+)?$"
_SCIENCE = r"^[+-]?\d(\.\d+)?[eE][+-]?\d{1,2}$"
_DIGITS = dict(zip("〇○零一二三四五六七八九", "000123456789", strict=True))
_CHINESE_DATE = re.compile(
    r"([〇○零一二三四五六七八九]{4})年([一二三四五六七八九十]{1,3})月([一二三四五六七八九十]{1,3})[日号]?"
)
#: days counted by spreadsheets: 1954 to 2173
_SERIAL = r"^[2-9]\d{4}(\.0+)?$"
_EPOCH = date(1899, 12, 30)
MOST_DIGITS = 18


def values_of(field: Field, text: pl.Expr) -> pl.Expr:
    """The column's values; null where the text is none of the field's kind (or empty)."""
    return _READERS[field.kind](text, field)


def polars_type(kind: Kind) -> pl.DataType:
    """The type that values of a kind have in a frame."""
    return _TYPES.get(kind, pl.String())


def _ascii(text: pl.Expr) -> pl.Expr:
    return text.str.replace_many(list(_WIDE), list(_WIDE.values()))


def _text(text: pl.Expr, _field: Field) -> pl.Expr:
    return text


def _plain_number(text: pl.Expr, field: Field) -> pl.Expr:
    """A number's text without separators, null where it is none."""
    found = _ascii(text).str.replace_all(r"\s", "")
    if field.unit == "%":
        found = found.str.strip_suffix("%")
    whole = pl.when(found.str.contains(_NUMBER)).then(found.str.replace_all(",", "", literal=True))
    return whole.when(found.str.contains(_SCIENCE)).then(found).otherwise(None)


def _number(text: pl.Expr, field: Field) -> pl.Expr:
    return _plain_number(text, field).cast(pl.Float64, strict=False)


def _integer(text: pl.Expr, field: Field) -> pl.Expr:
    plain = _plain_number(text, field).str.replace(r"\.0+$", "")
    return plain.cast(pl.Int64, strict=False)


def _boolean(text: pl.Expr, _field: Field) -> pl.Expr:
    lower = text.str.to_lowercase()
    return (
        pl.when(lower.is_in(_YES)).then(pl.lit(value=True)).when(lower.is_in(_NO)).then(pl.lit(value=False))
    )


def _dated(text: pl.Expr) -> pl.Expr:
    """A date's text with dashes between its parts and nothing behind."""
    found = _ascii(text).str.replace_all(r"\s*[年月/.]\s*", "-").str.replace(r"\s*[日号]\s*", " ")
    return found.str.strip_chars_end(" -")


def _date(text: pl.Expr, _field: Field) -> pl.Expr:
    dashed = _dated(text).str.replace(r"[ T]00:00(:00(\.0+)?)?$", "")
    iso = pl.when(dashed.str.contains(r"^\d{4}-\d{1,2}-\d{1,2}$")).then(dashed)
    compact_form = pl.when(dashed.str.contains(r"^(19|20)\d{6}$")).then(dashed)
    serial = pl.when(dashed.str.contains(_SERIAL)).then(dashed)
    days = serial.cast(pl.Float64, strict=False).cast(pl.Int64)
    return pl.coalesce(
        iso.str.to_date("%Y-%m-%d", strict=False),
        compact_form.str.to_date("%Y%m%d", strict=False),
        pl.lit(_EPOCH) + pl.duration(days=days),
        _in_chinese(text),
    )


def _in_chinese(text: pl.Expr) -> pl.Expr:
    """Dates written in Chinese numerals; few, so each is read by itself."""
    only = pl.when(text.str.contains("[〇○零一二三四五六七八九]年")).then(text)
    return only.map_elements(chinese_date, return_dtype=pl.Date, skip_nulls=True)


def chinese_date(text: str) -> date | None:
    """二〇二六年三月五日 → 2026-03-05; None where it is no date."""
    found = _CHINESE_DATE.fullmatch(text)
    if not found:
        return None
    try:
        return date(int("".join(_DIGITS[sign] for sign in found[1])), _small(found[2]), _small(found[3]))
    except ValueError:
        return None


def _small(text: str) -> int:
    """一 to 九十九. Raises ``ValueError``."""
    tens, ten, ones = text.partition("十")
    if not ten:
        if len(text) != 1:
            raise ValueError(text)
        return int(_DIGITS[text])
    if len(tens) > 1 or len(ones) > 1 or "十" in ones:
        raise ValueError(text)
    return (int(_DIGITS[tens]) if tens else 1) * 10 + (int(_DIGITS[ones]) if ones else 0)


def _datetime(text: pl.Expr, field: Field) -> pl.Expr:
    """With a time zone where it says so, else the city's time (UTC+8 is added where the values are stored)."""
    dashed = (
        _dated(text)
        .str.replace(r"([\d]{4}-\d{1,2}-\d{1,2})\s*T?\s*(\d)", "${1} ${2}")
        .str.replace_all(r"\s*[时点分]\s*", ":")
        .str.replace(r":?秒?$", "")
        .str.replace(r"-(\d{1,6})$", ".${1}")
    )
    minutes = pl.when(dashed.str.contains(r" \d{1,2}:\d{1,2}$")).then(dashed)
    seconds = pl.when(dashed.str.contains(r" \d{1,2}:\d{1,2}:\d{1,2}$")).then(dashed)
    zoned = pl.when(text.str.contains(r"\d(Z|[+-]\d\d:?\d\d)$")).then(text.str.replace(r"Z$", "+00:00"))
    return pl.coalesce(
        seconds.str.to_datetime("%Y-%m-%d %H:%M:%S", strict=False),
        minutes.str.to_datetime("%Y-%m-%d %H:%M", strict=False),
        zoned.str.replace(" ", "T", literal=True)
        .str.to_datetime("%Y-%m-%dT%H:%M:%S%.f%:z", strict=False)
        .dt.convert_time_zone("Asia/Shanghai")
        .dt.replace_time_zone(None),
        _date(text, field).cast(pl.Datetime("us")),
    )


def _code(text: pl.Expr, _field: Field) -> pl.Expr:
    return compact(_ascii(text))


def _phone(text: pl.Expr, _field: Field) -> pl.Expr:
    found = _ascii(text).str.replace_all(r"[\s()（）]", "").str.replace(r"^(\+|00)86-?", "")
    is_one = found.str.contains(
        r"^(1[3-9]\d{9}|0\d{2,3}-?\d{7,8}(-\d{1,6})?|[2-9]\d{6,7}|(400|800)-?\d{3}-?\d{4}|1\d{2,4})$"
    )
    return pl.when(is_one).then(found)


def _degrees(most: int) -> Callable[[pl.Expr, Field], pl.Expr]:
    def read(text: pl.Expr, field: Field) -> pl.Expr:
        found = _number(text, field)
        return pl.when(found.abs() <= most).then(found)

    return read


_READERS: dict[Kind, Callable[[pl.Expr, Field], pl.Expr]] = {
    "text": _text,
    "integer": _integer,
    "number": _number,
    "boolean": _boolean,
    "date": _date,
    "datetime": _datetime,
    "identity": _code,
    "credit_code": _code,
    "phone": _phone,
    "longitude": _degrees(180),
    "latitude": _degrees(90),
}
_TYPES: dict[Kind, pl.DataType] = {
    "integer": pl.Int64(),
    "number": pl.Float64(),
    "boolean": pl.Boolean(),
    "date": pl.Date(),
    "datetime": pl.Datetime("us"),
    "longitude": pl.Float64(),
    "latitude": pl.Float64(),
}
