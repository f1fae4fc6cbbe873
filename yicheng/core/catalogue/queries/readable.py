"""The rows of an entry as one SQL query, for a viewer or for who has been granted some of it.

Declared resources (the viewer's own rows, by their queryset) and data sets (the table of the current version) are
read alike. Every text of a reader becomes a parameter; every name is a declared field, quoted by psycopg.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal, LiteralString

from django.db import connection
from django.utils.translation import gettext_lazy as _
from psycopg import sql
from psycopg.sql import Composable

from yicheng.core.catalogue import filters
from yicheng.core.catalogue.declare import RESOURCES, Resource
from yicheng.core.catalogue.facts import ROW_ID, SCHEMA, Entry, Field
from yicheng.core.catalogue.models import CatalogueEntry
from yicheng.core.catalogue.queries import declared
from yicheng.core.catalogue.queries.entries import MANAGE, entries_of
from yicheng.core.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from yicheng.core.people.public import SYSTEM, Viewer

PAGE_SIZE = 100
MOST_SKIPPED = 100_000
#: of longer tables figures for a chart come from the first rows
LOOKED_AT = 20_000
#: the highest sensitivity that leaves at all
HIGHEST = 3
Masking = Literal["hide", "ends", "middle", "tail", "year", "digest"]
_SOURCE = sql.Identifier("readable")


@dataclass(frozen=True, slots=True)
class Order:
    """A field to sort by."""

    field: str
    descending: bool = False


@dataclass(frozen=True, slots=True)
class Query:
    """A composed query. ``columns`` are the fields it answers, in order; with ``has_id`` the row's number is first."""

    sql: Composable
    params: tuple[Any, ...]
    columns: tuple[Field, ...]
    has_id: bool = False
    counted: Composable | None = None
    counted_params: tuple[Any, ...] = ()

    def rows(self) -> list[tuple[Any, ...]]:
        """All rows at once."""
        with connection.cursor() as cursor:
            cursor.execute(text_of(self.sql), self.params)
            found: list[tuple[Any, ...]] = cursor.fetchall()
        return found

    def count(self, *, most: int | None = None) -> int:
        """How many rows there are in all, without limit and mark; ``most``: count no further."""
        limit = sql.SQL("") if most is None else sql.SQL(" LIMIT {}").format(sql.Literal(most))
        begun = self.counted or sql.SQL("FROM ({}) AS found").format(self.sql)
        params = self.counted_params if self.counted else self.params
        statement = sql.SQL("SELECT count(*) FROM (SELECT 1 {}{}) AS counted").format(begun, limit)
        with connection.cursor() as cursor:
            cursor.execute(text_of(statement), params)
            found: int = cursor.fetchone()[0]
        return found


@dataclass(frozen=True, slots=True)
class RowPage:
    """Some rows. ``next`` marks the page after, or None; ``ids`` are the rows' numbers."""

    columns: tuple[Field, ...]
    rows: Sequence[tuple[Any, ...]]
    ids: Sequence[int | str]
    next: str | None


