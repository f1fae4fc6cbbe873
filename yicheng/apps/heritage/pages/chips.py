"""Chips of a relic and drills of its warnings: the forms behind the relic's page."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from yicheng.apps.heritage.actions.chips import bind_chip, replace_chip, unbind_chip
from yicheng.apps.heritage.actions.drills import begin_drill, end_drill
from yicheng.apps.heritage.forms.chips import BindForm, DrillForm, ReplaceForm, UnbindForm
from yicheng.apps.heritage.kinds import RELIC
from yicheng.apps.heritage.models import Relic
from yicheng.apps.heritage.permissions import DRILL, KEEP_RELICS
from yicheng.apps.heritage.queries.relics import relic_of
from yicheng.core.kernel.errors import Refusal
from yicheng.core.people.public import viewer_of
from yicheng.core.sensing.public import devices_of
from yicheng.core.web.declare import Page
from yicheng.core.web.public import add_refusal


def bind(request: HttpRequest, pk: int) -> HttpResponse:
    """Fix a chip to a component."""
    viewer = viewer_of(request)
    found = relic_of(viewer, pk)
    form = BindForm(request.POST or None, viewer=viewer, relic=found)
    return _answer(request, found, form, lambda data: bind_chip(viewer, pk, **data), _t("The chip is bound."))


def unbind(request: HttpRequest, pk: int, device_id: int) -> HttpResponse:
    """Take a chip off."""
    viewer = viewer_of(request)
    found = relic_of(viewer, pk)
    form = UnbindForm(request.POST or None)
    done = _t("The chip was taken off.")
    return _answer(request, found, form, lambda data: unbind_chip(viewer, pk, device_id, **data), done)


def replace(request: HttpRequest, pk: int, device_id: int) -> HttpResponse:
    """Put another chip in the place of one."""
    viewer = viewer_of(request)
    found = relic_of(viewer, pk)
    form = ReplaceForm(request.POST or None, viewer=viewer)
    done = _t("The chip was replaced.")
    return _answer(request, found, form, lambda data: replace_chip(viewer, pk, device_id, **data), done)


def drill(request: HttpRequest, pk: int) -> HttpResponse:
    """Hold a drill about a relic."""
    viewer = viewer_of(request)
    found = relic_of(viewer, pk)
    form = DrillForm(request.POST or None, relic=found)
    return _answer(request, found, form, lambda data: begin_drill(viewer, pk, **data), _t("The drill runs."))


@require_POST
def drill_end(request: HttpRequest, pk: int) -> HttpResponse:
    """Say that a drill is over."""
    end_drill(viewer_of(request), pk, rule=request.POST.get("rule", ""))
    messages.success(request, _t("The drill is over."))
    return HttpResponseRedirect(reverse("heritage.relic", args=[pk]))


def _answer(
    request: HttpRequest, found: Relic, form: Form, act: Callable[[Mapping[str, Any]], object], done: str
) -> HttpResponse:
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                act(form.cleaned_data)
            except Refusal as refusal:
                add_refusal(form, refusal)
            else:
                messages.success(request, done)
                return HttpResponseRedirect(reverse("heritage.relic", args=[found.pk]))
    return render(request, "heritage/form.html", {"form": form, "lead": found.name}, status=status)


def _example() -> Mapping[str, Any]:
    return {"pk": Relic.objects.order_by("pk").values_list("pk", flat=True).first() or 1}


def _example_chip() -> Mapping[str, Any]:
    relics = Relic.objects.order_by("pk").values_list("pk", flat=True)
    borne = devices_of((RELIC, pk) for pk in relics[:200])
    return {"pk": borne[0].bearer_id, "device_id": borne[0].id} if borne else {**_example(), "device_id": 1}


PAGES = (
    Page(
        "heritage.chip_bind",
        "desk",
        "heritage/relics/<int:pk>/chips/add/",
        bind,
        _("Bind a chip"),
        KEEP_RELICS,
        example=_example,
    ),
    Page(
        "heritage.chip_unbind",
        "desk",
        "heritage/relics/<int:pk>/chips/<int:device_id>/unbind/",
        unbind,
        _("Take the chip off"),
        KEEP_RELICS,
        example=_example_chip,
    ),
    Page(
        "heritage.chip_replace",
        "desk",
        "heritage/relics/<int:pk>/chips/<int:device_id>/replace/",
        replace,
        _("Replace the chip"),
        KEEP_RELICS,
        example=_example_chip,
    ),
    Page(
        "heritage.drill",
        "desk",
        "heritage/relics/<int:pk>/drill/",
        drill,
        _("Hold a drill"),
        DRILL,
        example=_example,
    ),
    Page(
        "heritage.drill_end",
        "desk",
        "heritage/relics/<int:pk>/drill/end/",
        drill_end,
        _("End the drill"),
        DRILL,
        example=_example,
    ),
)
