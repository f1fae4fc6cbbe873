"""The answer's bytes, written by PostgreSQL: one value comes over, however many rows there are.

Every form is an SQL expression over the rows; the statement answers (how many, mark of the last, the text).
Times are ISO 8601 in UTC. Cells of CSV that a spreadsheet would run are put behind an apostrophe.
"""

from __future__ import annotations

from collections.abc import Sequence

from psycopg import sql

from yicheng.core.catalogue.queries.readable import text_of

_FORMULA = "^[=+\\-@\\t\\r\\n＝＋－＠]"
_JSON = sql.SQL("coalesce(json_agg(to_json(cells) ORDER BY found._id), '[]')::text")
_NDJSON = sql.SQL("coalesce(string_agg(to_json(cells)::text, E'\\n' ORDER BY found._id) || E'\\n', '')")


def body_sql(rows: str, columns: Sequence[tuple[str, str]], *, form: str, person: str = "") -> str:
    """Parquet is made of NDJSON by the caller. ``rows`` answers the row's number, the columns (name, kind) and, where given, whom it is about."""
    keys = ["_id", *(name for name, _kind in columns), *(["_person"] if person else [])]
    names = sql.SQL(", ").join(map(sql.Identifier, keys))
    persons = sql.SQL("array_agg(DISTINCT found._person)" if person else "NULL")
    shown = sql.SQL(", ").join(sql.SQL("found.{}").format(sql.Identifier(name)) for name, _kind in columns)
    written = _csv(columns) if form == "csv" else (_JSON if form == "json" else _NDJSON)
    statement = sql.SQL(
        "SELECT count(*) AS rows, max(found._id)::text AS last, {written} AS body, {persons} AS persons FROM ({rows}) AS found ({names}),"
        " LATERAL (SELECT {shown}) AS cells"
    )
    return text_of(
        statement.format(written=written, persons=persons, rows=sql.SQL(rows), names=names, shown=shown)
    )


def _csv(columns: Sequence[tuple[str, str]]) -> sql.Composable:
    cells = sql.SQL(" || ',' || ").join(_csv_cell(name, kind) for name, kind in columns)
    return sql.SQL("coalesce(string_agg({}, E'\\r\\n' ORDER BY found._id) || E'\\r\\n', '')").format(cells)


def _csv_cell(name: str, kind: str) -> sql.Composable:
    cell = sql.SQL("cells.{}").format(sql.Identifier(name))
    if kind in ("integer", "number", "decimal", "date"):
        return sql.SQL("coalesce({}::text, '')").format(cell)
    if kind == "boolean":
        return sql.SQL("CASE {} WHEN true THEN 'true' WHEN false THEN 'false' ELSE '' END").format(cell)
    if kind == "datetime":
        return sql.SQL(
            "coalesce(to_char({} AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"'), '')"
        ).format(cell)
    guarded = sql.SQL("CASE WHEN {0}::text ~ {1} THEN '''' ELSE '' END || {0}::text").format(
        cell, sql.Literal(_FORMULA)
    )
    return sql.SQL("coalesce('\"' || replace({}, '\"', '\"\"') || '\"', '')").format(guarded)
