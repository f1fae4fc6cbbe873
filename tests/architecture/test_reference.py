"""The reference says what the code says."""

from __future__ import annotations

from tests.architecture.tree import ROOT
from yicheng.runtime import reference


def test_reference_is_up_to_date() -> None:
    folder = ROOT / "docs" / "reference"
    written = {path.name: path.read_text(encoding="utf-8") for path in folder.glob("*.md")}
    stale = sorted(name for name, text in reference.pages().items() if written.get(name) != text)
    gone = sorted(set(written) - set(reference.pages()))
    assert not stale + gone, "run `yicheng docs`"


def test_every_environment_variable_is_explained() -> None:
    unexplained = {name: item.file for name, item in reference.variables().items() if not item.about}
    assert not unexplained, "put a #: comment above, or a sentence into a docstring"
