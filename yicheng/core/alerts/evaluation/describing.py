"""What a find about a series is about, in words: the thing that bears the device, or the device."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from yicheng.core.alerts.declare import ALERT_SUBJECTS, Described
from yicheng.core.alerts.evaluation.memory import Turn
from yicheng.core.alerts.subjects import described
from yicheng.core.sensing.declare import BEARERS, PROPERTIES
from yicheng.core.sensing.public import SeriesFact

#: UCUM codes that people write otherwise
WRITTEN = {"Cel": "℃", "[ppm]": "ppm", "ug/m3": "µg/m³", "um/m": "µε", "m/s2": "m/s²", "deg": "°", "lx.h": "lx·h",
           "mW/m2": "mW/m²", "{count}": "", "{state}": "", "dB[SPL]": "dB", "dB[mW]": "dBm", "1": ""}  # fmt: skip


def about_series(facts: Mapping[str, SeriesFact | None]) -> Mapping[str, Described]:
    """Subject → what it is. One call for each kind of bearer."""
    found = dict(described(facts))
    names = _bearer_names([fact for subject, fact in facts.items() if fact and subject not in found])
    for subject, fact in facts.items():
        if subject in found or fact is None:
            continue
        title = (
            names.get((fact.bearer_kind, fact.bearer_id))
            or f"{fact.device_name} {fact.device_number}".strip()
        )
        found[subject] = Described(
            title, _link(fact), fact.organisation_id, fact.division_code, fact.lon, fact.lat
        )
    return found


def _bearer_names(facts: list[SeriesFact]) -> Mapping[tuple[str, int], str]:
    ids: dict[str, set[int]] = defaultdict(set)
    for fact in facts:
        if fact.bearer_kind in BEARERS and fact.bearer_kind not in ALERT_SUBJECTS:
            ids[fact.bearer_kind].add(fact.bearer_id)
    return {
        (kind, bearer_id): name
        for kind, wanted in ids.items()
        for bearer_id, name in BEARERS.get(kind).name_of(sorted(wanted)).items()
    }


def _link(fact: SeriesFact) -> str:
    return BEARERS.get(fact.bearer_kind).link(fact.bearer_id) if fact.bearer_kind in BEARERS else ""


def values_of(fact: SeriesFact | None, turn: Turn) -> dict[str, Any]:
    """The placeholders of a rule's text that come from readings."""
    values: dict[str, Any] = {}
    if fact is not None:
        values = {"unit": written(fact.unit), "device": fact.device_name, "component": fact.component}
        values["property"] = fact.property
    if turn.value is not None:
        values["value"] = _rounded(turn.value, fact)
    if turn.limit is not None:
        values["limit"] = turn.limit
    return values


def written(unit: str) -> str:
    """A unit as people write it."""
    return WRITTEN.get(unit, unit)


def _rounded(value: float, fact: SeriesFact | None) -> float:
    decimals = PROPERTIES.get(fact.property).decimals if fact and fact.property in PROPERTIES else 2
    return round(value, decimals)
