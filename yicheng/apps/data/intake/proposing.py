"""Proposes the fields of a sheet nobody described yet: names, kinds, units, keys, and what looks personal."""

from __future__ import annotations

import re
from collections.abc import Sequence

import polars as pl
from pypinyin import lazy_pinyin

from yicheng.apps.data.intake.identity import compact, is_credit_code, is_identity
from yicheng.apps.data.intake.rules import Field, Kind
from yicheng.apps.data.intake.sheet import Sheet
from yicheng.apps.data.intake.values import values_of

SAMPLE = 20_000
#: a kind is proposed when at least this share of the filled cells is of it: the rest are faults to be told
ENOUGH = 0.9
#: in short tables, and where the heading names a unit, a few faults weigh less
ENOUGH_OF_FEW, FEW = 0.7, 20
LONGEST_KEY = 40
LONGEST_CODE = 20
_UNIT = re.compile(r"[（(]\s*(?:单位[:：]?)?([^（）()]{1,12})\s*[)）]\s*$")
#: units as they are written in headings → UCUM
UNITS = {
    "米": "m", "m": "m", "千米": "km", "公里": "km", "km": "km", "平方米": "m2", "㎡": "m2", "m2": "m2",
    "平方公里": "km2", "公顷": "har", "亩": "[mu]", "立方米": "m3", "m3": "m3", "吨": "t", "千克": "kg", "kg": "kg",
    "元": "CNY", "万元": "10*4.CNY", "亿元": "10*8.CNY", "人": "{person}", "万人": "10*4{person}", "%": "%", "％": "%",
    "℃": "Cel", "度": "deg", "千瓦": "kW", "千瓦时": "kW.h", "mg/m3": "mg/m3", "μg/m3": "ug/m3", "毫米": "mm",
    "分钟": "min", "小时": "h", "天": "d", "年": "a", "个": "{item}", "家": "{item}", "辆": "{item}", "张": "{item}",
}  # fmt: skip
_PERSONAL = re.compile(
    r"(姓名|身份证|手机|电话|住址|家庭地址|户籍|出生|性别|民族|银行|账号|病|诊断|病历|name|phone|mobile|birth)",
    re.IGNORECASE,
)
_COMPANY = re.compile(r"(企业|公司|单位|机构|法人|部门|店|场所|项目)")
_KEY = re.compile(r"(编号|编码|代码|证号|号码|^id$|_id$|code$|no$)", re.IGNORECASE)
_RESERVED = {
    "id",
    "row",
    "version",
    "geometry",
    "all",
    "user",
    "order",
    "select",
    "table",
    "where",
    "from",
    "to",
}
_ORDER: tuple[Kind, ...] = (
    "identity", "credit_code", "integer", "number", "date", "datetime", "boolean", "phone",
)  # fmt: skip


def propose(sheet: Sheet) -> list[Field]:
    """A field for each column, in order; a person looks over it before anything is loaded."""
    sample = sheet.cells.head(SAMPLE)
    keys = keys_of(sheet.columns)
    found = [
        _field(sample[str(at)], name, key)
        for at, (name, key) in enumerate(zip(sheet.columns, keys, strict=True))
    ]
    return _with_key(found, sample)


def keys_of(names: Sequence[str]) -> list[str]:
    """Names that columns of a table can bear, made of pinyin, each once."""
    taken: set[str] = set()
    keys = []
    for name in names:
        plain = "_".join(lazy_pinyin(_UNIT.sub("", name), errors="default"))
        key = re.sub(r"[^a-z0-9]+", "_", plain.lower()).strip("_")[:LONGEST_KEY].strip("_") or "field"
        if not key[0].isalpha() or key in _RESERVED:
            key = f"f_{key}"
        unique, number = key, 2
        while unique in taken:
            unique, number = f"{key[: LONGEST_KEY - 3]}_{number}", number + 1
        taken.add(unique)
        keys.append(unique)
    return keys


