"""What other parts may call about people."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from yicheng.core.people.encryption import seal, unseal
from yicheng.core.people.limits import Limit
from yicheng.core.people.viewer import STRANGER, SYSTEM, Scope, Viewer

if TYPE_CHECKING:
    from django.http import HttpRequest

    from yicheng.core.people.holders import Body

__all__ = [
    "STRANGER",
    "SYSTEM",
    "Limit",
    "Scope",
    "Viewer",
    "account_ids_holding",
    "account_names",
    "bodies_holding",
    "limit",
    "organisation_ids",
    "organisation_names",
    "seal",
    "unseal",
    "viewer_of",
    "viewer_of_account",
]


def viewer_of(request: HttpRequest) -> Viewer:
    """The viewer of this request: from the session, an API token or an OAuth2 token. Cached on it."""
    viewer: Viewer = request.viewer  # type: ignore[attr-defined]
    return viewer


def viewer_of_account(account_id: int) -> Viewer:
    """The viewer that this account is when nobody sits before a browser: demo, replays, tests."""
    from yicheng.core.people.middleware import viewer_for
    from yicheng.core.people.models import Account

    return viewer_for(Account.objects.get(pk=account_id))


def account_names(account_ids: Iterable[int]) -> Mapping[int, str]:
    """The names shown for these accounts, in one query."""
    from yicheng.core.people import queries

    return queries.account_names(account_ids)


def organisation_names(organisation_ids: Iterable[int], *, language: str = "") -> Mapping[int, str]:
    """The short names of these organisations, in one query; English ones where asked for and known."""
    from yicheng.core.people import queries

    return queries.organisation_names(organisation_ids, language=language)


def organisation_ids() -> Mapping[str, int]:
    """Active organisations by code, name and short name, for files that name them; ambiguous names are left out."""
    from yicheng.core.people import queries

    return queries.organisation_ids()


def bodies_holding(right: str) -> list[Body]:
    """Organisations with staff who hold the right, in pinyin order. Two queries."""
    from yicheng.core.people import holders

    return holders.bodies_holding(right)


def account_ids_holding(right: str, *, organisation_ids: Iterable[int] | None = None) -> list[int]:
    """Active accounts that hold the right, those of the organisations only where given. Two queries."""
    from yicheng.core.people import holders

    return holders.account_ids_holding(right, organisation_ids=organisation_ids)


def limit(rule: Limit, key: str) -> None:
    """Count one try against a ``Limit``; raises ``TooMany``. Call outside a transaction."""
    from yicheng.core.people import limits

    limits.consume(rule, key)
