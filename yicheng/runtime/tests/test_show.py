"""A demonstration that was interrupted is made anew, and no other database is ever emptied."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.db import connection

from yicheng.runtime import show
from yicheng.runtime.testing.template import copy_template

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(show, "home", lambda: tmp_path)
    return tmp_path


def test_a_database_that_no_build_began_with_stays(own_home: Path) -> None:
    said: list[str] = []
    show._start_over(said.append)
    (own_home / "demo-begun").write_text("yicheng at another server")
    show._start_over(said.append)
    assert said == []
    assert "people_account" in connection.introspection.table_names()


def test_an_unfinished_build_starts_over(own_home: Path) -> None:
    said: list[str] = []
    name = connection.settings_dict["NAME"]
    (own_home / "demo-begun").write_text(show._database())
    (own_home / "loaded-city").write_text("a pack")
    try:
        show._start_over(said.append)
        assert "made anew" in said[0]
        assert connection.introspection.table_names() == []
        assert list(own_home.iterdir()) == []
    finally:
        copy_template(name, is_own=True)
