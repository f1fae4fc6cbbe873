"""A load at the desk: its quality report, the refused rows to mend, the preview, publishing and taking back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from yicheng.apps.data.actions.loading import drop_load, mend_load, publish_load, revert_load
from yicheng.apps.data.forms.sources import UploadForm
from yicheng.apps.data.intake.rules import reason_text
from yicheng.apps.data.models import Load
from yicheng.apps.data.pages.words import LOAD_TONES, breadcrumb, csv_answer
from yicheng.apps.data.queries.sources import (
    BRING,
    SEE,
    fields_of,
    load_of,
    preview,
    refused_file,
    refused_rows,
)
from yicheng.core.kernel.errors import Refusal
from yicheng.core.people.public import Viewer, viewer_of
from yicheng.core.web.declare import Page
from yicheng.core.web.public import add_refusal, badge

SHOWN_ROWS = 100


def load_page(request: HttpRequest, load_id: int) -> HttpResponse:
    """The quality report; posting a file sends the mended rows."""
    viewer, status = viewer_of(request), 200
    load = load_of(viewer, load_id)
    form = UploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            load = mend_load(viewer, load.pk, form.cleaned_data["file"].read())
            _tell_mended(request, load)
            return HttpResponseRedirect(reverse("data.load", args=[load.pk]))
        except Refusal as refusal:
            add_refusal(form, refusal)
            status = refusal.status
    return render(request, "data/load.html", _context(viewer, load, form), status=status)


def _context(viewer: Viewer, load: Load, form: UploadForm) -> dict[str, Any]:
    fields = {one.key: one for one in fields_of(load.source)}
    may_bring = viewer.may(BRING, organisation_id=load.organisation_id, division=load.source.division_code)
    refused = [
        (one.row, [reason_text(reason, fields) for reason in one.reasons], one.cells)
        for one in (refused_rows(load)[:SHOWN_ROWS] if may_bring else ())
    ]
    columns, rows = preview(viewer, load) if may_bring else ([], [])
    reasons = sorted(load.reasons.all(), key=lambda one: -one.count)
    return {
        "load": load,
        "source": load.source,
        "state": badge(load.get_status_display(), LOAD_TONES[load.status]),
        "form": form,
        "may_bring": may_bring,
        "is_open": load.status == Load.Status.CHECKED,
        "refused": refused,
        "shown_rows": SHOWN_ROWS,
        "reasons": [(reason_text(one.reason, fields), one.count) for one in reasons],
        "columns": columns,
        "rows": rows,
        "may_revert": may_bring and load.status == Load.Status.PUBLISHED,
        "page_title": load.file_name or _t("Load %(number)d") % {"number": load.pk},
        "breadcrumb": breadcrumb(load.source),
    }


def _tell_mended(request: HttpRequest, load: Load) -> None:
    if load.refused_count:
        messages.warning(request, _t("%(count)d rows are still refused.") % {"count": load.refused_count})
    else:
        messages.success(request, _t("Every row is sound now. You can publish."))


@require_GET
def refused_csv(request: HttpRequest, load_id: int) -> HttpResponseBase:
    """The refused rows with their reasons, to be mended."""
    rows = refused_file(viewer_of(request), load_id)
    first = next(rows)

    def table() -> Any:
        yield first
        yield from rows

    return csv_answer(table(), name=f"refused-{load_id}.csv")


@require_POST
def publish(request: HttpRequest, load_id: int) -> HttpResponse:
    """Publish all sound rows; without the refused ones only where that is said."""
    load = publish_load(
        viewer_of(request), load_id, without_refused=request.POST.get("without_refused") == "yes"
    )
    messages.success(
        request, _t("Published: %(count)d rows are read from now on.") % {"count": load.sound_count}
    )
    return HttpResponseRedirect(reverse("data.load", args=[load_id]))


@require_POST
def revert(request: HttpRequest, load_id: int) -> HttpResponse:
    """Read the version before again."""
    revert_load(viewer_of(request), load_id)
    messages.success(request, _t("Taken back: the version before is read again."))
    return HttpResponseRedirect(reverse("data.load", args=[load_id]))


@require_POST
def drop(request: HttpRequest, load_id: int) -> HttpResponse:
    """Forget a load that was not published."""
    viewer = viewer_of(request)
    source_id = load_of(viewer, load_id).source_id
    drop_load(viewer, load_id)
    messages.success(request, _t("The load is dropped; nothing of it was published."))
    return HttpResponseRedirect(reverse("data.source", args=[source_id]))


def _example() -> Mapping[str, Any]:
    return {
        "load_id": Load.objects.order_by("-refused_count", "pk").values_list("pk", flat=True).first() or 0
    }


PAGES = (
    Page("data.load", "desk", "data/loads/<int:load_id>/", load_page, _("Load"), SEE, example=_example),
    Page(
        "data.load_refused", "desk", "data/loads/<int:load_id>/refused.csv", refused_csv, _("Refused rows"), BRING,
        example=_example,
    ),
    Page("data.load_publish", "desk", "data/loads/<int:load_id>/publish/", publish, _("Publish"), BRING),
    Page("data.load_revert", "desk", "data/loads/<int:load_id>/revert/", revert, _("Take back"), BRING),
    Page("data.load_drop", "desk", "data/loads/<int:load_id>/drop/", drop, _("Drop"), BRING),
)  # fmt: skip
