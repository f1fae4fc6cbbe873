"""Words and colours that several pages of data sharing use alike."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, cast

from django.http import StreamingHttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from yicheng.apps.data.models import Load, Source
from yicheng.core.kernel.languages import in_language

SOURCE_TONES = {"draft": "outline", "fine": "good", "waiting": "warn", "changed": "bad", "failed": "bad"}
LOAD_TONES = {
    "read": "outline", "checked": "warn", "published": "good", "reverted": "outline", "refused": "bad",
    "dropped": "outline",
}  # fmt: skip
DEMAND_TONES = {
    "owed": "outline", "delivered": "info", "accepted": "good", "returned": "bad", "disputed": "warn",
    "withdrawn": "outline",
}  # fmt: skip


def body_name(body: Any) -> str:
    """A body's name in the reader's language."""
    if body is None:
        return ""
    return in_language(body.short_name or body.name, body.name_en)


def breadcrumb(source: Source | None = None, load: Load | None = None) -> list[tuple[str, Any]]:
    """The way back: the list, the source, the load."""
    found: list[tuple[str, Any]] = [(reverse("data.sources"), _("Sources of data"))]
    if source is not None:
        found.append((reverse("data.source", args=[source.pk]), source.title))
    if load is not None:
        found.append((reverse("data.load", args=[load.pk]), load.file_name or f"#{load.pk}"))
    return found


class _Line:
    """A file that hands back what is written to it."""

    def write(self, text: str) -> str:
        return text


def csv_answer(rows: Iterable[Sequence[str]], *, name: str) -> StreamingHttpResponse:
    """A CSV that spreadsheets open as it is: with a byte-order mark, and no cell that runs as a formula."""
    writer = csv.writer(cast("Any", _Line()))

    def lines() -> Iterator[str]:
        yield "\ufeff"
        for row in rows:
            yield writer.writerow([harmless(cell) for cell in row])

    answer = StreamingHttpResponse(lines(), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def harmless(cell: str) -> str:
    """Text that a spreadsheet would run gets an apostrophe before it; numbers stay numbers."""
    is_number = cell[1:].replace(".", "", 1).isdecimal()
    if cell[:1] in ("=", "@", "\t", "\r", "'") or (cell[:1] in ("+", "-") and not is_number):
        return f"'{cell}"
    return cell
