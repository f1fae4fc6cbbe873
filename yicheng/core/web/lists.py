"""One list page for every part: filters, order, keyset paging, bounded count, CSV, saved views, bulk actions.

A part describes its list and gets a view::

    relics = list_view(ListPage(rows=queries.relics, columns=(…), filters=(…), orders=(…)))

Without script it is a GET form and links; htmx swaps only the list. Queries: the page,
its bounded count and the saved views, whatever the number of rows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from django.contrib import messages
from django.db.models import QuerySet
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseRedirect,
)
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from yicheng.core.kernel.errors import Invalid, NotFound
from yicheng.core.people.public import Viewer, viewer_of
from yicheng.core.web import queries
from yicheng.core.web.export import csv_response
from yicheng.core.web.keyset import Keyset, keyset_page, scanned_first
from yicheng.core.web.rows import options_html, rows_html

COUNTED = 1000
MOST_AT_ONCE = 200
Text = str | Promise


@dataclass(frozen=True, slots=True)
class Column:
    """One column. ``value`` makes what the cell shows (text, number, safe HTML); ``plain`` what the CSV holds."""

    key: str
    title: Text
    value: Callable[[Any], Any]
    plain: Callable[[Any], Any] | None = None
    is_number: bool = False
    is_short: bool = False  # never broken over two lines


@dataclass(frozen=True, slots=True)
class Filter:
    """One filter. ``narrow`` gets the rows and the value as text and raises ``ValueError`` for nonsense.

    ``scan`` is the same written so that no index serves it: it is tried on the first rows, where an index would
    have to gather every match of frequent words before the first can be shown.
    """

    key: str
    title: Text
    narrow: Callable[[QuerySet[Any], str], QuerySet[Any]]
    kind: Literal["search", "choice", "date"] = "choice"
    choices: Callable[[Viewer], Iterable[tuple[str, Text]]] = lambda _viewer: ()
    scan: Callable[[QuerySet[Any], str], QuerySet[Any]] | None = None


def one_of(field: str, values: Iterable[str]) -> Callable[[QuerySet[Any], str], QuerySet[Any]]:
    """A filter's ``narrow``: rows whose ``field`` is the value; any value but these is nonsense."""
    known = frozenset(values)

    def narrow(rows: QuerySet[Any], value: str) -> QuerySet[Any]:
        if value not in known:
            raise ValueError(value)
        return rows.filter(**{field: value})

    return narrow


@dataclass(frozen=True, slots=True)
class Order:
    """A way to sort: fields of the model without NULL, the last one unique."""

    key: str
    title: Text
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class BulkAction:
    """Something done to ticked rows: ``run(viewer, ids)`` answers the sentence to show, or leads on to a page."""

    key: str
    title: Text
    run: Callable[[Viewer, Sequence[int]], Text | HttpResponse]
    right: str | None = None


@dataclass(frozen=True)
class ListPage:
    """A list as its part describes it. The first order is the usual one."""

    rows: Callable[[Viewer], QuerySet[Any]]
    columns: tuple[Column, ...]
    orders: tuple[Order, ...]
    link: Callable[[Any], str] | None = None
    filters: tuple[Filter, ...] = ()
    bulk: tuple[BulkAction, ...] = ()
    size: int = 50
    export: str = ""
    template: str = "web/list.html"
    nothing_title: Text = ""
    nothing_text: Text = ""
    context: Callable[[HttpRequest], Mapping[str, Any]] = lambda _request: {}


@dataclass(frozen=True, slots=True)
class Row:
    """A row ready for the template."""

    pk: Any
    url: str
    cells: Sequence[tuple[Column, Any]]
    item: Any


@dataclass
class Chosen:
    """What the address asks for, already checked against the list."""

    values: dict[str, str] = field(default_factory=dict)
    order: Order | None = None


def list_view(spec: ListPage) -> Callable[[HttpRequest], HttpResponseBase]:
    """The view of a list."""

    def view(request: HttpRequest) -> HttpResponseBase:
        viewer = viewer_of(request)
        if request.method == "POST":
            return _bulk(request, viewer, spec)
        chosen = _chosen(request, spec)
        rows = narrowed(spec, viewer, chosen)
        if spec.export and request.GET.get("export") == "csv":
            return csv_response(spec.export, spec.columns, rows.order_by(*_order(spec, chosen).fields))
        return render(
            request,
            spec.template,
            _context(request, viewer, spec=spec, chosen=chosen, rows=rows),
        )

    return view


def narrowed(spec: ListPage, viewer: Viewer, chosen: Chosen) -> QuerySet[Any]:
    """The rows this viewer may see that pass the chosen filters."""
    return _narrowed(spec.rows(viewer), spec.filters, chosen)


def _narrowed(rows: QuerySet[Any], filters: Iterable[Filter], chosen: Chosen) -> QuerySet[Any]:
    for one in filters:
        value = chosen.values.get(one.key)
        if value is None:
            continue
        try:
            rows = one.narrow(rows, value)
        except ValueError:
            text = _("“%(value)s” can't be used to filter by %(filter)s. Choose another value.")
            raise Invalid(text, value=value[:60], filter=one.title) from None
    return rows


