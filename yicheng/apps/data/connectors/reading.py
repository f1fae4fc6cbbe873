"""Reads a source as it is connected: one function for each kind, all answer a sheet or refuse in words."""

from __future__ import annotations

import json
import re
import ssl
from collections.abc import Callable, Iterator, Sequence
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

import msgspec
import psycopg
import pymysql
from django.utils.translation import gettext_lazy as _
from psycopg import sql

from yicheng.apps.data.intake.geojson import sheet_of_records, text_of
from yicheng.apps.data.intake.opening import open_sheet
from yicheng.apps.data.intake.sheet import MOST_ROWS, Sheet
from yicheng.apps.data.models import Source
from yicheng.core.events.public import Answer, Unreachable, call, safe_address
from yicheng.core.kernel.sheets.records import Unreadable
from yicheng.core.people.public import unseal

TIMEOUT_S = 60.0
CONNECT_S = 10
MOST_PAGES = 10_000
MOST_FETCHED = 1_000_000
PORTS = {"postgres": 5432, "mysql": 3306}
Call = Callable[..., Answer]


def read_source(source: Source, *, fetch: Call = call) -> Sheet:
    """Everything the source holds now. Raises ``Unreachable``, ``Unreadable``, ``Invalid``."""
    if source.kind == Source.Kind.HTTP:
        return _read_http(source, fetch)
    if source.kind == Source.Kind.POSTGRES:
        return _read_postgres(source)
    if source.kind == Source.Kind.MYSQL:
        return _read_mysql(source)
    raise Unreadable(_("“%(title)s” is not fetched by the platform."), title=source.title)


def _read_http(source: Source, fetch: Call) -> Sheet:
    if source.paging == Source.Paging.NONE:
        answer = _fetched(source, source.address, fetch)
        if not source.rows_path and answer.body.lstrip()[:1] != b"[":
            return open_sheet(answer.body)
        return _sheet(_rows(source, answer))
    records: list[dict[str, Any]] = []
    for page in _pages(source, fetch):
        records.extend(page)
        if len(records) > MOST_FETCHED:
            raise Unreadable(_("The source holds more than %(most)d rows."), most=MOST_FETCHED)
    return _sheet(records)


def _pages(source: Source, fetch: Call) -> Iterator[list[dict[str, Any]]]:
    """Page after page until one is empty or short; a source that repeats itself is stopped."""
    mark: str | None = {"page": "1", "offset": "0"}.get(source.paging, "")
    seen: set[bytes] = set()
    for number in range(1, MOST_PAGES + 1):
        answer = _fetched(source, _page_address(source, mark), fetch)
        rows = _rows(source, answer)
        if rows and answer.body in seen:
            raise Unreadable(
                _("The source answers page %(number)d with one that came before."), number=number
            )
        seen = {answer.body}
        if not rows:
            return
        yield rows
        if source.paging == Source.Paging.CURSOR:
            mark = text_of(_at(_decoded(answer), source.mark_path))
            if not mark:
                return
        elif source.size_name and len(rows) < source.page_size:
            return
        else:
            mark = str(number + 1 if source.paging == Source.Paging.PAGE else number * source.page_size)
    raise Unreadable(_("The source has more than %(most)d pages."), most=MOST_PAGES)


def _page_address(source: Source, mark: str | None) -> str:
    parts = urlsplit(source.address)
    query = [pair for pair in parse_qsl(parts.query, keep_blank_values=True) if pair[0] != source.page_name]
    if mark:
        query.append((source.page_name, mark))
    if source.size_name:
        query.append((source.size_name, str(source.page_size)))
    return urlunsplit(parts._replace(query=urlencode(query)))


def _fetched(source: Source, address: str, fetch: Call) -> Answer:
    headers = {"Accept": "application/json, text/csv, */*", "User-Agent": "yicheng"}
    if source.secret_sealed:
        headers["Authorization"] = f"Bearer {unseal(source.secret_sealed)}"
    answer = fetch(address, headers=headers, timeout_s=TIMEOUT_S)
    if answer.status != 200:
        raise Unreachable(_("The source answered with HTTP %(status)d."), status=answer.status)
    return answer


