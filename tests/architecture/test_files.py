"""How files look: small, explained, in the folder where a reader expects them."""

from __future__ import annotations

import ast
import re
import tomllib
from datetime import date
from pathlib import Path

from tests.architecture.tree import PACKAGE, ROOT, files, is_test, part_folders, relative, unexcused

LONGEST = 500
DRAWERS = {"utils", "util", "helpers", "helper", "common", "misc", "manager", "managers", "tools", "lib"}
_SIGNAL_WORDS = re.compile(r"django\.dispatch|\.signals\b")
OBLIGATORY = ("README.md", "apps.py", "__init__.py")


def code() -> list[Path]:
    return [path for path in files(".py") if "migrations" not in path.parts]


def test_no_file_is_longer_than_500_lines() -> None:
    found = [
        f"{relative(path)}: {count} lines"
        for path in files(".py", ".js", ".mjs", ".css", ".html")
        if "migrations" not in path.parts
        and (count := len(path.read_text(encoding="utf-8").splitlines())) > LONGEST
    ]
    assert not unexcused("size", found)


def test_every_module_says_why_it_exists() -> None:
    found = [
        f"{relative(path)}: no opening sentence"
        for path in code()
        if (text := path.read_text(encoding="utf-8").strip()) and not text.startswith('"""')
    ]
    assert not unexcused("docstring", found)


def test_no_drawers() -> None:
    found = [
        f"{relative(path)}: name the subject"
        for path in files(".py")
        if DRAWERS & {path.stem, *path.relative_to(ROOT).parts[:-1]}
    ]
    assert not unexcused("drawers", found)


def test_every_part_has_its_readme_and_is_named_to_django() -> None:
    missing = [
        f"{relative(part)}/{name}"
        for part in part_folders()
        for name in OBLIGATORY
        if not (part / name).exists()
    ]
    assert not missing


def test_every_application_has_tests() -> None:
    applications = [part for part in part_folders() if part.parent.name == "apps"]
    assert not [relative(part) for part in applications if not list((part / "tests").glob("test_*.py"))]


def test_no_signals() -> None:
    """What follows from a write stands in the action, or is a reaction to an event."""
    found = [
        f"{relative(path)}: {node.module}"
        for path in code()
        if not is_test(path) and _SIGNAL_WORDS.search(text := path.read_text(encoding="utf-8"))
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.ImportFrom)
        and node.module
        and (node.module == "django.dispatch" or node.module.endswith(".signals"))
    ]
    assert not unexcused("signals", found)


def test_models_are_imported_not_looked_up() -> None:
    """``get_model`` would hide a dependency from the import contracts."""
    found = [
        f"{relative(path)}: get_model"
        for path in files(".py", below=PACKAGE)
        if not is_test(path)
        and "migrations" not in path.parts
        and "get_model(" in path.read_text(encoding="utf-8")
    ]
    assert not unexcused("get_model", found)


def test_only_config_names_the_applications() -> None:
    applications = [part.name for part in part_folders() if part.parent.name == "apps"]
    found = [
        f"{relative(path)}: names {application}"
        for path in files(".py", ".html", below=PACKAGE)
        for application in applications
        if not is_test(path)
        and path.relative_to(PACKAGE).parts[0] != "config"
        and path.relative_to(PACKAGE).parts[:2] != ("apps", application)
        and f"yicheng.apps.{application}" in path.read_text(encoding="utf-8")
    ]
    assert not unexcused("names", found)


def test_no_city_in_the_source() -> None:
    names = set()
    for settings in (ROOT / "cities").glob("*/city.toml"):
        city = tomllib.loads(settings.read_text(encoding="utf-8"))["city"]
        names |= {
            settings.parent.name.lower(),
            city["name"].lower(),
            city["name"].removesuffix("市"),
            city["name_en"].lower(),
        }
    found = [
        f"{relative(path)}: {name}"
        for folder in (PACKAGE, ROOT / "assets")
        for path in files(
            ".py", ".html", ".js", ".mjs", ".css", ".bpmn", ".dmn", ".po", ".sql", ".toml", below=folder
        )
        for name in sorted(names)
        if not is_test(path) and name in path.read_text(encoding="utf-8").lower()
    ]
    assert not unexcused("city", found)


def test_exceptions_are_dated_and_needed() -> None:
    listed = tomllib.loads((Path(__file__).parent / "exceptions.toml").read_text(encoding="utf-8"))
    for item in listed.get("exception", []):
        assert isinstance(item["since"], date), item
        assert item["reason"], item
        assert "/" not in item["where"] or (ROOT / item["where"]).exists(), (
            f"{item['where']} is gone: drop its exception"
        )
