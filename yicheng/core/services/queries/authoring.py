"""What keepers of items see: items of their bodies with drafts, forms, and what a draft still lacks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext as _

from yicheng.core.cases.declare import PROCESSES
from yicheng.core.cases.engine.expressions import expression
from yicheng.core.cases.engine.tokens import FaultyExpression
from yicheng.core.kernel.errors import NotFound
from yicheng.core.services.forms.reading import check_form
from yicheng.core.services.models import FormVersion, ItemVersion, ServiceItem
from yicheng.core.services.queries.forms import NO_FORM
from yicheng.core.services.queries.items import NO_ITEM

if TYPE_CHECKING:
    from yicheng.core.people.public import Viewer

KEEP = "services.keep_items"


def kept_items(viewer: Viewer) -> QuerySet[ServiceItem]:
    """Items of the bodies that the viewer keeps, with the newest version's id; order by ``code``."""
    newest = ItemVersion.objects.filter(item=OuterRef("pk")).order_by("-number")
    rows = ServiceItem.objects.select_related("organisation", "current").filter(_own(viewer))
    return rows.annotate(
        newest_id=Subquery(newest.values("pk")[:1]),
        newest_status=Subquery(newest.values("status")[:1]),
        newest_name=Subquery(newest.values("name")[:1]),
    )


def _own(viewer: Viewer) -> Q:
    allowed = Q(pk__in=[])
    for scope in viewer.scopes(KEEP):
        if scope.organisation_ids is None:
            return ~Q(pk__in=[])  # all; an empty Q would vanish from an “or”
        allowed |= Q(organisation__in=scope.organisation_ids)
    return allowed


def own_version(viewer: Viewer, version: ItemVersion) -> None:
    """Refuse unless the viewer keeps items of this version's body."""
    viewer.require(KEEP, organisation_id=version.item.organisation_id, division="")


def kept_item(viewer: Viewer, code: str) -> tuple[ServiceItem, list[ItemVersion]]:
    """An item with all its versions, the newest first; ``NotFound``."""
    item = kept_items(viewer).filter(code=code).first()
    if item is None:
        raise NotFound(NO_ITEM)
    versions = ItemVersion.objects.defer("search").filter(item=item).select_related("form", "organisation")
    return item, list(versions.order_by("-number"))


def kept_version(viewer: Viewer, version_id: int) -> ItemVersion:
    """Any version of an item that the viewer keeps; ``NotFound``."""
    rows = ItemVersion.objects.defer("search").select_related("item", "organisation", "form")
    found = rows.filter(pk=version_id, item__in=kept_items(viewer).values("pk")).first()
    if found is None:
        raise NotFound(NO_ITEM)
    return found


def kept_forms(viewer: Viewer) -> QuerySet[FormVersion]:
    """The newest version of each form that the viewer may change; those of a pack belong to all keepers."""
    newest = FormVersion.objects.filter(code=OuterRef("code")).order_by("-number")
    rows = FormVersion.objects.filter(pk=Subquery(newest.values("pk")[:1])).select_related("organisation")
    return rows.filter(_own(viewer) | Q(organisation__isnull=True)).order_by("code")


def kept_form(viewer: Viewer, code: str) -> FormVersion:
    """The newest version of a form; ``NotFound``."""
    found = kept_forms(viewer).filter(code=code).first()
    if found is None:
        raise NotFound(NO_FORM)
    return found


def item_faults(version: ItemVersion) -> list[str]:
    """What a draft lacks before it may come into force, as sentences."""
    found = []
    if not version.name.strip():
        found.append(_("It has no name."))
    if not version.audiences:
        found.append(_("Say whom it is for."))
    if version.legal_days is not None and version.promised_days > version.legal_days:
        found.append(_("The promised time is longer than the law allows."))
    if version.process not in PROCESSES:
        found.append(_("No installed part declares the process “%(name)s”.") % {"name": version.process})
    if version.is_online and version.form is None:
        found.append(_("An item that is applied for on line needs a form."))
    return found + _form_faults(version) + _material_faults(version)


def _form_faults(version: ItemVersion) -> list[str]:
    if version.form is None:
        return []
    if version.form.status != FormVersion.Status.PUBLISHED:
        return [_("The form “%(name)s” is a draft: publish it first.") % {"name": version.form.title}]
    return [str(fault) for fault in check_form(version.form.schema)]


def _material_faults(version: ItemVersion) -> list[str]:
    found = []
    for one in version.materials.all():
        try:
            expression(one.needed_when) if one.needed_when else None
        except FaultyExpression as fault:
            name = {"name": one.name, "fault": fault.reason}
            found.append(_("The condition of “%(name)s” cannot be read: %(fault)s") % name)
    return found
