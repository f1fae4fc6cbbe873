"""A corner of the sample city: its service items, forms, drawings and licences, with one district's bodies only."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path

from yicheng.core.kernel.pack import load_pack, open_pack

ZHENGZHOU = Path(__file__).resolve().parents[4] / "cities" / "zhengzhou"
WHOLE = [
    "city.toml",
    "calendar.csv",
    "roles.csv",
    "case_classes.csv",
    "numbering.csv",
    "known_answers.csv",
    "shared_records.csv",
    "licence_types.csv",
    "licence_fields.csv",
    "service_themes.csv",
    "life_events.csv",
    "service_items.csv",
    "service_materials.csv",
]
DIVISIONS = ("410100", "410105", "410105002", "410105002001", "410105012", "410105001")
Row = Mapping[str, str]


def write_small_pack(folder: Path) -> Path:
    """The pack's files in ``folder``, tables of places and bodies cut down to what the items name."""
    for name in WHOLE:
        shutil.copy(ZHENGZHOU / name, folder / name)
    for name in ("forms", "licences"):
        shutil.copytree(ZHENGZHOU / name, folder / name)
    (folder / "processes").mkdir()
    for path in (ZHENGZHOU / "processes").glob("services_*.bpmn"):
        shutil.copy(path, folder / "processes" / path.name)
    _cut(folder, "divisions.csv", lambda row: row["code"] in DIVISIONS)
    _cut(folder, "organisations.csv", lambda row: row["division"] in DIVISIONS)
    _cut(folder, "halls.csv", lambda row: row["division"] in DIVISIONS)
    return folder


def load_small_city(folder: Path) -> None:
    """Load it."""
    load_pack(open_pack(write_small_pack(folder)))


def _cut(folder: Path, name: str, keeps: Callable[[Row], bool]) -> None:
    with (ZHENGZHOU / name).open(encoding="utf-8") as source:
        table = csv.DictReader(source)
        rows = [row for row in table if keeps(row)]
        names = table.fieldnames or ()
    with (folder / name).open("w", encoding="utf-8", newline="") as target:
        writer = csv.DictWriter(target, names)
        writer.writeheader()
        writer.writerows(rows)