def _decoded(answer: Answer) -> Any:
    try:
        return msgspec.json.decode(answer.body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise Unreadable(_("The source did not answer with JSON.")) from None


def _rows(source: Source, answer: Answer) -> list[dict[str, Any]]:
    found = _at(_decoded(answer), source.rows_path)
    if not isinstance(found, list) or not all(isinstance(row, dict) for row in found):
        raise Unreadable(
            _("There is no list of rows at “%(path)s” in the source's answer."), path=source.rows_path or "."
        )
    return found


def _at(value: Any, path: str) -> Any:
    for name in path.split(".") if path else ():
        value = value.get(name) if isinstance(value, dict) else None
    return value


def _sheet(records: Sequence[dict[str, Any]]) -> Sheet:
    return sheet_of_records([{str(name): value for name, value in row.items()} for row in records], "json")


def _read_postgres(source: Source) -> Sheet:
    """One table or view, in a read-only transaction with a time limit, through the address that was checked."""
    host, port, database = _place(source)
    address = safe_address(host, port)
    try:
        with psycopg.connect(
            host=host,
            hostaddr=address,
            port=port,
            dbname=database,
            user=source.username,
            password=unseal(source.secret_sealed),
            connect_timeout=CONNECT_S,
            options=f"-c statement_timeout={int(TIMEOUT_S * 1000)} -c default_transaction_read_only=on",
        ) as connection:
            query = sql.SQL("SELECT * FROM {} LIMIT {}").format(
                sql.Identifier(*source.table.split(".")), sql.Literal(MOST_FETCHED + 1)
            )
            cursor = connection.execute(query)
            names = [column.name for column in cursor.description or ()]
            return _table(names, cursor.fetchall(), "postgres")
    except psycopg.Error as error:
        raise Unreachable(_("The database refused: %(error)s"), error=_line(error)) from None


def _read_mysql(source: Source) -> Sheet:
    host, port, database = _place(source)
    address = safe_address(host, port)
    table = ".".join(f"`{name}`" for name in source.table.split("."))
    if not re.fullmatch(r"`[\w$]+`(\.`[\w$]+`)?", table):
        raise Unreadable(_("Write the name of one table or view: schema.table"))
    try:
        connection = pymysql.connect(
            host=address,
            port=port,
            user=source.username,
            password=unseal(source.secret_sealed),
            database=database,
            charset="utf8mb4",
            connect_timeout=CONNECT_S,
            read_timeout=TIMEOUT_S,
            write_timeout=TIMEOUT_S,
            local_infile=False,
        )
        try:
            with connection.cursor() as cursor:
                cursor.execute("SET SESSION TRANSACTION READ ONLY")
                cursor.execute(f"SELECT * FROM {table} LIMIT {MOST_FETCHED + 1}")  # noqa: S608  a quoted, checked name
                names = [column[0] for column in cursor.description or ()]
                return _table(names, cursor.fetchall(), "mysql")
        finally:
            connection.close()
    except (pymysql.MySQLError, OSError, ssl.SSLError) as error:
        raise Unreachable(_("The database refused: %(error)s"), error=_line(error)) from None


def _place(source: Source) -> tuple[str, int, str]:
    where, _slash, database = source.address.rpartition("/")
    host, _colon, port = where.partition(":")
    return host, int(port) if port else PORTS[source.kind], database


def _table(names: Sequence[str], rows: Sequence[Sequence[Any]], format: str) -> Sheet:  # noqa: A002  the word for it
    if len(rows) > min(MOST_FETCHED, MOST_ROWS):
        raise Unreadable(_("The source holds more than %(most)d rows."), most=MOST_FETCHED)
    return (
        sheet_of_records([dict(zip(names, map(_cell, row), strict=True)) for row in rows], format)
        if rows
        else _empty(names, format)
    )


def _cell(value: Any) -> Any:
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, bytes | memoryview):
        return bytes(value).decode("utf-8", "replace")
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else str(value)


def _empty(names: Sequence[str], format: str) -> Sheet:  # noqa: A002  the word for it
    raise Unreadable(
        _("The table “%(names)s” of the source is empty."), names=", ".join(names)[:200] or format
    )


def _line(error: BaseException) -> str:
    """The first line of what a server said: the rest may name what nobody should see."""
    return str(error).strip().split("\n", 1)[0][:200]
