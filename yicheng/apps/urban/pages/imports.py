"""Sending files in at the desk: upload, what the check found, the refused rows to mend, then all or what is sound."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, BinaryIO, cast

from django.contrib import messages
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseRedirect,
    StreamingHttpResponse,
)
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.http import require_GET, require_POST

from yicheng.apps.urban.actions.imports import drop_import
from yicheng.apps.urban.actions.new_cases import case_reader, stage_cases, take_cases
from yicheng.apps.urban.actions.parts import part_reader, stage_parts, take_parts
from yicheng.apps.urban.forms.parts import FileForm
from yicheng.apps.urban.models import FileImport, ImportRow
from yicheng.apps.urban.queries.imports import (
    RIGHTS,
    import_of,
    imports_of,
    report_of_refused,
    rows_of,
)
from yicheng.core.kernel.errors import Refusal
from yicheng.core.people.public import SYSTEM, Viewer, viewer_of
from yicheng.core.web.declare import Menu, Page
from yicheng.core.web.public import add_refusal

SHOWN_ROWS = 200
LATEST = 20
Text = str | Promise


@dataclass(frozen=True, slots=True)
class Door:
    """What one kind of file needs besides what all share."""

    kind: str
    title: Text
    lead: Text
    stage: Callable[..., FileImport]
    take: Callable[..., FileImport]
    template: Callable[[], Sequence[str]]
    taken: Callable[[FileImport], str]
    back: str

    @property
    def right(self) -> str:
        return RIGHTS[self.kind]

    @property
    def key(self) -> str:
        """The URL name of the upload page; the others' begin with it."""
        return f"urban.import_{self.kind}"

    @property
    def template_url(self) -> str:
        return f"{self.key}_template"

    @property
    def check_url(self) -> str:
        return f"{self.key}_check"

    @property
    def refused_url(self) -> str:
        return f"{self.key}_refused"

    @property
    def take_url(self) -> str:
        return f"{self.key}_take"

    @property
    def drop_url(self) -> str:
        return f"{self.key}_drop"


def pages_of(door: Door, *, path: str, menu: Menu | None = None) -> tuple[Page, ...]:
    """The addresses of one kind of import, below ``path``."""
    check, drop, take = (
        f"{path}<int:import_id>/",
        f"{path}<int:import_id>/drop/",
        f"{path}<int:import_id>/take/",
    )
    refused = f"{path}<int:import_id>/refused.csv"
    return (
        Page(door.key, "desk", path, _upload(door), door.title, door.right, menu),
        Page(
            door.template_url,
            "desk",
            f"{path}template.csv",
            _template(door),
            _lazy("Table to fill in"),
            door.right,
        ),
        Page(door.check_url, "desk", check, _checked(door), _lazy("What the check found"), door.right),
        Page(door.refused_url, "desk", refused, _refused(door), _lazy("Refused lines"), door.right),
        Page(door.take_url, "desk", take, _take(door), _lazy("Take in"), door.right),
        Page(door.drop_url, "desk", drop, _drop(door), _lazy("Drop"), door.right),
    )


def _upload(door: Door) -> Callable[[HttpRequest], HttpResponseBase]:
    def view(request: HttpRequest) -> HttpResponse:
        viewer, status = viewer_of(request), 200
        form = FileForm(request.POST or None, request.FILES or None, initial={"datum": "cgcs2000"})
        if request.method == "POST" and form.is_valid():
            try:
                staged = _stage(door, viewer, form)
                return HttpResponseRedirect(reverse(door.check_url, args=[staged.pk]))
            except Refusal as refusal:
                add_refusal(form, refusal)
                status = refusal.status
        context = {"form": form, "door": door, "latest": imports_of(viewer, door.kind)[:LATEST]}
        return render(request, "urban/import_new.html", context, status=status)

    return view


def _stage(door: Door, viewer: Viewer, form: FileForm) -> FileImport:
    upload = form.cleaned_data["file"]
    upload.file.seek(0)
    return door.stage(
        viewer, cast("BinaryIO", upload.file), name=upload.name, datum=form.cleaned_data["datum"]
    )