@dataclass(frozen=True, slots=True)
class Readable:
    """An entry that can be read, as it stands in this moment."""

    entry: Entry
    resource: Resource | None = None

    def fields(self, viewer: Viewer | None) -> tuple[Field, ...]:
        """The fields this viewer may read; ``None``: all that may leave at all. Raises ``Forbidden``."""
        level = HIGHEST if viewer is None else self.level(viewer)
        return tuple(one for one in self.entry.fields if one.sensitivity <= level)

    def level(self, viewer: Viewer) -> int:
        """Up to which sensitivity this viewer reads. Raises ``Forbidden`` where they may read nothing."""
        if self.resource is not None:
            declared.resource(viewer, self.resource.key)
            if not self.entry.is_open and viewer.kind not in ("staff", "system"):
                raise NotFound(_("There are no data named “%(key)s”."), key=self.entry.key)
            return declared.level_of(viewer)
        return _data_set_level(viewer, self.entry)

    @property
    def can_search(self) -> bool:
        """Whether rows can be looked for by words."""
        return self.resource is None or self.resource.find is not None

    def counts(
        self, viewer: Viewer | None, field: str, *, most: int, looked_at: int = LOOKED_AT
    ) -> list[tuple[Any, int]]:
        """How often each value of a field occurs among the first ``looked_at`` rows, the most frequent first."""
        inner = self.query(viewer, fields=[field], limit=looked_at)
        statement = sql.SQL(
            "SELECT {0}, count(*) FROM ({1}) AS looked_at GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT {2}"
        ).format(sql.Identifier(field), inner.sql, sql.Literal(most))
        return [(value, count) for value, count in Query(statement, inner.params, inner.columns).rows()]

    def query(
        self,
        viewer: Viewer | None,
        *,
        fields: Sequence[str] | None = None,
        where: filters.Filter | None = None,
        words: str = "",
        order: Sequence[Order] = (),
        limit: int | None = None,
        offset: int = 0,
        after: str = "",
        masks: Mapping[str, Masking] | None = None,
        with_id: bool = False,
        only_id: str = "",
        beside: str = "",
    ) -> Query:
        """The rows as one query. ``viewer`` None: the caller has checked a grant and gives its fields, rows, masks.

        ``where`` and ``order`` look only at fields that the viewer may read. ``after`` is the number of a row (the
        page's ``next``) and goes with the usual order only. ``words`` are looked for as the resource declares, in
        data sets in all texts. ``only_id``: the one row with this number. ``beside``: a field of any sensitivity, answered
        last, that the caller keeps to itself. Raises ``Invalid``, ``Forbidden``, ``SignInRequired``.
        """
        offered = {one.key: one for one in self.fields(viewer)}
        wanted = tuple(_named(offered, key) for key in (offered if fields is None else fields))
        ground = filters.Ground(offered, *self._place(offered))
        condition = filters.compiled(self._wanted(where, words, offered), ground)
        source, source_params = self._source(viewer, words)
        begun = sql.SQL("FROM {} AS {} WHERE {}").format(source, _SOURCE, condition.sql)
        params = (*source_params, *condition.params)
        mark, mark_params = self._mark(after, order, only_id)
        cells = [_cell(one, (masks or {}).get(one.key)) for one in wanted]
        wanted = tuple(replace(one, kind="text") if one.key in (masks or {}) else one for one in wanted)
        if with_id:
            cells.insert(0, sql.Identifier(ROW_ID))
        if beside:
            cells.append(sql.Identifier(_named({one.key: one for one in self.entry.fields}, beside).key))
        statement = sql.SQL("SELECT {} {}{} ORDER BY {}{}").format(
            sql.SQL(", ").join(cells) if cells else sql.SQL("NULL"),
            begun,
            mark,
            _ordering(order, offered),
            _window(limit, offset),
        )
        return Query(statement, (*params, *mark_params), wanted, with_id, begun, params)

    def page(
        self,
        viewer: Viewer | None,
        *,
        fields: Sequence[str] | None = None,
        where: filters.Filter | None = None,
        words: str = "",
        after: str = "",
        limit: int = PAGE_SIZE,
        masks: Mapping[str, Masking] | None = None,
    ) -> RowPage:
        """One page in the usual order: one query, the same for the first page and the last."""
        query = self.query(
            viewer,
            fields=fields,
            where=where,
            words=words,
            limit=limit + 1,
            after=after,
            masks=masks,
            with_id=True,
        )
        found = query.rows()
        more = str(found[limit - 1][0]) if len(found) > limit else None
        shown = found[:limit]
        return RowPage(query.columns, [row[1:] for row in shown], [row[0] for row in shown], more)

    def _place(self, offered: Mapping[str, Field]) -> tuple[tuple[str, str] | None, str]:
        point = self.entry.point
        if point is not None and not set(point) <= offered.keys():
            point = None
        return point, self.entry.geometry if self.entry.geometry in offered else ""

    def _wanted(
        self, where: filters.Filter | None, words: str, offered: Mapping[str, Field]
    ) -> filters.Filter:
        parts = [] if where is None else [where]
        if words and self.resource is None:
            texts = [one.key for one in offered.values() if one.kind in ("text", "code")]
            parts += [
                filters.Or(tuple(filters.Like(key, _anywhere(word), ignore_case=True) for key in texts))
                for word in words.split()[:5]
            ]
        return filters.And(tuple(parts))

    def _source(self, viewer: Viewer | None, words: str) -> tuple[sql.Composable, tuple[Any, ...]]:
        if self.resource is not None:
            return _queryset_source(viewer or SYSTEM, self.resource, words)
        if not self.entry.version:
            raise Conflict(_("“%(title)s” holds no data yet."), title=self.entry.title)
        return sql.Identifier(SCHEMA, f"ds_{self.entry.id}_v{self.entry.version}"), ()

    def _mark(
        self, after: str, order: Sequence[Order], only_id: str
    ) -> tuple[sql.Composable, tuple[Any, ...]]:
        text = only_id or after
        if not text:
            return sql.SQL(""), ()
        if order:
            raise Invalid(_("Go on by the mark of a row only in the usual order."))
        value: Any = text
        if self.resource is not None:
            value = declared.mark_of(self.resource.model(), text)
        elif not text.isdecimal() or len(text) > 18:
            raise Invalid(_("The address of this page of the list is damaged. Begin at the first page."))
        else:
            value = int(text)
        word = sql.SQL("=" if only_id else ">")
        return sql.SQL(" AND {} {} %s").format(sql.Identifier(ROW_ID), word), (value,)


def readable(key: str) -> Readable:
    """The entry to read. Raises ``NotFound``. Who may read what of it is asked with each query."""
    found = (
        CatalogueEntry.objects.defer("search")
        .filter(key=key, is_listed=True)
        .select_related("organisation", "current")
        .first()
    )
    if found is None:
        raise NotFound(_("There are no data named “%(key)s”."), key=key[:120])
    return readable_of(entries_of([found])[0])