def _field(column: pl.Series, name: str, key: str) -> Field:
    filled = column.drop_nulls()
    unit = _unit(name)
    kind = _kind(name, filled, unit)
    return Field(
        key=key,
        title=_UNIT.sub("", name).strip() or name,
        kind=kind,
        source=name,
        unit=unit,
        sensitivity=_sensitivity(name, kind),
        is_required=column.null_count() == 0 and bool(column.len()),
        codes=_codes(filled, kind),
    )


def _kind(name: str, filled: pl.Series, unit: str) -> Kind:
    if filled.is_empty():
        return "text"
    for words, kind in ((r"^(经度|lon|lng|longitude)", "longitude"), (r"^(纬度|lat|latitude)", "latitude")):
        if re.match(words, name, re.IGNORECASE) and _share(filled, kind, unit) >= ENOUGH:  # type: ignore[arg-type]
            return kind  # type: ignore[return-value]
    enough = ENOUGH_OF_FEW if unit or filled.len() < FEW else ENOUGH
    for candidate in _ORDER:
        if not _is_plausible(candidate, name, filled):
            continue
        if _share(filled, candidate, unit) >= enough:
            return candidate
    return "text"


def _is_plausible(kind: Kind, name: str, filled: pl.Series) -> bool:
    """Digits alone prove nothing: codes begin with zeros, years are no days, 0 and 1 are often numbers."""
    if kind in ("integer", "number"):
        is_code = bool(_KEY.search(name)) or bool(filled.str.contains(r"^0\d+$").any())
        return not is_code and not re.search(r"(电话|手机|日期|时间|邮编)", name)
    if kind in ("date", "datetime"):
        return bool(re.search(r"(日期|时间|日$|年月|date|time|_at$)", name, re.IGNORECASE)) or bool(
            filled.head(200).str.contains(r"[年/\-]").all()
        )
    if kind == "boolean":
        return not filled.str.contains(r"^\d$").any() or "是否" in name
    if kind == "phone":
        return bool(re.search(r"(电话|手机|联系方式|phone|tel|mobile)", name, re.IGNORECASE))
    return True


def _share(filled: pl.Series, kind: Kind, unit: str) -> float:
    frame = pl.DataFrame({"text": filled})
    text = pl.col("text")
    if kind == "identity":
        fits = is_identity(compact(text))
    elif kind == "credit_code":
        fits = is_credit_code(compact(text))
    else:
        fits = values_of(Field("x", "x", kind, unit=unit), text).is_not_null()
    return float(frame.select(fits.mean()).item() or 0)


def _sensitivity(name: str, kind: Kind) -> int:
    if kind == "identity" or re.search(r"(身份证|病|诊断|银行账)", name):
        return 4
    if kind == "phone" or (_PERSONAL.search(name) and not _COMPANY.search(name)):
        return 3
    return 2


def _codes(filled: pl.Series, kind: Kind) -> tuple[str, ...]:
    """Few values that recur often are a code list."""
    if kind != "text" or filled.len() < 50:
        return ()
    distinct = filled.unique()
    if not 2 <= distinct.len() <= 12 or distinct.len() * 20 > filled.len():
        return ()
    if any(len(value) > LONGEST_CODE for value in distinct.to_list()):
        return ()
    rare = filled.value_counts().filter(pl.col("count") * 100 < filled.len())
    return () if rare.height * 2 > distinct.len() else tuple(sorted(distinct.to_list()))


def _unit(name: str) -> str:
    found = _UNIT.search(name)
    return UNITS.get(found[1].strip(), "") if found else ""


def _with_key(fields: Sequence[Field], sample: pl.DataFrame) -> list[Field]:
    """The first column that is filled, different in every row and named like a number becomes the key."""
    from dataclasses import replace

    best = None
    for at, one in enumerate(fields):
        column = sample[str(at)]
        if column.is_empty() or column.null_count() or column.n_unique() != column.len():
            continue
        rank = (one.kind in ("identity", "credit_code"), bool(_KEY.search(one.source)), -at)
        if (rank[0] or rank[1]) and (best is None or rank > best[0]):
            best = (rank, at)
    return [replace(one, is_key=best is not None and at == best[1]) for at, one in enumerate(fields)]
