"""The invented town, loaded; every test begins without this process's copy of another one's."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from yicheng.core.kernel.pack import load_pack, open_pack
from yicheng.core.places.atlas import forget
from yicheng.runtime.testing.rows import shared_rows

TINYTOWN = Path(__file__).resolve().parents[4] / "tests" / "cities" / "tinytown"


@pytest.fixture(autouse=True)
def no_copy() -> Iterator[None]:
    forget()
    yield
    forget()


@pytest.fixture
def tinytown(pack_rows: None, db: None) -> Path:
    """Tinytown in the database; answers the pack's folder."""
    return TINYTOWN


pack_rows = shared_rows(lambda: load_pack(open_pack(TINYTOWN)))
