"""Who is told of an alert: accounts that hold a right over the alert's body and division."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.db import connection

from yicheng.core.people.declare import RIGHTS
from yicheng.core.people.grants import rights_of_role
from yicheng.core.people.models import Role

_HOLDERS = """
SELECT a.account_id, a.division_code,
       CASE WHEN a.organisation_id IS NOT NULL THEN
            (SELECT array_agg(o.id) FROM people_organisation o WHERE o.path LIKE root.path || '%%') END
  FROM people_appointment a
  JOIN people_account account ON account.id = a.account_id AND account.is_active
  LEFT JOIN people_organisation root ON root.id = a.organisation_id
 WHERE a.role_id = ANY(%s) AND a.ended_at IS NULL AND a.application IN ('', %s)
"""


@dataclass(frozen=True, slots=True)
class Holder:
    """An appointment that gives a right: to whom, over which bodies and which division."""

    account_id: int
    division: str
    organisation_ids: frozenset[int] | None

    def covers(self, organisation_id: int | None, division: str) -> bool:
        """Whether an alert of this body and division is theirs."""
        if self.organisation_ids is not None and organisation_id not in self.organisation_ids:
            return False
        return division.startswith(self.division)


class Audiences:
    """Looks each right up once; made for one batch of alerts."""

    def __init__(self) -> None:
        self._holders: dict[str, list[Holder]] = {}

    def of(self, right: str, *, organisation_id: int | None, division: str, is_near: bool) -> set[int]:
        """The accounts to tell."""
        if right not in self._holders:
            self._holders[right] = list(_holders(right))
        return {
            one.account_id
            for one in self._holders[right]
            if not is_near or one.covers(organisation_id, division)
        }


def _holders(right: str) -> Iterator[Holder]:
    roles = [
        role.pk
        for role in Role.objects.filter(is_active=True)
        if right in rights_of_role(role.code, added=role.rights, withheld=role.withheld)
    ]
    with connection.cursor() as cursor:
        cursor.execute(_HOLDERS, [roles, RIGHTS.owner(right)])
        for account_id, division, organisation_ids in cursor.fetchall():
            ids = None if organisation_ids is None else frozenset(organisation_ids)
            yield Holder(account_id, division, ids)
