"""What administrators do to the tree of organisations."""

from __future__ import annotations

from django.db import IntegrityError, transaction
from django.db.models import F, Value
from django.db.models.functions import Concat, Substr
from django.utils.translation import gettext_lazy as _

from yicheng.core.kernel import recording
from yicheng.core.kernel.errors import Conflict, Invalid, NotFound
from yicheng.core.people.facts import NewOrganisation
from yicheng.core.people.loading import pinyin_key
from yicheng.core.people.models import Account, Organisation
from yicheng.core.people.viewer import Viewer

MANAGE = "people.manage_organisations"


@transaction.atomic
def create_organisation(viewer: Viewer, new: NewOrganisation) -> Organisation:
    """Add an organisation below another, or as a root."""
    _lock_tree()
    parent = _found(new.parent_id) if new.parent_id else None
    _require(viewer, parent)
    row = Organisation(code=new.code.strip(), parent=parent, path="/")
    _fill(row, new)
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:
        text = _("Another organisation has this code.")
        raise Invalid(text, fields={"code": text}) from None
    row.path = f"{parent.path if parent else '/'}{row.pk}/"
    row.save(update_fields=["path"])
    _record(viewer, "create_organisation", row)
    return row


@transaction.atomic
def change_organisation(viewer: Viewer, organisation_id: int, new: NewOrganisation) -> Organisation:
    """Change an organisation, or move it with all below it. Its code stays."""
    _lock_tree()
    row = _found(organisation_id)
    _require(viewer, row)
    parent = _found(new.parent_id) if new.parent_id else None
    if new.parent_id != row.parent_id:
        _require(viewer, parent)
        _move(row, parent)
    _fill(row, new)
    row.save()
    _record(viewer, "change_organisation", row)
    return row


@transaction.atomic
def close_organisation(viewer: Viewer, organisation_id: int, *, reason: str) -> None:
    """Close an organisation that has no open organisation below it and no open account."""
    _lock_tree()
    row = _found(organisation_id)
    _require(viewer, row)
    if Organisation.objects.filter(parent=row, is_active=True).exists():
        raise Conflict(_("Close or move the organisations below it first."))
    if Account.objects.filter(organisation=row, is_active=True).exists():
        raise Conflict(_("Close its accounts first, or move them to another organisation."))
    row.is_active = False
    row.save(update_fields=["is_active"])
    _record(viewer, "close_organisation", row, reason=reason)


@transaction.atomic
def reopen_organisation(viewer: Viewer, organisation_id: int) -> None:
    """Open a closed organisation again."""
    row = _found(organisation_id)
    _require(viewer, row)
    row.is_active = True
    row.save(update_fields=["is_active"])
    _record(viewer, "reopen_organisation", row)


def _lock_tree() -> None:
    """One change of the tree at a time: two moves could close a circle."""
    list(Organisation.objects.select_for_update().filter(parent=None).order_by("pk").values_list("pk"))


def _move(row: Organisation, parent: Organisation | None) -> None:
    if parent is not None and parent.path.startswith(row.path):
        text = _("An organisation cannot stand below itself.")
        raise Invalid(text, fields={"parent": text})
    before = row.path
    after = f"{parent.path if parent else '/'}{row.pk}/"
    Organisation.objects.filter(path__startswith=before).update(
        path=Concat(Value(after), Substr(F("path"), len(before) + 1))
    )
    row.parent, row.path = parent, after


def _fill(row: Organisation, new: NewOrganisation) -> None:
    faults = {name: _("Fill this in.") for name in ("name", "kind") if not getattr(new, name).strip()}
    if not row.code:
        faults["code"] = _("Fill this in.")
    if faults:
        raise Invalid(_("Some fields need your attention."), fields=faults)
    row.name, row.kind, row.short_name = new.name.strip(), new.kind.strip(), new.short_name.strip()
    row.name_en, row.phone, row.division_code = (
        new.name_en.strip(),
        new.phone.strip(),
        new.division_code.strip(),
    )
    row.sort_key = pinyin_key(row.short_name or row.name)


def _found(organisation_id: int) -> Organisation:
    row = Organisation.objects.filter(pk=organisation_id).first()
    if row is None:
        raise NotFound(_("There is no such organisation."))
    return row


def _require(viewer: Viewer, row: Organisation | None) -> None:
    if row is None:
        viewer.require(MANAGE, organisation_id=0, division="")
    else:
        viewer.require(MANAGE, organisation_id=row.pk, division=row.division_code)


def _record(viewer: Viewer, action: str, row: Organisation, **detail: object) -> None:
    detail = {"code": row.code, "parent": row.parent_id, **detail}
    recording.record(
        viewer,
        action=f"people.{action}",
        subject=f"organisation/{row.pk}",
        division=row.division_code,
        detail=detail,
    )
