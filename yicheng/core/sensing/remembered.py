"""What the worker knows of series when it shows readings to watchers: one query for those not in memory."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from time import monotonic
from typing import Any

from django.db import connection

from yicheng.core.sensing.declare import PROPERTIES
from yicheng.core.sensing.facts import SeriesFact

KEPT_S = 5.0
_facts: dict[int, SeriesFact] = {}
_read_at = 0.0
_COLUMNS = (
    "s.id, s.device_id, d.number, d.name, s.property, s.channel, d.organisation_id, d.division_code,"
    " d.bearer_kind, d.bearer_id, d.component, d.lon, d.lat"
)
FACTS = f"SELECT {_COLUMNS} FROM sensing_series s JOIN sensing_device d ON d.id = s.device_id"  # noqa: S608


def facts_of(series_ids: Iterable[int]) -> Mapping[int, SeriesFact]:
    """The facts of these series, from memory of at most ``KEPT_S`` seconds."""
    global _read_at
    if monotonic() - _read_at > KEPT_S:
        _facts.clear()
        _read_at = monotonic()
    wanted = set(series_ids)
    missing = wanted - _facts.keys()
    if missing:
        for fact in read_facts("WHERE s.id = ANY(%s)", [sorted(missing)]):
            _facts[fact.id] = fact
    return {series_id: _facts[series_id] for series_id in wanted if series_id in _facts}


def read_facts(where: str, values: list[Any]) -> list[SeriesFact]:
    """The facts of the series that a condition over ``s`` (series) and ``d`` (device) picks. One query."""
    with connection.cursor() as cursor:
        cursor.execute(f"{FACTS} {where} ORDER BY s.id", values)
        return [_fact(row) for row in cursor.fetchall()]


def forget_facts() -> None:
    """Drop what this process remembers: a device was bound or unbound."""
    _facts.clear()


def _fact(row: tuple[Any, ...]) -> SeriesFact:
    series, device, number, name, key, channel, organisation, division, kind, bearer, component, lon, lat = (
        row
    )
    unit = PROPERTIES.get(key).unit if key in PROPERTIES else ""
    return SeriesFact(
        series, device, number, name, key, channel, unit, organisation, division, kind, bearer, component, lon, lat
    )  # fmt: skip