def _chosen(request: HttpRequest, spec: ListPage) -> Chosen:
    values = {one.key: request.GET.get(one.key, "").strip()[:200] for one in spec.filters}
    wanted = request.GET.get("order", "")
    order = next((order for order in spec.orders if order.key == wanted), None)
    return Chosen({key: value for key, value in values.items() if value}, order)


def _order(spec: ListPage, chosen: Chosen) -> Order:
    return chosen.order or spec.orders[0]


def _context(
    request: HttpRequest,
    viewer: Viewer,
    *,
    spec: ListPage,
    chosen: Chosen,
    rows: QuerySet[Any],
) -> dict[str, Any]:
    order = _order(spec, chosen)
    page, count = _page(request, spec, chosen=chosen, viewer=viewer, rows=rows)
    query = _query(request)
    shown = [_row(spec, item) for item in page.rows]
    bulk = [action for action in spec.bulk if action.right is None or viewer.may(action.right)]
    return {
        "page": page,
        "columns": spec.columns,
        "rows": shown,
        "body": rows_html(spec.columns, shown, with_ticks=bool(bulk)),
        "count": count,
        "filters": [_shown(one, viewer, chosen) for one in spec.filters],
        "chosen": chosen.values,
        "orders": spec.orders,
        "order": order,
        "bulk": bulk,
        "export": spec.export,
        "saved_views": queries.saved_views(viewer, page=_page_key(request)),
        "query": query,
        "nothing_title": spec.nothing_title or _("Nothing fits"),
        "nothing_text": spec.nothing_text,
        **spec.context(request),
    }


def _page(
    request: HttpRequest, spec: ListPage, *, chosen: Chosen, viewer: Viewer, rows: QuerySet[Any]
) -> tuple[Keyset[Any], str]:
    """The page and how many rows there are: told by the page itself where it holds all, or where counting is dear."""
    words = next((one for one in spec.filters if one.scan and chosen.values.get(one.key)), None)
    fetch = None
    if words is not None:
        value, scan, narrow = chosen.values[words.key], words.scan, words.narrow
        assert scan is not None
        fetch = scanned_first(lambda rows: scan(rows, value), lambda rows: narrow(rows, value))
        rows = _narrowed(spec.rows(viewer), [one for one in spec.filters if one is not words], chosen)
    after, before = request.GET.get("after", ""), request.GET.get("before", "")
    page = keyset_page(
        rows, order=_order(spec, chosen).fields, size=spec.size, after=after, before=before, fetch=fetch
    )
    if not (page.next or page.previous):
        return page, count_words(len(page.rows))
    return page, count_words(spec.size + 1, most=spec.size) if words else count_text(rows)


def _row(spec: ListPage, item: Any) -> Row:
    url = spec.link(item) if spec.link else ""
    return Row(item.pk, url, [(column, column.value(item)) for column in spec.columns], item)


def _shown(one: Filter, viewer: Viewer, chosen: Chosen) -> dict[str, Any]:
    value = chosen.values.get(one.key, "")
    options = options_html(one.choices(viewer), value) if one.kind == "choice" else ""
    return {"key": one.key, "title": one.title, "kind": one.kind, "value": value, "options": options}


def count_text(rows: QuerySet[Any], *, most: int = COUNTED) -> str:
    """How many rows, counted up to ``most``: an exact count of a million would cost more than it tells."""
    return count_words(rows.order_by().values("pk")[: most + 1].count(), most=most)


def count_words(count: int, *, most: int = COUNTED) -> str:
    """A count that went no further than one past ``most``, in words."""
    if count > most:
        return _("more than %(count)s") % {"count": f"{most:,}"}
    return f"{count:,}"


def _query(request: HttpRequest) -> str:
    """The filters and order of the address, without the place in the list."""
    query = request.GET.copy()
    for name in ("after", "before", "export"):
        query.pop(name, None)
    return query.urlencode()


def _page_key(request: HttpRequest) -> str:
    return str(getattr(getattr(request, "page", None), "key", ""))


def _bulk(request: HttpRequest, viewer: Viewer, spec: ListPage) -> HttpResponse:
    action = next((one for one in spec.bulk if one.key == request.POST.get("action")), None)
    if action is None:
        raise NotFound(_("This list has no such action. Open it anew."))
    ids = [int(text) for text in request.POST.getlist("row") if text.isdecimal()]
    if not ids:
        raise Invalid(_("Tick at least one row first."))
    if len(ids) > MOST_AT_ONCE:
        raise Invalid(_("Tick at most %(most)s rows at a time."), most=MOST_AT_ONCE)
    if action.right is not None:
        viewer.require(action.right)
    said = action.run(viewer, ids)
    if isinstance(said, HttpResponse):
        return said
    messages.success(request, str(said))
    return HttpResponseRedirect(f"{request.path}?{_query(request)}")
