"""The register of relics at the desk."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from yicheng.apps.heritage.actions.relics import NewRelic, check_condition, register_relic
from yicheng.apps.heritage.categories import CATEGORIES
from yicheng.apps.heritage.forms.relics import ConditionForm, RelicForm
from yicheng.apps.heritage.models import Relic
from yicheng.apps.heritage.models.relics import Grade, Material, Preservation
from yicheng.apps.heritage.permissions import KEEP_RELICS, VIEW_RELICS
from yicheng.apps.heritage.queries import relics as queries
from yicheng.core.kernel.errors import Refusal
from yicheng.core.kernel.languages import in_language
from yicheng.core.people.public import viewer_of
from yicheng.core.web.declare import Menu, Page
from yicheng.core.web.public import Column, Filter, ListPage, Order, add_refusal, badge, list_view, one_of

GRADE_TONES = {"first": "accent", "second": "brand", "third": "info"}
STATE_TONES = {"stable": "good", "treated": "good", "partly": "warn", "urgent": "bad"}


def grade_badge(relic: Relic) -> Any:
    """The grade in words and colour."""
    return badge(relic.get_grade_display(), GRADE_TONES.get(relic.grade, "outline"))


def state_badge(relic: Relic) -> Any:
    """The state of preservation in words and colour."""
    return badge(relic.get_preservation_display(), STATE_TONES[relic.preservation])


RELICS = ListPage(
    rows=queries.relics,
    link=lambda relic: reverse("heritage.relic", args=[relic.pk]),
    columns=(
        Column("number", _("Number"), lambda relic: relic.number, is_short=True),
        Column("name", _("Relic"), lambda relic: in_language(relic.name, relic.name_en)),
        Column("era", _("Era"), lambda relic: relic.era),
        Column("material", _("Material"), lambda relic: relic.get_material_display()),
        Column("grade", _("Grade"), grade_badge, lambda relic: relic.get_grade_display()),
        Column("place", _("Kept in"), lambda relic: relic.place),
        Column("state", _("State"), state_badge, lambda relic: relic.get_preservation_display()),
    ),
    filters=(
        Filter("q", _("Name, era or number"), queries.within_words, kind="search"),
        Filter("grade", _("Grade"), one_of("grade", Grade.values), choices=lambda _viewer: Grade.choices),
        Filter(
            "material",
            _("Material"),
            one_of("material", Material.values),
            choices=lambda _viewer: Material.choices,
        ),
        Filter(
            "state",
            _("State"),
            one_of("preservation", Preservation.values),
            choices=lambda _viewer: Preservation.choices,
        ),
    ),
    orders=(
        Order("number", _("By number"), ("number",)),
        Order("newest", _("Newest first"), ("-registered_at", "-id")),
    ),
    export="relics",
    template="heritage/relics.html",
    nothing_title=_("No relic fits"),
    nothing_text=_("Register the first one, or choose other filters."),
    context=lambda request: {"may_keep": viewer_of(request).may(KEEP_RELICS)},
)


def relic(request: HttpRequest, pk: int) -> HttpResponse:
    """One relic: what it is, where it is, how it is, and who says so."""
    viewer = viewer_of(request)
    found = queries.relic_of(viewer, pk)
    context = {
        "relic": found,
        "grade": grade_badge(found),
        "state": state_badge(found),
        "category": dict(CATEGORIES).get(found.category, found.category),
        "components": found.components.order_by("number"),
        "checks": queries.checks_of(found),
        "statements": [
            {"title": _title(one.field), "said": one, "value": _value(found, one)}
            for one in queries.statements_of(found)
        ],
        "may_keep": viewer.may(
            KEEP_RELICS, organisation_id=found.organisation_id, division=found.division_code
        ),
        "page_title": in_language(found.name, found.name_en),
        "breadcrumb": [(reverse("heritage.relics"), _("Relics"))],
    }
    return render(request, "heritage/relic.html", context)


def _title(name: str) -> str:
    field = RelicForm.base_fields.get(name)
    return str(field.label) if field else name


def _value(relic: Relic, said: Any) -> str:
    choices = getattr(Relic._meta.get_field(said.field), "choices", None) or CATEGORIES  # noqa: SLF001
    return str(dict(choices).get(said.value, said.value))


def add(request: HttpRequest) -> HttpResponse:
    """Register a relic."""
    viewer = viewer_of(request)
    form, status = RelicForm(request.POST or None, viewer=viewer), 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                made = register_relic(viewer, NewRelic(**form.cleaned_data))
            except Refusal as refusal:
                add_refusal(form, refusal)
            else:
                messages.success(request, _("%(number)s was registered.") % {"number": made.number})
                return HttpResponseRedirect(reverse("heritage.relic", args=[made.pk]))
    return render(request, "heritage/form.html", {"form": form}, status=status)


def condition(request: HttpRequest, pk: int) -> HttpResponse:
    """Write down how a relic is."""
    viewer = viewer_of(request)
    found = queries.relic_of(viewer, pk)
    initial = {"wholeness": found.wholeness, "preservation": found.preservation}
    form, status = ConditionForm(request.POST or None, initial=initial), 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                check_condition(viewer, pk, **form.cleaned_data)
            except Refusal as refusal:
                add_refusal(form, refusal)
            else:
                return HttpResponseRedirect(reverse("heritage.relic", args=[pk]))
    return render(request, "heritage/form.html", {"form": form, "lead": found.name}, status=status)


def _example() -> Mapping[str, Any]:
    return {"pk": Relic.objects.order_by("pk").values_list("pk", flat=True).first() or 1}


PAGES = (
    Page(
        "heritage.relics",
        "desk",
        "heritage/relics/",
        list_view(RELICS),
        _("Relics"),
        VIEW_RELICS,
        Menu(_("Cultural heritage"), 510, "amphora"),
    ),
    Page("heritage.relic_add", "desk", "heritage/relics/add/", add, _("Register a relic"), KEEP_RELICS),
    Page(
        "heritage.relic",
        "desk",
        "heritage/relics/<int:pk>/",
        relic,
        _("Relic"),
        VIEW_RELICS,
        example=_example,
    ),
    Page(
        "heritage.relic_condition",
        "desk",
        "heritage/relics/<int:pk>/condition/",
        condition,
        _("Write down its condition"),
        KEEP_RELICS,
        example=_example,
    ),
)
