"""Prepared statements: every kind of parameter arrives as it was, and the plan is made once."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import DataError, connection, transaction

from yicheng.core.kernel import statements

pytestmark = pytest.mark.django_db
MOMENT = datetime(2026, 3, 2, 2, 0, 1, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("bigint", 2**62),
        ("bigint", None),
        ("float8", 0.1),
        ("boolean", True),
        ("boolean", False),
        ("timestamptz", MOMENT),
        ("text", "100 % “路”\n\\'"),
        ("bytea", b"\x00\xff\\"),
        ("bigint[]", [1, -2]),
        ("text[]", ['a "b" \\ {c},', ""]),
        ("text[]", []),
    ],
)
def test_a_parameter_arrives_as_it_was(kind: str, value: Any) -> None:
    assert statements.run(f"SELECT %s::{kind}", [value]) == [(value,)]
    assert statements.run(f"SELECT %(v)s::{kind}", {"v": value}) == [(value,)]


def test_a_statement_is_prepared_once() -> None:
    for number in (1, 70_000, 2**40, None):
        statements.run("SELECT %s::bigint + 1 AS prepared_once", [number])
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE '%bigint + 1 AS prepared_once'"
        )
        assert cursor.fetchone() == (1,)


def test_what_answers_nothing_gives_no_rows() -> None:
    assert statements.run("SET LOCAL statement_timeout = '9s'") == []


def test_faults_are_django_s(db: None) -> None:
    with pytest.raises(DataError), transaction.atomic():
        statements.run("SELECT %s::bigint", ["x"])
    with pytest.raises(TypeError, match="no parameter"):
        statements.run("SELECT %s::text", [object()])
