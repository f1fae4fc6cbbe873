"""Counts at the desk: the list, one with its coverage and differences, and the reader's numbers taken in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, pgettext_lazy
from django.views.decorators.http import require_POST

from yicheng.apps.heritage.actions.counts import Taken, close_count, open_count, see_relics, take_in_tags
from yicheng.apps.heritage.forms.counts import CloseForm, CountForm, TagsForm
from yicheng.apps.heritage.models import KeepingPlace, StockCount
from yicheng.apps.heritage.permissions import COUNT, VIEW_RELICS
from yicheng.apps.heritage.queries.counts import count_of, counts, open_count_in, sheet_of
from yicheng.core.kernel.errors import Refusal
from yicheng.core.people.public import Viewer, viewer_of
from yicheng.core.web.declare import Menu, Page, Panel
from yicheng.core.web.public import Column, Filter, ListPage, Order, add_refusal, badge, list_view, moment


def _state(row: Any) -> Any:
    if row.closed_at is None:
        return badge(_t("under way"), "info")
    whole = row.found == row.expected and not row.strangers and not row.strange_tags
    return badge(_t("closed, all there"), "good") if whole else badge(_t("closed with differences"), "warn")


def _shown(rows: Any, value: str) -> Any:
    if value not in ("open", "closed"):
        raise ValueError(value)
    return rows.filter(closed_at__isnull=value == "open")


COUNTS = ListPage(
    rows=counts,
    link=lambda row: reverse("heritage.count", args=[row.pk]),
    columns=(
        Column("place", _("Store, showcase or hall"), lambda row: row.place),
        Column("opened", _("Begun"), lambda row: moment(row.opened_at), lambda row: row.opened_at),
        Column("found", _("Found here"), lambda row: f"{row.found}/{row.expected}", is_number=True),
        Column("strangers", _("Registered elsewhere"), lambda row: row.strangers, is_number=True),
        Column("unknown", _("Unknown numbers"), lambda row: row.strange_tags, is_number=True),
        Column("state", _("State"), _state, lambda row: row.closed_at or ""),
    ),
    filters=(
        Filter(
            "show",
            _("Show"),
            _shown,
            choices=lambda _viewer: (("open", _("Under way")), ("closed", pgettext_lazy("counts", "Closed"))),
        ),
    ),
    orders=(Order("newest", _("Newest first"), ("-id",)),),
    export="counts",
    template="heritage/counts.html",
    nothing_title=_("Nothing was counted yet"),
    nothing_text=_("Begin with the store that keeps the most precious relics."),
    context=lambda request: {"may_count": viewer_of(request).may(COUNT)},
)


def begin(request: HttpRequest) -> HttpResponse:
    """Begin a count (``?place=12`` chooses)."""
    viewer = viewer_of(request)
    form = CountForm(request.POST or None, viewer=viewer, initial={"place_id": request.GET.get("place", "")})
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                made = open_count(viewer, form.cleaned_data["place_id"])
            except Refusal as refusal:
                add_refusal(form, refusal)
            else:
                return HttpResponseRedirect(reverse("heritage.count", args=[made.pk]))
    context = {"form": form, "lead": _t("What the register says of the place is written down at once.")}
    return render(request, "heritage/form.html", context, status=status)


def count(request: HttpRequest, pk: int) -> HttpResponse:
    """One count; what the reader sends is taken in here."""
    viewer = viewer_of(request)
    found = count_of(viewer, pk)
    form, status = TagsForm(request.POST or None, request.FILES or None), 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                taken = take_in_tags(viewer, pk, form.read())
            except Refusal as refusal:
                add_refusal(form, refusal)
            else:
                messages.success(request, _said(taken))
                return HttpResponseRedirect(reverse("heritage.count", args=[pk]))
    return render(request, "heritage/count.html", _context(viewer, found, form), status=status)


def _context(viewer: Viewer, found: StockCount, form: TagsForm) -> dict[str, Any]:
    sheet = sheet_of(found)
    may = viewer.may(COUNT, organisation_id=found.organisation_id, division=found.division_code)
    return {
        "count": found,
        "sheet": sheet,
        "form": form,
        "may_count": may and found.closed_at is None,
        "state": badge(_t("count closed"), "outline") if found.closed_at else badge(_t("under way"), "info"),
        "page_title": _t("Count: %(place)s") % {"place": found.place},
        "breadcrumb": [(reverse("heritage.counts"), _t("Counts"))],
    }


def _said(taken: Taken) -> str:
    text = ngettext("%(n)d relic found.", "%(n)d relics found.", taken.found) % {"n": taken.found}
    more = [
        (taken.again, _t("Found before: %(n)d.")),
        (taken.strangers, _t("Registered elsewhere: %(n)d.")),
        (taken.unknown, _t("Unknown numbers: %(n)d.")),
    ]
    return " ".join([text, *(words % {"n": n} for n, words in more if n)])


@require_POST
def see(request: HttpRequest, pk: int) -> HttpResponse:
    """Relics ticked as seen by eye."""
    ids = [int(one) for one in request.POST.getlist("relic") if one.isdecimal()][:1000]
    done = see_relics(viewer_of(request), pk, ids)
    messages.success(request, ngettext("%(n)d relic found.", "%(n)d relics found.", done) % {"n": done})
    return HttpResponseRedirect(reverse("heritage.count", args=[pk]))


def close(request: HttpRequest, pk: int) -> HttpResponse:
    """End a count."""
    viewer = viewer_of(request)
    found = count_of(viewer, pk)
    form, status = CloseForm(request.POST or None), 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                close_count(viewer, pk, words=form.cleaned_data["words"])
            except Refusal as refusal:
                add_refusal(form, refusal)
            else:
                messages.success(request, _t("The count is closed."))
                return HttpResponseRedirect(reverse("heritage.count", args=[pk]))
    return render(request, "heritage/form.html", {"form": form, "lead": found.place}, status=status)


def place_panel(viewer: Viewer, place: KeepingPlace) -> Mapping[str, Any] | None:
    """On a place's page: go on with its count, or begin one."""
    if not viewer.may(COUNT, organisation_id=place.organisation_id, division=place.division_code):
        return None
    return {"open": open_count_in(place)}


def _example() -> Mapping[str, Any]:
    return {"pk": StockCount.objects.order_by("pk").values_list("pk", flat=True).first() or 1}


PAGES = (
    Page(
        "heritage.counts",
        "desk",
        "heritage/counts/",
        list_view(COUNTS),
        _("Counts"),
        VIEW_RELICS,
        Menu(_("Cultural heritage"), 520, "scan-line"),
    ),
    Page("heritage.count_begin", "desk", "heritage/counts/add/", begin, _("Begin a count"), COUNT),
    Page(
        "heritage.count",
        "desk",
        "heritage/counts/<int:pk>/",
        count,
        _("Count of a place"),
        VIEW_RELICS,
        example=_example,
    ),
    Page(
        "heritage.count_see",
        "desk",
        "heritage/counts/<int:pk>/seen/",
        see,
        _("Seen by eye"),
        COUNT,
        example=_example,
    ),
    Page(
        "heritage.count_close",
        "desk",
        "heritage/counts/<int:pk>/close/",
        close,
        _("Close the count"),
        COUNT,
        example=_example,
    ),
)
PANELS = (
    Panel("heritage.place_count", "heritage.place", "heritage/panels/count.html", place_panel, order=20),
)
