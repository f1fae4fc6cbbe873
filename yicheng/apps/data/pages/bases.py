"""The base databases at the desk: what they hold, whose word counts, what was known when; a person for a purpose."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.dateparse import parse_date
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from yicheng.apps.data.actions.bases import look_up_person
from yicheng.apps.data.bases import BASES, BaseInfo
from yicheng.apps.data.forms.campaign import PersonForm
from yicheng.apps.data.models import Base, LegalEntity, TwoTimes
from yicheng.apps.data.queries.bases import (
    SEE,
    SEE_PERSONS,
    authorities,
    base_counts,
    base_of,
    known_at,
    records,
    story,
    titles_of,
)
from yicheng.core.kernel import clock
from yicheng.core.kernel.errors import NotFound, Refusal
from yicheng.core.people.public import viewer_of
from yicheng.core.web.declare import Menu, Page
from yicheng.core.web.public import add_refusal, count_text, keyset_page

GROUP = _("Data sharing")
SHOWN_FIELDS = 4
PAGE_SIZE = 30


def _crumbs(info: BaseInfo | None = None) -> list[tuple[str, Any]]:
    found: list[tuple[str, Any]] = [(reverse("data.bases"), _("Base databases"))]
    if info is not None:
        found.append((reverse("data.base", args=[info.base.value]), info.base.label))
    return found


def bases(request: HttpRequest) -> HttpResponse:
    """All five."""
    viewer = viewer_of(request)
    rows = [(one, reverse("data.base", args=[one.info.base.value])) for one in base_counts(viewer)]
    return render(request, "data/bases.html", {"rows": rows, "may_see_persons": viewer.may(SEE_PERSONS)})


def base(request: HttpRequest, base: str) -> HttpResponse:
    """One of them: its records by name or number, and whose word counts for its fields."""
    viewer, info = viewer_of(request), base_of(base)
    words = request.GET.get("q", "").replace("\0", "")[:100].strip()
    rows = records(viewer, info, words=words)
    page = keyset_page(
        rows,
        order=("id",),
        size=PAGE_SIZE,
        after=request.GET.get("after", ""),
        before=request.GET.get("before", ""),
    )
    shown = list(info.fields.items())[:SHOWN_FIELDS]
    context = {
        "info": info,
        "words": words,
        "page": page,
        "count": count_text(rows),
        "titles": [title for _name, title in shown],
        "rows": [
            (
                row,
                [(title, info.shown(row, name)) for name, title in shown],
                reverse("data.record", args=[base, row.key]),
            )
            for row in page.rows
        ],
        "authorities": _authorities(info),
        "page_title": info.base.label,
        "breadcrumb": _crumbs(),
    }
    return render(request, "data/base.html", context)


def _authorities(info: BaseInfo) -> list[tuple[Any, str, str, bool]]:
    rows = authorities(info.base)
    titles = titles_of([row.data_set for row in rows])
    return [
        (
            info.fields.get(row.field, row.field),
            *titles.get(row.data_set, (row.data_set, "–")),
            row.is_authoritative,
        )
        for row in rows
    ]


def record(request: HttpRequest, base: str, key: str) -> HttpResponse:
    """One record: what holds now, what was known when, every state."""
    viewer, info = viewer_of(request), base_of(base)
    if info.is_personal:
        raise NotFound(_("Persons are looked up for a purpose."))
    states = story(viewer, info, key)
    valid, known = _day(request, "valid"), _day(request, "known")
    then = _known(info, key, valid, known) if request.GET.get("valid") or request.GET.get("known") else None
    asked = {"asked": "valid" in request.GET or "known" in request.GET, "valid": valid, "known": known}
    context = {**_told(info, states), **asked, "then": then, "key": key, "breadcrumb": _crumbs(info)}
    return render(request, "data/record.html", context)


def _told(info: BaseInfo, states: list[Any]) -> dict[str, Any]:
    now = next((row for row in states if row.recorded_to is None and row.valid_to is None), states[0])
    facts = _facts(info, now)
    return {
        "info": info,
        "current": facts,
        "titles": list(info.fields.values()),
        "states": [(row, [value for _title, value in _facts(info, row)]) for row in states],
        "page_title": facts[0][1] or now.key,
    }


def _facts(info: BaseInfo, row: TwoTimes) -> list[tuple[Any, str]]:
    return [(title, info.shown(row, name)) for name, title in info.fields.items()]


def _known(info: BaseInfo, key: str, valid: date, known: date) -> list[tuple[Any, str]] | None:
    end_of_day = datetime.combine(known + timedelta(days=1), time(), tzinfo=UTC) - timedelta(hours=8)
    found = known_at(info, key, known=end_of_day, valid=valid)
    return _facts(info, found) if found else None


def _day(request: HttpRequest, name: str) -> date:
    try:
        found = parse_date(request.GET.get(name, ""))
    except ValueError:
        found = None
    return found if found and found.year > 1900 else clock.now().date()


@never_cache
@sensitive_post_parameters("number")
def person(request: HttpRequest) -> HttpResponse:
    """Look up one person for a stated purpose. The number never stands in an address or a log."""
    viewer, status = viewer_of(request), 200
    form = PersonForm(request.POST or None)
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                states = look_up_person(
                    viewer, form.cleaned_data["number"], purpose=form.cleaned_data["purpose"]
                )
                info = BASES[Base.POPULATION]
                return render(
                    request,
                    "data/record.html",
                    {**_told(info, states), "key": "", "breadcrumb": _crumbs(info)},
                )
            except Refusal as refusal:
                add_refusal(form, refusal)
                status = refusal.status
    lead = _("The look is logged with its purpose, and the person can see it.")
    context: Mapping[str, Any] = {
        "form": form, "button": _("Look up"), "back": reverse("data.bases"), "lead": lead, "breadcrumb": _crumbs(),
    }  # fmt: skip
    return render(request, "data/form.html", context, status=status)


def _example_base() -> Mapping[str, Any]:
    return {"base": "legal_entities"}


def _example_record() -> Mapping[str, Any]:
    return {
        "base": "legal_entities",
        "key": LegalEntity.objects.order_by("pk").values_list("key", flat=True).first() or "0",
    }


PAGES = (
    Page("data.bases", "desk", "data/bases/", bases, _("Base databases"), SEE, Menu(GROUP, 72, "layers")),
    Page("data.person", "desk", "data/bases/person/", person, _("Look up a person"), SEE_PERSONS),
    Page("data.base", "desk", "data/bases/<slug:base>/", base, _("Base database"), SEE, example=_example_base),
    Page("data.record", "desk", "data/bases/<slug:base>/records/<str:key>/", record, _("Record"), SEE, example=_example_record),
)  # fmt: skip
