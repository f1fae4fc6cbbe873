"""The catalogue of data: search over many entries, and exports of many rows, beside what bare PostgreSQL does."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from resource import RUSAGE_SELF, getrusage
from typing import Any

from django.db import connection

from bench.table import Figure, percentile
from yicheng.core.catalogue import export, indexing, parquet
from yicheng.core.catalogue import public as catalogue
from yicheng.core.catalogue.facts import Field, NewDataSet
from yicheng.core.catalogue.models import CatalogueEntry
from yicheng.core.kernel.pinyin import sort_key
from yicheng.core.people.models import Organisation
from yicheng.core.people.public import STRANGER, SYSTEM, Viewer

THINGS = (
    "道路",
    "桥梁",
    "路灯",
    "井盖",
    "公园",
    "学校",
    "医院",
    "养老机构",
    "避难场所",
    "水位",
    "空气质量",
    "企业登记",
)
KINDS = ("名录", "统计", "监测数据", "审批信息", "检查记录", "年度报告", "台账", "分布图")
PLACES = tuple(f"第{number}区" for number in range(1, 41))
WORDS = ("避难场所", "空气质量 监测", "桥梁", "企业登记 年度报告", "路灯 台账 第7区", "学校", "数据", "")
FIELDS = (
    Field("code", "编号", "code", is_key=True),
    Field("name", "名称"),
    Field("beds", "床位", "integer"),
    Field("fee", "费用", "number"),
    Field("opened", "启用日期", "date"),
    Field("checked_at", "检查时间", "datetime"),
    Field("is_open", "是否开放", "boolean"),
    Field("lon", "经度", "number"),
    Field("lat", "纬度", "number"),
    Field("kind", "类别", "code"),
)


def search(entries: int) -> Figure:
    """The 95th percentile of a search with facets and a page of twenty, as staff."""
    _lay_entries(entries)
    clerk = Viewer(kind="staff")
    samples = [_timed(partial(catalogue.find, clerk, words)) for words in WORDS * 25]
    bare = [_timed(partial(_bare_search, words)) for words in WORDS * 25]
    return Figure(
        f"search of the catalogue, {entries:,} entries",
        percentile(samples, 0.95) * 1000,
        "ms p95",
        "under 50 ms",
        limit=percentile(bare, 0.95) * 1000,
        limit_is="LIKE over title and summary, by psycopg",
        note="counts by five facets, 20 entries with their fields",
    )


def exports(rows: int) -> list[Figure]:
    """Rows a second of CSV and Parquet, against bare COPY TO STDOUT of the same rows; memory that they took."""
    version = _lay_rows(rows)
    read = catalogue.readable("bench.rows")
    columns = ", ".join(field.key for field in FIELDS)
    table = version.table.as_string(connection.connection)
    bare = min(
        _taken(_bare_copy(f"COPY (SELECT {columns} FROM {table} ORDER BY _id) TO STDOUT")) for _ in range(2)
    )
    figures = []
    for name, blocks in (("CSV", export.csv_blocks), ("Parquet", parquet.parquet_blocks)):
        before = _peak_mb()
        took_s = min(_taken(blocks(read.query(STRANGER))) for _ in range(2))
        figures.append(
            Figure(
                f"export of {rows:,} rows of ten columns as {name}",
                rows / took_s,
                "rows/s",
                "half of bare COPY",
                limit=rows / bare,
                limit_is="bare COPY TO STDOUT",
                note=f"peak memory grew by {_peak_mb() - before:.0f} MB",
            )
        )
    return figures


def _lay_entries(entries: int) -> None:
    body, _made = Organisation.objects.get_or_create(
        code="bench", defaults={"name": "数据局", "kind": "bureau", "path": "/"}
    )
    titles = itertools.product(THINGS, KINDS, PLACES)
    rows = []
    for number in range(entries):
        thing, kind, place = next(titles, ("其他", "数据", f"第{number}号"))
        title = f"{place}{thing}{kind}"
        rows.append(
            CatalogueEntry(
                key=f"bench.e{number}",
                kind="data_set",
                title=title,
                sort_key=sort_key(title),
                summary=f"{place}范围内{thing}的{kind}，由主管部门按期更新，供各部门共享使用。",
                organisation=body,
                share_type=("unconditional", "conditional", "not_shared")[number % 3],
                is_open=number % 3 == 0,
                category=("theme.health", "theme.construction", "theme.environment")[number % 3],
                keywords=[thing, kind],
            )
        )
    CatalogueEntry.objects.bulk_create(rows, batch_size=2000)
    for begin in range(0, len(rows), 2000):
        indexing.index(rows[begin : begin + 2000])
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE catalogue_entry")


def _lay_rows(rows: int) -> catalogue.Version:
    body = Organisation.objects.get(code="bench")
    new = NewDataSet("bench.rows", "测量", body.pk, "unconditional", is_open=True, fields=FIELDS)
    catalogue.register_data_set(SYSTEM, new)
    version = catalogue.begin_version(SYSTEM, "bench.rows", FIELDS)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {version.table.as_string(connection.connection)} ({', '.join(f.key for f in FIELDS)})"
            " SELECT 'A' || i, '人民公园第' || i || '号', i %% 1000, (i %% 777) / 7.0, date '2020-01-01' + (i %% 1000),"
            " timestamptz '2024-01-01 00:00Z' + i * interval '1 second', i %% 2 = 0, 113.5 + (i %% 1000) / 3000.0,"
            " 34.5 + (i %% 997) / 3000.0, 'x' || i %% 13 FROM generate_series(1, %s) AS i",
            [rows],
        )
    return catalogue.publish_version(SYSTEM, version.id)


def _bare_search(words: str) -> Sequence[Any]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, title FROM catalogue_entry WHERE title || summary LIKE ALL (%s) ORDER BY sort_key LIMIT 20",
            [[f"%{word}%" for word in words.split()] or ["%"]],
        )
        rows: Sequence[Any] = cursor.fetchall()
    return rows


def _bare_copy(statement: str) -> Iterator[bytes]:
    raw: Any = connection.connection
    with raw.cursor() as cursor, cursor.copy(statement) as copy:
        yield from copy


def _taken(blocks: Iterable[bytes]) -> float:
    began = time.perf_counter()
    for _block in blocks:
        pass
    return time.perf_counter() - began


def _timed(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def _peak_mb() -> float:
    return getrusage(RUSAGE_SELF).ru_maxrss / 1024
