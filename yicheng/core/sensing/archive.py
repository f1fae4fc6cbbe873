"""Cold months out of the database: each as one Parquet file that is read back before anything is dropped."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polars
from django.db import connection, transaction

from yicheng.core.kernel import clock
from yicheng.core.sensing import partitions

_ROWS = """
SELECT r.division_code, r.series_id, d.number AS device, s.property, s.channel, r.time, r.value, r.quality, r.timing,
       r.received_at
FROM {name} r JOIN sensing_series s ON s.id = r.series_id JOIN sensing_device d ON d.id = s.device_id
ORDER BY r.series_id, r.time
"""
_AT_ONCE = 200_000
SCHEMA: dict[str, Any] = {
    "division_code": polars.String,
    "series_id": polars.Int64,
    "device": polars.String,
    "property": polars.String,
    "channel": polars.String,
    "time": polars.Datetime("us", "UTC"),
    "value": polars.Float64,
    "quality": polars.Int16,
    "timing": polars.Int16,
    "received_at": polars.Datetime("us", "UTC"),
}


def archive(folder: Path, *, months_kept: int, is_dropped: bool) -> Iterator[str]:
    """Write every month older than ``months_kept`` that has no file yet; tells what it did, line by line.

    A month is dropped only when its file was read back with as many rows as it held.
    """
    folder.mkdir(parents=True, exist_ok=True)
    oldest_kept = partitions.name_of(partitions.month_after(clock.now().date(), -months_kept))
    for name in partitions.partitions():
        if name >= oldest_kept:
            continue
        path = folder / f"{name}.parquet"
        count = _write(name, path)
        if count == 0:
            path.unlink(missing_ok=True)
            yield f"{name}: empty"
        else:
            yield f"{path}: {count:,} readings"
        if is_dropped:
            with transaction.atomic():
                _lock(name)
                if _count(name) == count:
                    partitions.drop_month(name)
                    yield f"{name}: dropped"
                else:
                    yield f"{name}: kept, readings came in meanwhile"


def _write(name: str, path: Path) -> int:
    frames = []
    with transaction.atomic():
        connection.cursor().close()  # the connection is open
        raw: Any = connection.connection
        with raw.cursor(f"archive_{name}") as cursor:
            cursor.itersize = _AT_ONCE
            cursor.execute(_ROWS.format(name=name))
            while rows := cursor.fetchmany(_AT_ONCE):
                frames.append(polars.DataFrame(rows, schema=SCHEMA, orient="row"))
    whole = polars.concat(frames) if frames else polars.DataFrame(schema=SCHEMA)
    waiting = path.with_suffix(".part")
    whole.write_parquet(waiting, compression="zstd")
    if polars.scan_parquet(waiting).select(polars.len()).collect().item() != len(whole):
        raise OSError(f"{waiting} does not read back whole; nothing was dropped")
    waiting.replace(path)
    return len(whole)


def _lock(name: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"LOCK TABLE {name} IN SHARE ROW EXCLUSIVE MODE")


def _count(name: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {name}")  # noqa: S608
        return int(cursor.fetchone()[0])
