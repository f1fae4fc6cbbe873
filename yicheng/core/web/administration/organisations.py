"""The tree of organisations: see, add, change, move, close."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as now
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from yicheng.core.kernel.errors import Refusal
from yicheng.core.people import actions, queries
from yicheng.core.people.facts import NewOrganisation
from yicheng.core.people.models import Organisation
from yicheng.core.people.public import viewer_of
from yicheng.core.web.administration.forms import NewOrganisationForm, OrganisationForm, ReasonForm
from yicheng.core.web.administration.wording import (
    ADMINISTRATION,
    ORGANISATION_KINDS,
    organisation_choices,
    organisation_name,
)
from yicheng.core.web.declare import Menu, Page
from yicheng.core.web.forms import add_refusal

MANAGE = "people.manage_organisations"


def tree(request: HttpRequest) -> HttpResponse:
    """The viewer's branches, each organisation with its place and its number of accounts."""
    kinds = dict(ORGANISATION_KINDS)
    rows = [
        {
            "depth": min(depth, 6),
            "row": row,
            "name": organisation_name(row),
            "kind": kinds.get(row.kind, row.kind),
            "staff_count": row.staff_count,  # type: ignore[attr-defined]
        }
        for depth, row in queries.tree(viewer_of(request))
    ]
    return render(request, "web/administration/organisations.html", {"rows": rows})


def new_organisation(request: HttpRequest) -> HttpResponse:
    """Add an organisation."""
    viewer = viewer_of(request)
    above = request.GET.get("below", "")
    form = NewOrganisationForm(
        request.POST or None,
        initial={"parent": above if above.isdecimal() else ""},
        organisations=organisation_choices(viewer, MANAGE),
    )
    if request.method == "POST" and form.is_valid():
        try:
            row = actions.create_organisation(viewer, _facts(form.cleaned_data))
        except Refusal as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, now("%(name)s is in the tree.") % {"name": row.name})
            return redirect("desk.organisations")
    context = {
        "form": form,
        "button": _("Add"),
        "back": reverse("desk.organisations"),
        "breadcrumb": _trail(),
    }
    return render(request, "web/administration/form.html", context)


def organisation(request: HttpRequest, organisation_id: int) -> HttpResponse:
    """Change or move an organisation; close it below."""
    viewer = viewer_of(request)
    row = queries.find_organisation(viewer, organisation_id)
    names = ("name", "short_name", "name_en", "kind", "division_code", "phone")
    form = OrganisationForm(
        request.POST or None,
        initial={"parent": row.parent_id or "", **{name: getattr(row, name) for name in names}},
        organisations=_with_present(organisation_choices(viewer, MANAGE), row.parent),
    )
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_organisation(viewer, row.pk, _facts({"code": row.code, **form.cleaned_data}))
        except Refusal as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, now("Saved."))
            return redirect("desk.organisations")
    context = {
        "form": form,
        "row": row,
        "page_title": organisation_name(row),
        "reason_form": ReasonForm(),
        "breadcrumb": _trail(),
    }
    return render(request, "web/administration/organisation.html", context)


@require_POST
def close(request: HttpRequest, organisation_id: int) -> HttpResponse:
    """Close an organisation, or say what stands in the way."""
    form = ReasonForm(request.POST)
    if not form.is_valid():
        messages.error(request, now("Say why the organisation is closed."))
        return redirect("desk.organisation", organisation_id)
    actions.close_organisation(viewer_of(request), organisation_id, reason=form.cleaned_data["reason"])
    messages.success(request, now("The organisation is closed."))
    return redirect("desk.organisations")


@require_POST
def reopen(request: HttpRequest, organisation_id: int) -> HttpResponse:
    """Open a closed organisation again."""
    actions.reopen_organisation(viewer_of(request), organisation_id)
    messages.success(request, now("The organisation is open again."))
    return redirect("desk.organisation", organisation_id)


def _facts(data: Mapping[str, Any]) -> NewOrganisation:
    values = dict(data)
    return NewOrganisation(parent_id=values.pop("parent"), **values)


def _with_present(choices: list[tuple[int, str]], parent: Organisation | None) -> list[tuple[int, str]]:
    """The parent stays choosable, even where it lies outside the viewer's branches."""
    if parent is None or any(pk == parent.pk for pk, _name in choices):
        return choices
    return [(parent.pk, organisation_name(parent)), *choices]


def _trail() -> list[tuple[str, Any]]:
    return [(reverse("desk.organisations"), _("Organisations"))]


def example() -> Mapping[str, Any]:
    return {"organisation_id": Organisation.objects.order_by("pk")[0].pk}


PAGES = (
    Page(
        "desk.organisations",
        "desk",
        "administration/organisations/",
        tree,
        _("Organisations"),
        MANAGE,
        Menu(ADMINISTRATION, 910, "network"),
    ),
    Page(
        "desk.new_organisation",
        "desk",
        "administration/organisations/new/",
        new_organisation,
        _("New organisation"),
        MANAGE,
    ),
    Page(
        "desk.organisation",
        "desk",
        "administration/organisations/<int:organisation_id>/",
        organisation,
        _("Organisation"),
        MANAGE,
        example=example,
    ),
    Page(
        "desk.close_organisation",
        "desk",
        "administration/organisations/<int:organisation_id>/close/",
        close,
        _("Close the organisation"),
        MANAGE,
        example=example,
    ),
    Page(
        "desk.reopen_organisation",
        "desk",
        "administration/organisations/<int:organisation_id>/reopen/",
        reopen,
        _("Open the organisation again"),
        MANAGE,
        example=example,
    ),
)
