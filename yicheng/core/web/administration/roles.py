"""Roles and the matrix of their rights."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as now
from django.utils.translation import gettext_lazy as _

from yicheng.core.kernel.errors import Refusal
from yicheng.core.people import actions, queries
from yicheng.core.people.models import Role
from yicheng.core.people.public import viewer_of
from yicheng.core.web.administration.forms import NewRoleForm, RoleForm
from yicheng.core.web.administration.wording import ADMINISTRATION, part_title, role_name
from yicheng.core.web.declare import Menu, Page
from yicheng.core.web.forms import add_refusal

MANAGE = "people.manage_roles"


def matrix(request: HttpRequest) -> HttpResponse:
    """Every right against every role in use."""
    every = queries.roles()
    in_use = [role for role in every if role.is_active]
    context = {
        "roles": [(role, role_name(role)) for role in in_use],
        "parts": [(part_title(part), rights) for part, rights in queries.rights_by_part(in_use)],
        "retired": [(role, role_name(role)) for role in every if not role.is_active],
    }
    return render(request, "web/administration/roles.html", context)


def new_role(request: HttpRequest) -> HttpResponse:
    """Make a role."""
    form = NewRoleForm(request.POST or None)
    rights = request.POST.getlist("rights")
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            row = actions.create_role(
                viewer_of(request),
                code=data["code"],
                name=data["name"],
                name_en=data["name_en"],
                rights=rights,
            )
        except Refusal as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, now("The role %(name)s is made.") % {"name": row.name})
            return redirect("desk.roles")
    return _form_page(request, form, Role(), chosen=set(rights))


def role(request: HttpRequest, role_id: int) -> HttpResponse:
    """Say anew what a role may do."""
    row = queries.find_role(role_id)
    initial = {name: getattr(row, name) for name in ("name", "name_en", "is_active")}
    form = RoleForm(request.POST or None, initial=initial)
    rights = request.POST.getlist("rights")
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_role(viewer_of(request), row.pk, rights=rights, **form.cleaned_data)
        except Refusal as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, now("Saved. It holds from everybody's next click on."))
            return redirect("desk.roles")
    return _form_page(request, form, row, chosen=set(rights) if request.method == "POST" else None)


def _form_page(request: HttpRequest, form: RoleForm, row: Role, *, chosen: set[str] | None) -> HttpResponse:
    """``chosen`` None shows what the role holds now."""
    parts = [
        (
            part_title(part),
            [(right, cell.is_held if chosen is None else right.key in chosen) for right, (cell,) in rights],
        )
        for part, rights in queries.rights_by_part([row])
    ]
    context = {"form": form, "parts": parts, "breadcrumb": [(reverse("desk.roles"), _("Roles"))]}
    if row.pk:
        context["page_title"] = role_name(row)
    return render(request, "web/administration/role.html", context)


def example() -> Mapping[str, Any]:
    return {"role_id": Role.objects.order_by("pk")[0].pk}


PAGES = (
    Page(
        "desk.roles",
        "desk",
        "administration/roles/",
        matrix,
        _("Roles and rights"),
        MANAGE,
        Menu(ADMINISTRATION, 920, "shield-check"),
    ),
    Page("desk.new_role", "desk", "administration/roles/new/", new_role, _("New role"), MANAGE),
    Page(
        "desk.role",
        "desk",
        "administration/roles/<int:role_id>/",
        role,
        _("Role"),
        MANAGE,
        example=example,
    ),
)
