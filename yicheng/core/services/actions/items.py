"""Describing a service: a draft beside the version in force, checked, published, withdrawn. Old versions stay."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from yicheng.core.journal.public import record
from yicheng.core.kernel import clock
from yicheng.core.kernel.errors import Conflict, Invalid, NotFound
from yicheng.core.kernel.pinyin import sort_key
from yicheng.core.people.models import Organisation
from yicheng.core.services.models import ItemElement, ItemVersion, ServiceItem, ServiceMaterial
from yicheng.core.services.queries.authoring import item_faults, own_version
from yicheng.core.services.queries.items import NO_ITEM
from yicheng.core.services.words import search_vector

if TYPE_CHECKING:
    from yicheng.core.people.public import Viewer

KEEP, PUBLISH = "services.keep_items", "services.publish_items"


@transaction.atomic
def begin_item(viewer: Viewer, code: str, *, name: str, organisation_id: int) -> ItemVersion:
    """A new item of a body, as a draft."""
    viewer.require(KEEP, organisation_id=organisation_id, division="")
    if ServiceItem.objects.filter(code=code).exists():
        taken = _("There is an item with this code.")
        raise Invalid(taken, fields={"code": taken})
    body = Organisation.objects.get(pk=organisation_id)
    item = ServiceItem.objects.create(code=code, organisation=body, created_at=clock.now())
    draft = ItemVersion.objects.create(
        item=item,
        number=1,
        name=name,
        sort_key=sort_key(name),
        kind="public_service",
        organisation=body,
        level="city",
        division_code=body.division_code,
        audiences=["person"],
        created_by_id=viewer.account_id,
        created_at=clock.now(),
    )
    record(viewer, action="services.begin_item", subject=f"item/{item.pk}", detail={"code": code})
    return draft


@transaction.atomic
def begin_draft(viewer: Viewer, code: str) -> ItemVersion:
    """A draft that says what the newest version says; the draft there is, if there is one."""
    item = ServiceItem.objects.select_for_update(of=("self",)).filter(code=code).first()
    newest = item.versions.order_by("-number").first() if item else None
    if item is None or newest is None:
        raise NotFound(NO_ITEM)
    viewer.require(KEEP, organisation_id=item.organisation_id, division="")
    if newest.status == ItemVersion.Status.DRAFT:
        return newest
    source = item.current or newest
    draft = ItemVersion.objects.get(pk=source.pk)
    draft.pk, draft.number, draft.status = None, newest.number + 1, ItemVersion.Status.DRAFT
    draft.created_by_id, draft.created_at = viewer.account_id, clock.now()
    draft.published_at = draft.published_by = draft.search = None
    draft.note = draft.fingerprint = ""
    draft.save(force_insert=True)
    _copy_parts(source, draft)
    record(viewer, action="services.begin_draft", subject=f"item/{item.pk}", detail={"number": draft.number})
    return draft


def _copy_parts(source: ItemVersion, draft: ItemVersion) -> None:
    materials = list(source.materials.all())
    for material in materials:
        material.pk, material.version = None, draft
    elements = list(source.elements.all())
    for element in elements:
        element.pk, element.version = None, draft
    ServiceMaterial.objects.bulk_create(materials)
    ItemElement.objects.bulk_create(elements)


@transaction.atomic
def save_draft(
    viewer: Viewer,
    version_id: int,
    *,
    facts: Mapping[str, Any],
    materials: Sequence[Mapping[str, Any]],
    elements: Mapping[str, int],
) -> ItemVersion:
    """Write a draft anew: its own columns, its materials in order, element → organisation's id."""
    draft = _draft(viewer, version_id)
    for name, value in facts.items():
        setattr(draft, name, value)
    draft.sort_key = sort_key(draft.name)
    draft.save()
    draft.materials.all().delete()
    ServiceMaterial.objects.bulk_create(
        ServiceMaterial(version=draft, position=at, **one) for at, one in enumerate(materials, start=1)
    )
    draft.elements.all().delete()
    ItemElement.objects.bulk_create(
        ItemElement(version=draft, element=element, organisation_id=body)
        for element, body in elements.items()
    )
    record(
        viewer, action="services.save_draft", subject=f"item/{draft.item_id}", detail={"number": draft.number}
    )
    return draft


def _draft(viewer: Viewer, version_id: int) -> ItemVersion:
    draft = ItemVersion.objects.select_for_update(of=("self",)).filter(pk=version_id).first()
    if draft is None:
        raise NotFound(NO_ITEM)
    own_version(viewer, draft)
    if draft.status != ItemVersion.Status.DRAFT:
        raise Conflict(_("This version was published already and doesn't change. Begin a new draft."))
    return draft


@transaction.atomic
def discard_draft(viewer: Viewer, version_id: int) -> None:
    """Throw a draft away; an item that was never published goes with it."""
    draft = _draft(viewer, version_id)
    item = draft.item
    draft.delete()
    if not item.versions.exists():
        item.delete()
    record(viewer, action="services.discard_draft", subject=f"item/{item.code}", detail={})


@transaction.atomic
def publish_item(viewer: Viewer, version_id: int) -> ItemVersion:
    """Put a draft into force in the place of the version before; applications keep theirs. Raises ``Invalid``."""
    draft = _draft(viewer, version_id)
    viewer.require(PUBLISH, organisation_id=draft.organisation_id, division=draft.division_code)
    if faults := item_faults(draft):
        raise Invalid(_("The draft is not complete: %(fault)s"), fault=faults[0])
    item = ServiceItem.objects.select_for_update(of=("self",)).get(pk=draft.item_id)
    item.versions.filter(status="published").update(status="retired")
    now = clock.now()
    draft.status, draft.published_at, draft.published_by_id = "published", now, viewer.account_id
    draft.search = search_vector(draft)
    draft.save()
    item.current, item.organisation_id = draft, draft.organisation_id
    item.save(update_fields=["current", "organisation"])
    record(
        viewer,
        action="services.publish_item",
        subject=f"item/{item.pk}",
        division=draft.division_code,
        detail={"code": item.code, "number": draft.number},
    )
    return draft


@transaction.atomic
def withdraw_item(viewer: Viewer, code: str) -> None:
    """Take an item out of force: nobody can begin it any more; running applications finish."""
    item = ServiceItem.objects.select_for_update(of=("self",)).filter(code=code).first()
    if item is None:
        raise NotFound(NO_ITEM)
    viewer.require(PUBLISH, organisation_id=item.organisation_id, division="")
    if item.current_id is None:
        raise Conflict(_("This item is not in force."))
    item.versions.filter(status="published").update(status="retired")
    item.current = None
    item.save(update_fields=["current"])
    record(viewer, action="services.withdraw_item", subject=f"item/{item.pk}", detail={"code": code})
