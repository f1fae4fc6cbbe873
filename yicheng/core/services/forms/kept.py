"""Answers that were kept: sent again as a browser would, to check a whole form that was filled in step by step."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.datastructures import MultiValueDict

from yicheng.core.services.forms import names
from yicheng.core.services.forms.parts import FIELDS, SEVERAL, FormSpec, Part, Step


def data_of(spec: FormSpec, answers: Mapping[str, Any]) -> MultiValueDict[str, Any]:
    """Kept answers as a browser would send them: to check a whole form that was filled in step by step."""
    data: MultiValueDict[str, Any] = MultiValueDict()
    for part in spec.walk():
        value = answers.get(part.key)
        if part.kind == "dynamiclist":
            rows = value if isinstance(value, list) else []
            data[f"{part.key}.count"] = str(len(rows))
            for at, row in enumerate(rows):
                for below in (inner for one in part.parts for inner in one.walk()):
                    _send(data, below, f"{part.key}.{at}.{below.key}", row.get(below.key))
        elif part.kind in FIELDS and part.kind != "filepicker":
            _send(data, part, part.key, value)
    return data


def _send(data: MultiValueDict[str, Any], part: Part, name: str, value: Any) -> None:
    if value is None or value is False or value == "":
        return
    if part.kind in SEVERAL:
        data.setlist(name, [str(one) for one in value])
    elif part.role == "point":
        lon, _sign, lat = str(value).partition(",")
        data[f"{name}_lon"], data[f"{name}_lat"] = lon, lat
    else:
        data[name] = "on" if value is True else str(value)


def visible_steps(spec: FormSpec, answers: Mapping[str, Any]) -> tuple[Step, ...]:
    """The steps that are asked with these answers."""
    found = names.names_of(answers)
    return tuple(step for step in spec.steps if not (step.hide and names.holds(step.hide, found)))
