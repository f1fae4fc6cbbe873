"""Every text of every part is translated into Chinese, with the same placeholders."""

from __future__ import annotations

from pathlib import Path

import pytest

from yicheng.runtime import catalogues


@pytest.mark.parametrize("part", catalogues.folders(), ids=lambda part: f"{part.parent.name}/{part.name}")
@pytest.mark.parametrize("language", catalogues.LANGUAGES)
def test_catalogue_is_complete(part: Path, language: str) -> None:
    found = list(catalogues.faults(part, language))
    assert not found, "\n".join(
        [f"{len(found)} texts: run `yicheng messages extract`, then translate", *found[:5]]
    )
