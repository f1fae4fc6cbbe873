"""A new application passes everything from its first minute."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.architecture.copies import Copy
from tests.architecture.tree import ROOT
from yicheng.runtime.scaffolding import NewApplication, Unusable, make


@pytest.mark.slow
def test_a_new_application_passes(tmp_path: Path) -> None:
    copy = Copy(tmp_path)
    copy.run("yicheng", "app", "parks", "--chinese", "公园")
    copy.run("yicheng", "docs")
    copy.run("yicheng", "check")
    assert "No changes detected" in copy.run("yicheng", "makemigrations", "--check", "--dry-run")
    copy.run("ruff", "check", "yicheng/apps/parks", "yicheng/config")
    copy.run("ruff", "format", "--check", "yicheng/apps/parks", "yicheng/config")
    copy.run("mypy", "--cache-dir", str(ROOT / ".mypy_cache"), "yicheng/apps/parks")
    assert "passed" in copy.test("tests", "yicheng/apps/parks")


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("Parks", "lower-case"),
        ("a", "lower-case"),
        ("class", "lower-case"),
        ("../core", "lower-case"),
        ("urban", "there"),
    ],
)
def test_unusable_names_change_nothing(name: str, reason: str, tmp_path: Path) -> None:
    (tmp_path / "apps" / "urban").mkdir(parents=True)
    with pytest.raises(Unusable, match=reason):
        make(NewApplication(name, "Parks", "公园"), package=tmp_path)
    assert [path.name for path in tmp_path.rglob("*")] == ["apps", "urban"]
