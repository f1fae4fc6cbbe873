"""Sound rows into the table of a staged version: encrypted where they name a person, written by COPY."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import polars as pl
from django.conf import settings
from django.db import connection
from psycopg import sql

from yicheng.apps.data.intake.rules import Field
from yicheng.apps.data.queries.staged import text_of
from yicheng.core.catalogue import public as catalogue
from yicheng.core.people.public import number_digest, seal

if TYPE_CHECKING:
    from yicheng.core.catalogue.public import Version

BLOCK_ROWS = 50_000
#: kinds of rules → kinds of the catalogue
_KINDS = {
    "identity": "code", "credit_code": "code", "phone": "text", "longitude": "number", "latitude": "number",
}  # fmt: skip
SEALED = "_sealed"
IDENTITY = "identity"
#: says whom a row is about: who uses it through a grant is shown to them
PERSON = "yicheng.identity"


def catalogue_fields(fields: Sequence[Field]) -> tuple[catalogue.Field, ...]:
    """The fields as the catalogue keeps them: an identity number as a keyed digest, and sealed beside it."""
    found = []
    for one in fields:
        kind: Any = "code" if one.kind == "text" and one.codes else _KINDS.get(one.kind, one.kind)
        term = PERSON if one.kind == IDENTITY else ""
        found.append(
            catalogue.Field(
                one.key, one.title, kind, one.unit, term, sensitivity=one.sensitivity, is_key=one.is_key
            )
        )
        if one.kind == IDENTITY:
            found.append(catalogue.Field(one.key + SEALED, one.title, "text", sensitivity=4))
    return tuple(found)


def point_of(fields: Sequence[Field]) -> tuple[str, str] | None:
    """The fields of longitude and latitude, where there is one of each."""
    lon = [one.key for one in fields if one.kind == "longitude"]
    lat = [one.key for one in fields if one.kind == "latitude"]
    return (lon[0], lat[0]) if len(lon) == 1 and len(lat) == 1 else None


def copy_sound(version: Version, sound: pl.DataFrame, fields: Sequence[Field]) -> int:
    """Write the rows in the caller's transaction; answers how many."""
    if sound.is_empty():
        return 0
    ready = stored(sound, fields)
    statement = sql.SQL("COPY {} ({}) FROM STDIN (FORMAT csv)").format(
        version.table, sql.SQL(", ").join(map(sql.Identifier, ready.columns))
    )
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for block in _blocks(ready):
            copy.write(block)
    return ready.height


def carry_over(version: Version, previous: Version, *, keys: Sequence[str]) -> None:
    """Take along the rows of the version before whose keys did not come again."""
    names = {one.key for one in previous.fields} & {one.key for one in version.fields}
    columns = sql.SQL(", ").join(sql.Identifier(name) for name in sorted(names))
    same = sql.SQL(" AND ").join(sql.SQL("new.{0} = old.{0}").format(sql.Identifier(key)) for key in keys)
    statement = sql.SQL(
        "INSERT INTO {new} ({columns}) SELECT {columns} FROM {old} AS old"
        " WHERE NOT EXISTS (SELECT 1 FROM {new} AS new WHERE {same}) ORDER BY _id"
    ).format(new=version.table, old=previous.table, columns=columns, same=same)
    with connection.cursor() as cursor:
        cursor.execute(text_of(statement))


def digest_of(number: str) -> str:
    """The keyed digest by which an identity number is found again."""
    return number_digest(number)


def stored(sound: pl.DataFrame, fields: Sequence[Field]) -> pl.DataFrame:
    """The rows as the table holds them: identity numbers as digest and sealed, times with their zone."""
    columns: list[pl.Expr | pl.Series] = []
    for one in fields:
        if one.kind == IDENTITY:
            numbers = sound[one.key].to_list()
            digests = [digest_of(number) if number else None for number in numbers]
            columns.append(pl.Series(one.key, digests, dtype=pl.String))
            sealed = [seal(number) if number else None for number in numbers]
            columns.append(pl.Series(one.key + SEALED, sealed, dtype=pl.String))
        elif one.kind == "datetime":
            columns.append(pl.col(one.key).dt.replace_time_zone(settings.TIME_ZONE, ambiguous="earliest"))
        else:
            columns.append(pl.col(one.key))
    return sound.select(columns)


def _blocks(ready: pl.DataFrame) -> Iterator[bytes]:
    """As CSV: text is quoted where it must be; a lone column always, or a backslash with a dot would end the copy."""
    style: Any = "always" if ready.width == 1 else "necessary"
    for block in ready.iter_slices(BLOCK_ROWS):
        yield block.write_csv(
            include_header=False, quote_style=style, datetime_format="%Y-%m-%dT%H:%M:%S%.f%:z"
        ).encode()
