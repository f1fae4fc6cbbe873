"""Taking data away: what is not open to everyone leaves a record of who took it, and stops when the right ends."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from io import BytesIO
from itertools import chain
from typing import Literal

from django.db import connection
from django.utils.translation import gettext_lazy as _

from yicheng.core.catalogue import export, parquet
from yicheng.core.catalogue.facts import Entry
from yicheng.core.catalogue.filters import Filter
from yicheng.core.catalogue.queries.readable import Order, Query, Readable, readable
from yicheng.core.journal.public import record
from yicheng.core.kernel.errors import Forbidden, NotFound
from yicheng.core.people.public import Viewer, viewer_of_account

Format = Literal["csv", "json", "ndjson", "geojson", "parquet", "xlsx"]
MEDIA = {
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
    "ndjson": "application/x-ndjson",
    "geojson": "application/geo+json",
    "parquet": "application/vnd.apache.parquet",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
#: how often a running download asks whether it may go on
CHECK_EVERY_S = 1.0
Still = Callable[[], None]


@dataclass(frozen=True, slots=True)
class Download:
    """A file about to be sent: its name, its media type, its content."""

    name: str
    media_type: str
    content: Iterator[bytes] | BytesIO


def formats(entry: Entry) -> tuple[str, ...]:
    """The forms in which the rows of an entry come."""
    return tuple(form for form in MEDIA if form != "geojson" or entry.point or entry.geometry)


def download(
    viewer: Viewer,
    found: Readable,
    *,
    form: str,
    words: str = "",
    where: Filter | None = None,
    fields: Sequence[str] | None = None,
    order: Sequence[Order] = (),
) -> Download:
    """The rows and fields this viewer may read as a file. Raises ``NotFound`` for a form it does not come in."""
    query = found.query(viewer, words=words, where=where, fields=fields, order=order)
    if not found.entry.is_open or any(field.sensitivity > 1 for field in query.columns):
        detail = {
            "form": form,
            "words": words,
            "where": repr(where)[:500] if where else "",
            "fields": [field.key for field in query.columns],
        }
        record(viewer, action="catalogue.download", subject=f"resource/{found.entry.key}", detail=detail)
    return file_of(query, found.entry, form=form, still=_still(viewer, query, found.entry.key))


def file_of(query: Query, entry: Entry, *, form: str, still: Still | None = None) -> Download:
    """A query as a file. ``still`` raises when it must stop; it is asked every second, on a connection of its own."""
    if form not in formats(entry):
        raise NotFound(_("“%(title)s” does not come as %(form)s."), title=entry.title, form=form[:20])
    name = f"{entry.key.replace('.', '-')}.{form}"
    if form == "xlsx":
        return Download(name, MEDIA[form], export.xlsx(query, title=entry.title))
    return Download(name, MEDIA[form], _begun(guarded(_blocks(query, entry, form), still)))


def guarded(blocks: Iterator[bytes], still: Still | None) -> Iterator[bytes]:
    """The blocks, as long as ``still`` does not raise. The connection of the blocks is busy: it asks in a thread."""
    if still is None:
        yield from blocks
        return
    asked = time.monotonic()
    try:
        for block in blocks:
            if time.monotonic() - asked >= CHECK_EVERY_S:
                _ask_apart(still)
                asked = time.monotonic()
            yield block
    finally:
        close = getattr(blocks, "close", None)
        if close is not None:
            close()  # ends the COPY: the connection is free again


def _ask_apart(still: Still) -> None:
    """Ask in a thread, which has a connection of its own, and close that again."""

    def ask() -> None:
        try:
            still()
        finally:
            connection.close()

    with ThreadPoolExecutor(1, thread_name_prefix="still") as asker:
        asker.submit(ask).result()


def _blocks(query: Query, entry: Entry, form: str) -> Iterator[bytes]:
    match form:
        case "csv":
            return export.csv_blocks(query)
        case "json":
            return export.json_blocks(query)
        case "ndjson":
            return export.ndjson_blocks(query)
        case "parquet":
            return parquet.parquet_blocks(query)
        case _:
            return export.geojson_blocks(query, point=entry.point, geometry=entry.geometry)


def _still(viewer: Viewer, query: Query, key: str) -> Still:
    """Asks anew, of rights as they are then: whether the viewer may read every field that is being sent."""
    sent = {field.key for field in query.columns}

    def still() -> None:
        now = viewer
        if viewer.account_id is not None:
            now = replace(viewer_of_account(viewer.account_id), only=viewer.only)
        if not sent <= {field.key for field in readable(key).fields(now)}:
            raise Forbidden(_("The right to read these data has ended: the download stops here."))

    return still


def _begun(blocks: Iterator[bytes]) -> Iterator[bytes]:
    """The same blocks with the first one made now: a fault shows before the answer's header is sent."""
    return chain([next(blocks)], blocks)
