"""The delete test: without any one application, the city still checks, migrates and passes its tests."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.architecture.copies import Copy
from tests.architecture.tree import part_folders

APPLICATIONS = [part.name for part in part_folders() if part.parent.name == "apps"]


@pytest.mark.slow
@pytest.mark.parametrize("application", APPLICATIONS)
def test_the_city_works_without(application: str, tmp_path: Path) -> None:
    copy = Copy(tmp_path)
    shutil.rmtree(copy.root / "yicheng" / "apps" / application)
    installed = copy.root / "yicheng" / "config" / "installed.py"
    line = f'    "yicheng.apps.{application}",\n'
    assert line in installed.read_text(encoding="utf-8")
    installed.write_text(installed.read_text(encoding="utf-8").replace(line, ""), encoding="utf-8")

    copy.run("yicheng", "check")
    copy.run("yicheng", "makemigrations", "--check", "--dry-run")
    copy.run("yicheng", "docs")
    assert "passed" in copy.test("tests", "yicheng/faces")
