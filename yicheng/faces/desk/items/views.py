"""Items of one's bodies: what is in force, the draft beside it, its faults, a try, publishing and withdrawing."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as now
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from yicheng.core.kernel.errors import Forbidden, Invalid, NotFound
from yicheng.core.people.public import viewer_of
from yicheng.core.services.actions import items as deeds
from yicheng.core.services.models import ItemVersion
from yicheng.core.services.public import bound_form
from yicheng.core.services.queries.authoring import item_faults, kept_item, kept_items, kept_version
from yicheng.core.web.public import add_refusal
from yicheng.faces.desk.items.fields import (
    ItemForm,
    Materials,
    NewItemForm,
    facts_of,
    initial_of,
    materials_of,
    rows_of,
)

Trail = list[tuple[str, str]]


def _trail(*more: tuple[str, str]) -> Trail:
    return [(reverse("desk.items"), now("Service items")), *more]


def _item_link(version: ItemVersion) -> tuple[str, str]:
    return (reverse("desk.item", args=[version.item.code]), str(version))


@require_safe
def item(request: HttpRequest, code: str) -> HttpResponse:
    """An item and all its versions."""
    row, versions = kept_item(viewer_of(request), code)
    draft = versions[0] if versions and versions[0].status == "draft" else None
    context = {
        "item": row,
        "versions": versions,
        "draft": draft,
        "faults": item_faults(draft) if draft else [],
        "page_title": str(versions[0]) if versions else row.code,
        "breadcrumb": _trail(),
    }
    return render(request, "desk/items/item.html", context)


def begin(request: HttpRequest) -> HttpResponse:
    """A new item of one's body."""
    viewer = viewer_of(request)
    form = NewItemForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if viewer.organisation_id is None:
            raise Forbidden(_("Items belong to bodies: begin one with an account of yours."))
        try:
            made = deeds.begin_item(
                viewer,
                form.cleaned_data["code"],
                name=form.cleaned_data["name"],
                organisation_id=viewer.organisation_id,
            )
            return redirect("desk.item_draft", version_id=made.pk)
        except Invalid as refusal:
            add_refusal(form, refusal)
    return render(request, "desk/items/begin.html", {"form": form, "breadcrumb": _trail()})


@require_POST
def begin_draft(request: HttpRequest, code: str) -> HttpResponse:
    """A draft beside the version in force."""
    draft = deeds.begin_draft(viewer_of(request), code)
    return redirect("desk.item_draft", version_id=draft.pk)


def edit(request: HttpRequest, version_id: int) -> HttpResponse:
    """Write a draft."""
    viewer = viewer_of(request)
    version = kept_version(viewer, version_id)
    if version.status != ItemVersion.Status.DRAFT:
        return redirect("desk.item", code=version.item.code)
    form = ItemForm(request.POST or None, initial=initial_of(version))
    materials = Materials(request.POST or None, initial=materials_of(version), prefix="materials")
    if request.method == "POST" and form.is_valid() and materials.is_valid():
        deeds.save_draft(
            viewer,
            version_id,
            facts=facts_of(form.cleaned_data),
            materials=rows_of(materials.cleaned_data),
            elements=form.cleaned_data["elements"],
        )
        messages.success(request, now("The draft is kept."))
        return redirect("desk.item", code=version.item.code)
    context = {
        "version": version,
        "form": form,
        "materials": materials,
        "page_title": now("Draft: %(item)s") % {"item": version},
        "breadcrumb": _trail(_item_link(version)),
    }
    return render(request, "desk/items/draft.html", context)


def attempt(request: HttpRequest, version_id: int) -> HttpResponse:
    """Fill in an item's form as an applicant would; nothing is kept."""
    version = kept_version(viewer_of(request), version_id)
    if version.form_id is None:
        raise NotFound(_("This item has no form to try."))
    sent = request.method == "POST"
    form = bound_form(version.form_id, request.POST if sent else None, request.FILES if sent else None)
    done = sent and form.is_valid()
    context = {
        "version": version,
        "form": form,
        "answers": _told(form.answers) if done else [],
        "done": done,
        "page_title": now("Try: %(item)s") % {"item": version},
        "breadcrumb": _trail(_item_link(version)),
    }
    return render(request, "desk/items/try.html", context)


def _told(answers: dict[str, object]) -> list[tuple[str, object]]:
    return sorted(answers.items())


@require_POST
def publish(request: HttpRequest, version_id: int) -> HttpResponse:
    """Put a draft into force."""
    version = kept_version(viewer_of(request), version_id)
    try:
        deeds.publish_item(viewer_of(request), version_id)
        messages.success(
            request, now("The item is in force. Applications that are under way keep their version.")
        )
    except Invalid as refusal:
        messages.error(request, str(refusal))
    return redirect("desk.item", code=version.item.code)


@require_POST
def discard(request: HttpRequest, version_id: int) -> HttpResponse:
    """Throw a draft away."""
    version = kept_version(viewer_of(request), version_id)
    deeds.discard_draft(viewer_of(request), version_id)
    messages.success(request, now("The draft is gone."))
    is_left = kept_items(viewer_of(request)).filter(code=version.item.code).exists()
    return redirect("desk.item", code=version.item.code) if is_left else redirect("desk.items")


@require_POST
def withdraw(request: HttpRequest, code: str) -> HttpResponse:
    """Take an item out of force."""
    deeds.withdraw_item(viewer_of(request), code)
    messages.success(request, now("The item is withdrawn. Applications that are under way finish."))
    return redirect("desk.item", code=code)