def _checked(door: Door) -> Callable[..., HttpResponseBase]:
    @require_GET
    def view(request: HttpRequest, import_id: int) -> HttpResponse:
        found = import_of(viewer_of(request), import_id, kind=door.kind)
        context = {
            "door": door,
            "found": found,
            "is_open": found.status == FileImport.Status.CHECKED,
            "refused": _shown(found, ImportRow.Verdict.REFUSED),
            "doubtful": _shown(found, ImportRow.Verdict.DOUBTFUL),
            "sound": _shown(found, ImportRow.Verdict.SOUND, most=5),
            "shown_rows": SHOWN_ROWS,
            "taken": door.taken(found),
            "page_title": found.file_name,
            "breadcrumb": [(reverse(door.key), door.title)],
        }
        return render(request, "urban/import.html", context)

    return view


def _shown(found: FileImport, verdict: str, *, most: int = SHOWN_ROWS) -> list[ImportRow]:
    return list(rows_of(found, verdicts=[verdict])[:most])


def _refused(door: Door) -> Callable[..., HttpResponseBase]:
    @require_GET
    def view(request: HttpRequest, import_id: int) -> StreamingHttpResponse:
        found = import_of(viewer_of(request), import_id, kind=door.kind)
        return csv_answer(report_of_refused(found), name=f"refused-{found.pk}.csv")

    return view


def _template(door: Door) -> Callable[..., HttpResponseBase]:
    @require_GET
    def view(_request: HttpRequest) -> StreamingHttpResponse:
        return csv_answer([door.template()], name=f"{door.kind}.csv")

    return view


def _take(door: Door) -> Callable[..., HttpResponseBase]:
    @require_POST
    def view(request: HttpRequest, import_id: int) -> HttpResponse:
        taken = door.take(
            viewer_of(request), import_id, only_sound=request.POST.get("choice") == "only_sound"
        )
        messages.success(request, door.taken(taken))
        return HttpResponseRedirect(reverse(door.check_url, args=[import_id]))

    return view


def _drop(door: Door) -> Callable[..., HttpResponseBase]:
    @require_POST
    def view(request: HttpRequest, import_id: int) -> HttpResponse:
        drop_import(viewer_of(request), import_id, kind=door.kind, right=door.right)
        messages.success(request, _("The file is dropped; nothing of it was taken."))
        return HttpResponseRedirect(reverse(door.key))

    return view


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
    if cell[:1] in ("=", "@", "\t", "\r") or (cell[:1] in ("+", "-") and not _is_number(cell)):
        return f"'{cell}"
    return cell


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True


def _parts_taken(taken: FileImport) -> str:
    said = {
        "created": taken.created_count,
        "changed": taken.changed_count,
        "unchanged": taken.unchanged_count,
    }
    return _("Taken: %(created)d new parts, %(changed)d changed, %(unchanged)d as they were.") % said


def _cases_taken(taken: FileImport) -> str:
    return _("Taken: %(created)d new cases.") % {"created": taken.created_count}


PARTS = Door(
    kind="parts",
    title=_lazy("Import parts"),
    lead=_lazy(
        "The census of the city's parts. Nothing is written before you have seen what the check found."
    ),
    stage=stage_parts,
    take=take_parts,
    template=lambda: [column.names[0] for column in part_reader("cgcs2000").columns()],
    taken=_parts_taken,
    back="urban.parts",
)

CASES = Door(
    kind="cases",
    title=_lazy("Import cases"),
    lead=_lazy(
        "A table of matters that another system or office knows of. Each line becomes a case, as if reported now."
    ),
    stage=stage_cases,
    take=take_cases,
    template=lambda: [column.names[0] for column in case_reader(SYSTEM, "wgs84").columns()],
    taken=_cases_taken,
    back="desk.cases",
)

PAGES = (
    *pages_of(PARTS, path="parts/import/"),
    *pages_of(CASES, path="cases/import/", menu=Menu(_lazy("Urban management"), 60, "upload")),
)
