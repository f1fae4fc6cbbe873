"""The rows of a list and the options of its filters as HTML: a page has hundreds of cells, a template loop is slow.

What the template would do for each cell (escape, translate the column's title, choose a
class) is done once for each column here, and the cells are joined.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from django.template.base import render_value_in_context
from django.template.context import Context
from django.utils.functional import Promise
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from yicheng.core.web.lists import Column, Row

_TAG = re.compile(r"<[^>]*>")


def rows_html(columns: Sequence[Column], rows: Sequence[Row], *, with_ticks: bool) -> SafeString:
    """``<tr>`` after ``<tr>``: a tick box where rows can be ticked, the first cell the row's heading and link."""
    plain = Context(use_l10n=True)
    heads = [_opening(column) for column in columns[1:]]
    label = str(_("Tick %(row)s")) if with_ticks else ""
    lines: list[str] = []
    for row in rows:
        first, *others = (cell(value, plain) for _column, value in row.cells)
        tick = _tick(row.pk, label, first) if with_ticks else ""
        named = f'<a href="{conditional_escape(row.url)}" data-open>{first}</a>' if row.url else first
        cells = "".join([f"{head}{value}</td>" for head, value in zip(heads, others, strict=True)])
        lines.append(f'<tr>{tick}<th scope="row">{named}</th>{cells}</tr>')
    return mark_safe("".join(lines))  # noqa: S308  every value above is escaped


def options_html(choices: Iterable[tuple[str, str | Promise]], chosen: str) -> SafeString:
    """The options of a choice, the chosen one marked."""
    escape = conditional_escape
    return mark_safe(  # noqa: S308  every value is escaped
        "".join(
            [
                f'<option value="{escape(key)}"{" selected" if key == chosen else ""}>{escape(str(title))}</option>'
                for key, title in choices
            ]
        )
    )


def cell(value: Any, plain: Context) -> str:
    """What a template writes for a value; nothing for None."""
    if value is None:
        return ""
    if isinstance(value, str):
        return conditional_escape(value)
    return render_value_in_context(value, plain)


def _opening(column: Column) -> str:
    shape = ' class="number"' if column.is_number else ' class="nowrap"' if column.is_short else ""
    return f'<td data-label="{conditional_escape(str(column.title))}"{shape}>'


def _tick(pk: Any, label: str, first: str) -> str:
    """The first cell without its tags names the box; it is escaped already."""
    name = conditional_escape(label).replace("%(row)s", _TAG.sub("", first).replace('"', "&quot;").strip())
    return (
        f'<td class="tick"><input type="checkbox" name="row" value="{pk}" data-tick aria-label="{name}"></td>'
    )
