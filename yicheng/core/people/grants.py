"""What an account may do where, read in one query and kept by this process until the account's version grows.

Database triggers raise ``Account.grants_version`` when an appointment, a role or the tree of
organisations changes, whoever changes it; the version comes with every request's session row.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from threading import Lock
from typing import Any

from django.db import connection

from yicheng.core.people.declare import RIGHTS, Right
from yicheng.core.people.viewer import Scope

Grants = Mapping[str, tuple[Scope, ...]]

_KEPT = 20_000
_kept: OrderedDict[int, tuple[int, Grants]] = OrderedDict()
_lock = Lock()

_APPOINTMENTS = """
SELECT r.code, r.rights, r.withheld, a.division_code, a.application,
       CASE WHEN a.organisation_id IS NOT NULL THEN
            (SELECT array_agg(o.id) FROM people_organisation o WHERE o.path LIKE root.path || '%%') END
  FROM people_appointment a
  JOIN people_role r ON r.id = a.role_id AND r.is_active
  LEFT JOIN people_organisation root ON root.id = a.organisation_id
 WHERE a.account_id = %s AND a.ended_at IS NULL
"""


def grants_of(account_id: int, *, version: int) -> Grants:
    """The account's grants as of ``version``: no query when this process has read them before."""
    kept = _kept.get(account_id)
    if kept and kept[0] == version:
        return kept[1]
    with connection.cursor() as cursor:
        cursor.execute(_APPOINTMENTS, [account_id])
        grants = _merged(_held(cursor.fetchall()))
    _keep(account_id, version, grants)
    return grants


def rights_of_role(code: str, *, added: Iterable[str], withheld: Iterable[str]) -> frozenset[str]:
    """The keys a role holds: declared for its code, plus added, less withheld; unknown keys sleep."""
    declared = {right.key for right in RIGHTS if code in right.roles}
    present = {key for key in added if key in RIGHTS}
    return frozenset((declared | present) - set(withheld))


def _held(rows: Iterable[Sequence[Any]]) -> Iterable[tuple[str, Scope]]:
    for code, added, withheld, division, application, organisation_ids in rows:
        ids = None if organisation_ids is None else frozenset(organisation_ids)
        scope = Scope(organisation_ids=ids, division=division)
        for key in rights_of_role(code, added=_json(added), withheld=_json(withheld)):
            if not application or RIGHTS.owner(key) == application:
                yield key, scope


def _merged(held: Iterable[tuple[str, Scope]]) -> Grants:
    scopes: dict[str, list[Scope]] = {}
    for key, scope in held:
        scopes.setdefault(key, []).append(scope)
    everywhere = Scope()
    return {key: (everywhere,) if everywhere in found else tuple(found) for key, found in scopes.items()}


def _json(value: Any) -> Any:
    import json

    return json.loads(value) if isinstance(value, str) else value


def _keep(account_id: int, version: int, grants: Grants) -> None:
    with _lock:
        _kept[account_id] = (version, grants)
        _kept.move_to_end(account_id)
        while len(_kept) > _KEPT:
            _kept.popitem(last=False)


__all__ = ["Grants", "Right", "grants_of", "rights_of_role"]
