"""The sample items fit together: what a table names is there, and an application's answers fill its licence."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from yicheng.apps.government.tests.smallcity import ZHENGZHOU, write_small_pack
from yicheng.core.cases.engine.documents import read_documents
from yicheng.core.cases.engine.drawing import read_drawing
from yicheng.core.kernel.pack import check_pack, open_pack


def table(name: str) -> list[dict[str, str]]:
    with (ZHENGZHOU / name).open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


ITEMS = table("service_items.csv")
WHOLE = [item for item in ITEMS if item["licence_type"]]


def keys_of(form: str) -> set[str]:
    schema = json.loads((ZHENGZHOU / "forms" / f"{form}.json").read_text(encoding="utf-8"))

    def walk(parts: list[dict[str, Any]]) -> set[str]:
        found = {part["key"] for part in parts if "key" in part}
        return found.union(*(walk(part["components"]) for part in parts if part["type"] == "group"))

    return walk(schema["components"])


def test_the_list_is_as_large_as_it_says() -> None:
    levels = {item["level"] for item in ITEMS}
    assert (len(ITEMS), len({item["organisation"] for item in ITEMS})) == (58, 25)
    assert levels == {"city", "county", "town", "village"}
    assert len(WHOLE) == 6


def test_the_small_pack_has_no_faults(tmp_path: Path) -> None:
    found = check_pack(open_pack(write_small_pack(tmp_path)))
    assert [str(one) for one in found if one.severity == "error"] == []


@pytest.mark.parametrize("item", WHOLE, ids=lambda item: item["code"])
def test_answers_fill_the_licence(item: dict[str, str]) -> None:
    answers = keys_of(item["form"])
    needed = [
        field["key"]
        for field in table("licence_fields.csv")
        if field["type"] == item["licence_type"] and field["is_required"] == "true"
    ]
    assert needed
    assert [key for key in needed if key not in answers and f"new_{key}" not in answers] == []


@pytest.mark.parametrize("item", ITEMS, ids=lambda item: item["code"])
def test_every_drawn_step_has_its_body(item: dict[str, str]) -> None:
    name = item["process"].replace(".", "_", 1) + ".bpmn"
    drawing = read_drawing(read_documents({name: (ZHENGZHOU / "processes" / name).read_bytes()}))
    steps = {node.id for node in drawing.nodes.values() if node.is_step}
    named = {text.partition("=")[0] for text in item["elements"].split(";")}
    assert named == steps


def test_prefills_are_known_somewhere() -> None:
    """A name that no source gives would never be filled; those of the party itself come from its identity."""
    known = {row["answer"] for row in table("known_answers.csv")}
    own = ("party.", "applicant.", "account.", "company.number")
    asked = set()
    for path in (ZHENGZHOU / "forms").glob("*.json"):
        text = path.read_text(encoding="utf-8")
        asked |= {line.split('"')[3] for line in text.splitlines() if '"prefill":' in line}
    assert {name for name in asked if not name.startswith(own)} - known == set()