def readable_of(entry: Entry) -> Readable:
    """An entry already read, to read its rows."""
    if entry.kind == "resource":
        if entry.key not in RESOURCES:
            raise NotFound(_("There are no data named “%(key)s”."), key=entry.key)
        return Readable(entry, RESOURCES.get(entry.key))
    return Readable(entry)


def text_of(statement: sql.Composable) -> str:
    """The SQL as text, for Django's cursor."""
    connection.ensure_connection()
    return statement.as_string(connection.connection)


def _data_set_level(viewer: Viewer, entry: Entry) -> int:
    """Open data: everybody. Unconditionally shared: all staff. Else those who keep it, and who holds a grant."""
    if viewer.kind == "system":
        return HIGHEST
    if viewer.may("catalogue.read_sensitive", organisation_id=entry.provider_id):
        return HIGHEST
    if viewer.may(MANAGE, organisation_id=entry.provider_id):
        return HIGHEST
    if entry.share_type == "unconditional" and viewer.kind == "staff":
        return 2
    if entry.is_open:
        return 1
    if viewer.kind == "staff":
        raise Forbidden(
            _("“%(title)s” is not shared with everyone. Ask its department for it."), title=entry.title
        )
    raise NotFound(_("There are no data named “%(key)s”."), key=entry.key)


def _named(offered: Mapping[str, Field], key: str) -> Field:
    if key not in offered:
        raise Invalid(_("There is no field “%(key)s” to read here."), key=key[:60])
    return offered[key]


def _queryset_source(
    viewer: Viewer, resource: Resource, words: str
) -> tuple[sql.Composable, tuple[Any, ...]]:
    """The viewer's rows, by Django's SQL for them, with one column for each field."""
    rows = declared.with_values(declared.select(viewer, resource, words=words), resource.attributes)
    names = [f"a_{attribute.key}" for attribute in resource.attributes]
    text, params = rows.order_by().values_list("pk", *names).query.sql_with_params()
    columns = sql.SQL(", ").join(
        [sql.Identifier(ROW_ID), *(sql.Identifier(attribute.key) for attribute in resource.attributes)]
    )
    inner = sql.SQL("({})").format(sql.SQL(text))
    return sql.SQL("(SELECT * FROM {} AS rows ({}))").format(inner, columns), tuple(params)


def _cell(field: Field, mask: Masking | None) -> sql.Composable:
    column = sql.Identifier(field.key)
    return column if mask is None else sql.SQL(_MASKS[mask] + " AS {0}").format(column)


_MASKS: Mapping[Masking, LiteralString] = {
    "hide": "NULL::text",
    "ends": (
        "CASE WHEN length({0}::text) > 4 THEN left({0}::text, 2) || repeat('*', length({0}::text) - 4)"
        " || right({0}::text, 2) ELSE repeat('*', length({0}::text)) END"
    ),
    "middle": (
        "left({0}::text, 1) || repeat('*', greatest(length({0}::text) - 2, 1))"
        " || CASE WHEN length({0}::text) > 2 THEN right({0}::text, 1) ELSE '' END"
    ),
    "tail": "repeat('*', greatest(length({0}::text) - 4, 4)) || CASE WHEN length({0}::text) > 4 THEN right({0}::text, 4) ELSE '' END",
    "year": "left({0}::text, 4)",
    "digest": "encode(sha256(convert_to({0}::text, 'UTF8')), 'hex')",
}


def _anywhere(word: str) -> str:
    """A pattern for texts that hold the word as it is written."""
    plain = word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{plain}%"


def _ordering(order: Sequence[Order], offered: Mapping[str, Field]) -> sql.Composable:
    parts = [
        sql.SQL("{} {} NULLS LAST").format(
            sql.Identifier(_named(offered, one.field).key), sql.SQL("DESC" if one.descending else "ASC")
        )
        for one in order
    ]
    return sql.SQL(", ").join([*parts, sql.Identifier(ROW_ID)])


def _window(limit: int | None, offset: int) -> sql.Composable:
    if offset > MOST_SKIPPED:
        raise Invalid(
            _("More than %(most)s rows cannot be skipped. Go on by the mark of the last row."),
            most=MOST_SKIPPED,
        )
    window: sql.Composable = sql.SQL("")
    if limit is not None:
        window = sql.SQL(" LIMIT {}").format(sql.Literal(limit))
    return window + sql.SQL(" OFFSET {}").format(sql.Literal(offset)) if offset else window


def stream(query: Query) -> Iterator[tuple[Any, ...]]:
    """Rows one after the other, without holding them all (a server-side cursor, in one transaction)."""
    with connection.chunked_cursor() as cursor:
        cursor.execute(text_of(query.sql), query.params)
        while rows := cursor.fetchmany(2000):
            yield from rows
