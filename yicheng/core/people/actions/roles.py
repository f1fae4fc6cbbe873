"""What administrators do to roles: which rights they hold beside those declared for them."""

from __future__ import annotations

import re
from collections.abc import Iterable

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from yicheng.core.kernel import recording
from yicheng.core.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from yicheng.core.people.declare import RIGHTS
from yicheng.core.people.models import Appointment, Role
from yicheng.core.people.viewer import Scope, Viewer

MANAGE = "people.manage_roles"
_CODE = re.compile(r"[a-z][a-z0-9_]{1,39}")


@transaction.atomic
def create_role(viewer: Viewer, *, code: str, name: str, name_en: str, rights: Iterable[str]) -> Role:
    """Make a role that holds these rights."""
    _require(viewer)
    if not _CODE.fullmatch(code):
        text = _("Small letters, digits and _, beginning with a letter.")
        raise Invalid(_("This is no code for a role."), fields={"code": text})
    role = Role(code=code)
    _fill(role, name=name, name_en=name_en, rights=rights)
    try:
        with transaction.atomic():
            role.save()
    except IntegrityError:
        text = _("Another role has this code.")
        raise Invalid(text, fields={"code": text}) from None
    _record(viewer, "create_role", role)
    return role


@transaction.atomic
def change_role(
    viewer: Viewer, role_id: int, *, name: str, name_en: str, rights: Iterable[str], is_active: bool
) -> Role:
    """Say anew what a role is called and which rights it holds; felt from the next request on."""
    _require(viewer)
    role = Role.objects.select_for_update().filter(pk=role_id).first()
    if role is None:
        raise NotFound(_("There is no such role."))
    if role.is_active and not is_active and Appointment.objects.filter(role=role, ended_at=None).exists():
        raise Conflict(_("Somebody holds this role. End the appointments first."))
    _fill(role, name=name, name_en=name_en, rights=rights)
    role.is_active = is_active
    role.save()
    _record(viewer, "change_role", role)
    return role


def _fill(role: Role, *, name: str, name_en: str, rights: Iterable[str]) -> None:
    """Keep the difference from what is declared, so that a new application's rights reach the role."""
    chosen = set(rights)
    unknown = sorted(key for key in chosen if key not in RIGHTS)
    if unknown:
        raise Invalid(_("There are no such rights: %(rights)s."), rights=", ".join(unknown)[:200])
    if not name.strip():
        raise Invalid(_("Some fields need your attention."), fields={"name": _("Fill this in.")})
    declared = {right.key for right in RIGHTS if role.code in right.roles}
    asleep = {key for key in role.rights if key not in RIGHTS}
    role.name, role.name_en = name.strip()[:80], name_en.strip()[:120]
    role.rights = sorted((chosen - declared) | asleep)
    role.withheld = sorted(declared - chosen)


def _require(viewer: Viewer) -> None:
    """Roles hold for the whole city, so only who manages them everywhere may change them."""
    viewer.require(MANAGE)
    if Scope() not in viewer.scopes(MANAGE):
        raise Forbidden(_("Roles hold for the whole city. Ask an administrator of the whole city."))


def _record(viewer: Viewer, action: str, role: Role) -> None:
    detail = {
        "code": role.code,
        "rights": role.rights,
        "withheld": role.withheld,
        "is_active": role.is_active,
    }
    recording.record(viewer, action=f"people.{action}", subject=f"role/{role.pk}", detail=detail)
