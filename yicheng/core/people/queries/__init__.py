"""What people may see of themselves (``own``), and what administrators see (``directory``)."""

from yicheng.core.people.queries.directory import (
    Cell,
    accounts,
    appointments_of,
    clients,
    find_account,
    find_client,
    find_organisation,
    find_role,
    organisations,
    rights_by_part,
    roles,
    tree,
)
from yicheng.core.people.queries.own import (
    OpenSession,
    account_names,
    live_tokens,
    open_sessions,
    organisation_ids,
    organisation_names,
    own_account,
)

__all__ = [
    "Cell",
    "OpenSession",
    "account_names",
    "accounts",
    "appointments_of",
    "clients",
    "find_account",
    "find_client",
    "find_organisation",
    "find_role",
    "live_tokens",
    "open_sessions",
    "organisation_ids",
    "organisation_names",
    "organisations",
    "own_account",
    "rights_by_part",
    "roles",
    "tree",
]
