"""What administrators see: organisations, accounts of staff and systems, appointments, roles, clients.

Residents are not listed here: nobody browses them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from yicheng.core.kernel.errors import NotFound
from yicheng.core.people.declare import RIGHTS, Right
from yicheng.core.people.grants import rights_of_role
from yicheng.core.people.models import Account, Appointment, Organisation, Role
from yicheng.core.people.scoping import scoped
from yicheng.core.people.viewer import Viewer

MANAGE, APPOINT = "people.manage_accounts", "people.appoint"


@dataclass(frozen=True, slots=True)
class Cell:
    """A role's hold on a right, in the matrix."""

    is_held: bool
    is_changed: bool


def accounts(viewer: Viewer) -> QuerySet[Account]:
    """Accounts of staff and systems inside the viewer's scope, without their sealed particulars."""
    rows = Account.objects.exclude(kind=Account.Kind.RESIDENT).select_related("organisation")
    rows = rows.defer("email_sealed", "phone_sealed", "real_name_sealed", "password")
    return scoped(
        rows, viewer, MANAGE, organisation="organisation_id", division="organisation__division_code"
    )


def find_account(viewer: Viewer, account_id: int) -> Account:
    """An account the viewer may manage. Raises ``NotFound``."""
    row = accounts(viewer).filter(pk=account_id).first()
    if row is None:
        raise NotFound(_("There is no such account, or none that you may manage."))
    return row


def appointments_of(account_id: int) -> list[Appointment]:
    """What an account holds now, and has held, the latest first."""
    rows = Appointment.objects.filter(account_id=account_id).select_related("role", "organisation")
    return sorted(rows, key=lambda row: (row.ended_at is not None, -row.pk))


def organisations(viewer: Viewer, right: str = "people.manage_organisations") -> QuerySet[Organisation]:
    """Organisations inside the viewer's scope of a right."""
    return scoped(Organisation.objects.all(), viewer, right, organisation="pk", division="division_code")


def find_organisation(viewer: Viewer, organisation_id: int) -> Organisation:
    """An organisation the viewer may change. Raises ``NotFound``."""
    row = organisations(viewer).select_related("parent").filter(pk=organisation_id).first()
    if row is None:
        raise NotFound(_("There is no such organisation, or none that you may change."))
    return row


def tree(viewer: Viewer, *, right: str = "people.manage_organisations") -> list[tuple[int, Organisation]]:
    """Open organisations in the order of the tree, each with its depth below the viewer's own top, and
    with ``staff_count``."""
    open_staff = Count("staff", filter=Q(staff__is_active=True))
    rows = list(organisations(viewer, right).filter(is_active=True).annotate(staff_count=open_staff))
    by_path = {row.path: row for row in rows}
    keys = {row.path: _place_in_tree(row, by_path) for row in rows}
    return [(len(keys[row.path]) - 1, row) for row in sorted(rows, key=lambda row: keys[row.path])]


def roles() -> list[Role]:
    """All roles, open ones first, in pinyin order of their code's making."""
    return list(Role.objects.order_by("-is_active", "pk"))


def find_role(role_id: int) -> Role:
    """A role. Raises ``NotFound``."""
    role = Role.objects.filter(pk=role_id).first()
    if role is None:
        raise NotFound(_("There is no such role."))
    return role


def rights_by_part(of: Iterable[Role]) -> list[tuple[str, list[tuple[Right, list[Cell]]]]]:
    """The matrix: for each part (its label) its rights, for each right one cell a role. Rights open to all are left out."""
    columns = [(rights_of_role(role.code, added=role.rights, withheld=role.withheld), role) for role in of]
    parts: dict[str, list[tuple[Right, list[Cell]]]] = {}
    for right in RIGHTS:
        if right.strangers or right.residents:
            continue
        cells = [
            Cell(right.key in held, (right.key in held) != (role.code in right.roles))
            for held, role in columns
        ]
        parts.setdefault(RIGHTS.owner(right.key), []).append((right, cells))
    return list(parts.items())


def clients() -> list[Any]:
    """Clients of other systems with their accounts, open ones first."""
    from oauth2_provider.models import Application

    rows = Application.objects.filter(user__kind=Account.Kind.SYSTEM).select_related("user")
    return list(rows.order_by("-user__is_active", "name", "pk"))


def find_client(client_id: int) -> Any:
    """A client. Raises ``NotFound``."""
    from oauth2_provider.models import Application

    row = (
        Application.objects.filter(pk=client_id, user__kind=Account.Kind.SYSTEM)
        .select_related("user__organisation")
        .first()
    )
    if row is None:
        raise NotFound(_("There is no such client."))
    return row


def _place_in_tree(row: Organisation, by_path: Mapping[str, Organisation]) -> list[tuple[str, int]]:
    """The sort keys from the highest visible ancestor down."""
    ids = [part for part in row.path.split("/") if part]
    paths = ["/" + "/".join(ids[: depth + 1]) + "/" for depth in range(len(ids))]
    return [(by_path[path].sort_key, by_path[path].pk) for path in paths if path in by_path]
