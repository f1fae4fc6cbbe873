"""Who holds a right: the bodies that can be given work, the accounts that a message goes to."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from yicheng.core.kernel.languages import in_language
from yicheng.core.people.grants import rights_of_role
from yicheng.core.people.models import Account, Appointment, Organisation, Role


@dataclass(frozen=True, slots=True)
class Body:
    """An organisation as lists of choices need it."""

    id: int
    code: str
    name: str
    kind: str
    division_code: str


def bodies_holding(right: str) -> list[Body]:
    """Organisations with staff who hold the right, in pinyin order. Two queries."""
    held = Appointment.objects.filter(_current(right), account__is_active=True)
    rows = Organisation.objects.filter(Q(pk__in=held.values("account__organisation")), is_active=True)
    return _bodies(rows)


def bodies_of(kinds: Iterable[str] = (), *, ids: Iterable[int] = ()) -> list[Body]:
    """Organisations of these kinds, or with these ids, in pinyin order. One query."""
    rows = Organisation.objects.filter(Q(kind__in=set(kinds)) | Q(pk__in=set(ids)), is_active=True)
    return _bodies(rows)


def account_ids_holding(right: str, *, organisation_ids: Iterable[int] | None = None) -> list[int]:
    """Active accounts that hold the right, those of the organisations only where given. Two queries."""
    accounts = Account.objects.filter(
        pk__in=Appointment.objects.filter(_current(right)).values("account"), is_active=True
    )
    if organisation_ids is not None:
        accounts = accounts.filter(organisation_id__in=set(organisation_ids))
    return list(accounts.order_by("pk").values_list("pk", flat=True))


def _current(right: str) -> Q:
    """Appointments that stand, in a role which holds the right."""
    roles = [
        role.pk
        for role in Role.objects.filter(is_active=True)
        if right in rights_of_role(role.code, added=role.rights, withheld=role.withheld)
    ]
    return Q(role__in=roles, ended_at=None)


def _bodies(rows: QuerySet[Organisation]) -> list[Body]:
    found = rows.order_by("sort_key", "pk").values_list(
        "pk", "code", "name", "short_name", "name_en", "kind", "division_code"
    )
    return [
        Body(pk, code, in_language(short_name or name, name_en), kind, division_code)
        for pk, code, name, short_name, name_en, kind, division_code in found
    ]
