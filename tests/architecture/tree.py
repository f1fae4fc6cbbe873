"""The source tree as the architecture tests see it."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "yicheng"
_OWN_FOLDERS = ("yicheng", "tests", "bench", "assets", "cities", "docs")
_GENERATED = {"node_modules", "__pycache__", "build"}


def part_folders() -> list[Path]:
    """Every core package, face and application, and the runtime."""
    folders = [path for layer in ("core", "faces", "apps") for path in (PACKAGE / layer).iterdir()]
    parts = [path for path in folders if path.is_dir() and path.name != "__pycache__"]
    return sorted([*parts, PACKAGE / "runtime"])


def files(*suffixes: str, below: Path = ROOT) -> Iterator[Path]:
    """Our own files with these endings."""
    roots = [ROOT / name for name in _OWN_FOLDERS] if below == ROOT else [below]
    for root in roots:
        for path in sorted(root.rglob("*")):
            if path.suffix in suffixes and path.is_file() and not _GENERATED & set(path.parts):
                yield path


def relative(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def is_test(path: Path) -> bool:
    return "tests" in path.relative_to(ROOT).parts


@cache
def contract(name: str) -> dict[str, object]:
    """An import contract of ``pyproject.toml`` by its id."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    found: dict[str, object] = next(
        item for item in project["tool"]["importlinter"]["contracts"] if item["id"] == name
    )
    return found


@cache
def core_ranks() -> dict[str, int]:
    """Each core package's height in the contract of the core: kernel 0, higher ones more."""
    layers = contract("core")["layers"]
    assert isinstance(layers, list)
    return {
        name.strip(" ()"): height
        for height, layer in enumerate(reversed(layers))
        for name in layer.replace(":", "|").split("|")
    }


@cache
def exceptions() -> frozenset[tuple[str, str]]:
    """Rules broken on purpose: (rule, where)."""
    listed = tomllib.loads((Path(__file__).parent / "exceptions.toml").read_text(encoding="utf-8"))
    return frozenset((item["rule"], item["where"]) for item in listed.get("exception", []))


def unexcused(rule: str, found: list[str]) -> list[str]:
    """What was found without the places that the exceptions file excuses from this rule."""
    return [line for line in found if (rule, line.partition(":")[0]) not in exceptions()]
