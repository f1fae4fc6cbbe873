"""Array literals say what the lists say."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.db import connection

from yicheng.core.kernel.arrays import array


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("kind", "values"),
    [
        ("bigint", [1, -2, None, 2**62]),
        ("float8", [1.5, -1e-300, 1e300, float("inf"), None, 0.1]),
        ("boolean", [True, False, None]),
        ("timestamptz", [datetime(2026, 1, 2, 3, 4, 5, 678901, tzinfo=UTC), None]),
        ("bigint", []),
    ],
)
def test_it_comes_back_as_it_was(kind, values):
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT %s::{kind}[]", [array(values)])
        assert cursor.fetchone()[0] == values
