"""Looks into the table of a version that is not published yet."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import polars as pl
from django.db import connection
from psycopg import sql

if TYPE_CHECKING:
    from yicheng.apps.data.intake.rules import Field
    from yicheng.core.catalogue.public import Version


def first_rows(version: Version, keys: Sequence[str], *, most: int) -> list[tuple[Any, ...]]:
    """Some rows of these fields, as they came."""
    return _fetch(
        sql.SQL("SELECT {} FROM {} ORDER BY _id LIMIT {}").format(
            _names(keys), version.table, sql.Literal(most)
        )
    )


def staged_values(version: Version, key: str, *, among: Sequence[Any]) -> pl.Series:
    """Which of these values a field of the staged rows holds already, as text."""
    statement = sql.SQL("SELECT {0}::text FROM {1} WHERE {0}::text = ANY(%s)").format(
        sql.Identifier(key), version.table
    )
    with connection.cursor() as cursor:
        cursor.execute(text_of(statement), [[str(one) for one in among]])
        return pl.Series([row[0] for row in cursor.fetchall()], dtype=pl.String)


def twins(version: Version, rows: pl.DataFrame, fields: Sequence[Field]) -> Field | None:
    """A field that must be unique in which one of these rows has the value of a row with another key, or None."""
    keys = [one.key for one in fields if one.is_key]
    for one in fields:
        if not one.is_unique or one.is_key or one.kind == "identity":
            continue
        new = rows.select([*keys, one.key]).drop_nulls(one.key).unique()
        statement = sql.SQL(
            "SELECT 1 FROM json_populate_recordset(NULL::{0}, %s::json) AS new JOIN {0} AS old"
            " ON old.{1} = new.{1} AND NOT ({2}) LIMIT 1"
        ).format(
            version.table,
            sql.Identifier(one.key),
            sql.SQL(" AND ").join(sql.SQL("old.{0} = new.{0}").format(sql.Identifier(key)) for key in keys),
        )
        with connection.cursor() as cursor:
            cursor.execute(text_of(statement), [new.write_json()])
            if cursor.fetchone():
                return one
    return None


def text_of(statement: sql.Composable) -> str:
    """The SQL as text, for Django's cursor."""
    connection.ensure_connection()
    return statement.as_string(connection.connection)


def _names(keys: Sequence[str]) -> sql.Composable:
    return sql.SQL(", ").join(map(sql.Identifier, keys))


def _fetch(statement: sql.Composable) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(text_of(statement))
        found: list[tuple[Any, ...]] = cursor.fetchall()
    return found
