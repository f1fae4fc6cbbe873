"""Loading a department's file with validation, beside a bare COPY of the very same rows into a table of the same columns."""

from __future__ import annotations

import random
import time
from collections.abc import Sequence
from typing import Any

from django.db import connection
from psycopg import sql
from stdnum.cn import uscc

from bench.table import Figure
from yicheng.apps.data.actions.loading import take_rows
from yicheng.apps.data.actions.sources import NewSource, agree_fields, set_up_source
from yicheng.apps.data.intake.opening import open_sheet
from yicheng.apps.data.intake.rules import Field
from yicheng.apps.data.models import Load
from yicheng.core.catalogue import public as catalogue
from yicheng.core.people.public import SYSTEM, organisation_ids

COLUMNS = (
    Field("no", "编号", is_key=True),
    Field("code", "统一社会信用代码", "credit_code", is_required=True),
    Field("name", "企业名称", is_required=True),
    Field("founded", "成立日期", "date", earliest="1949-10-01"),
    Field("capital", "注册资本", "number"),
    Field("staff", "从业人数", "integer"),
    Field("kind", "类型", codes=("有限公司", "个体", "合伙", "股份")),
    Field("phone", "电话", "phone"),
    Field("active", "是否存续", "boolean"),
    Field("address", "住所", pattern=".{3,80}"),
)
#: distinct codes: making a million takes longer than checking them
CODES = 20_000


def validated_load(rows: int) -> Figure:
    """A CSV in GB 18030 of ten columns: read, every rule checked, written, keys indexed, published."""
    content = _content(rows)
    source = set_up_source(
        SYSTEM, NewSource(f"bench.load_{rows}", "bench", min(organisation_ids().values()), "unconditional")
    )
    agree_fields(SYSTEM, source.pk, COLUMNS)
    began = time.perf_counter()
    load = take_rows(SYSTEM, source.pk, open_sheet(content), origin=Load.Origin.PUSH)
    took_s = time.perf_counter() - began
    if load.status != Load.Status.PUBLISHED or load.version_id is None:
        raise SystemExit(f"the load was not published: {load.fault} {load.refused_count} refused")
    bare_s = _bare_copy(catalogue.version(load.version_id))
    return Figure(
        f"load with validation of {rows:,} rows",
        rows / took_s,
        "rows/s",
        "a quarter of bare COPY",
        limit=rows / bare_s,
        limit_is="bare COPY of the same rows",
        note="GB 18030 CSV of ten columns; check digits, codes, bounds, pattern, unique key; staged, indexed, published",
    )


def _bare_copy(version: catalogue.Version) -> float:
    """Seconds for COPY of the same rows into an empty twin; the rows wait in memory."""
    raw: Any = connection.connection
    with raw.cursor() as cursor:
        cursor.execute(sql.SQL("CREATE TABLE bench_rows (LIKE {})").format(version.table))
        statement = sql.SQL("COPY {} TO STDOUT (FORMAT BINARY)").format(version.table)
        with cursor.copy(statement) as copy:
            blocks = _gathered([bytes(row) for row in copy])
    began = time.perf_counter()
    with raw.cursor() as cursor, cursor.copy("COPY bench_rows FROM STDIN (FORMAT BINARY)") as copy:
        for block in blocks:
            copy.write(block)
    took_s = time.perf_counter() - began
    with raw.cursor() as cursor:
        cursor.execute("DROP TABLE bench_rows")
    return took_s


def _gathered(rows: Sequence[bytes], *, size: int = 2_000) -> list[bytes]:
    return [b"".join(rows[at : at + size]) for at in range(0, len(rows), size)]


def _content(rows: int) -> bytes:
    chance = random.Random(20261123)
    codes = [_code(number) for number in range(min(rows, CODES))]
    lines = [",".join(field.title for field in COLUMNS)]
    for number in range(rows):
        year, month, day = 1990 + number % 35, number % 12 + 1, number % 28 + 1
        lines.append(
            f"N{number:09d},{codes[number % len(codes)]},样例企业{number},{year}年{month}月{day}日,"
            f'"{chance.randrange(1, 999)},{chance.randrange(100, 999)}.50",{number % 900},'
            f"{('有限公司', '个体', '合伙', '股份')[number % 4]},0371-{60000000 + number % 9999999},是,样例路{number % 997}号"
        )
    return "\n".join(lines).encode("gb18030")


def _code(number: int) -> str:
    start = f"91410100MA{number:07d}"
    return start + uscc.calc_check_digit(start + "0")
