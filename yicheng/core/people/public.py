"""What other parts may call about people."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, TypeVar

from django.db.models import Model, QuerySet

from yicheng.core.people.encryption import blind_index, seal, unseal
from yicheng.core.people.facts import NewStaff
from yicheng.core.people.identity import (
    NumberFacts,
    PartyKind,
    masked_name,
    masked_number,
    number_digest,
    proper_number,
)
from yicheng.core.people.limits import Limit
from yicheng.core.people.resealing import reseal_rows
from yicheng.core.people.viewer import STRANGER, SYSTEM, Scope, Viewer

if TYPE_CHECKING:
    from django.http import HttpRequest

    from yicheng.core.people.holders import Body
    from yicheng.core.people.parties import PartyFacts  # noqa: TC004
    from yicheng.core.people.queries import What

M = TypeVar("M", bound=Model)

__all__ = [
    "STRANGER",
    "SYSTEM",
    "Limit",
    "NewStaff",
    "NumberFacts",
    "PartyFacts",
    "PartyKind",
    "Scope",
    "Viewer",
    "account_ids_holding",
    "account_names",
    "appoint",
    "blind_index",
    "bodies_holding",
    "bodies_of",
    "declare_identity",
    "find_or_make_party",
    "find_party",
    "limit",
    "make_staff",
    "masked_name",
    "masked_number",
    "may_act_for",
    "number_digest",
    "number_facts",
    "organisation_ids",
    "organisation_names",
    "own_particulars",
    "parties_of",
    "party_facts",
    "party_number",
    "party_of",
    "proper_number",
    "prove_identity",
    "record_mandate",
    "reseal_rows",
    "scoped",
    "seal",
    "sign_up",
    "unseal",
    "viewer_of",
    "viewer_of_account",
    "viewer_of_key",
]


def viewer_of(request: HttpRequest) -> Viewer:
    """The viewer of this request: from the session, an API token or an OAuth2 token. Cached on it."""
    viewer: Viewer = request.viewer  # type: ignore[attr-defined]
    return viewer


def viewer_of_key(key: str, *, address: str = "") -> Viewer | None:
    """The viewer that an API key or OAuth2 token stands for; None when it is unknown, over or revoked. One query.

    For standards that carry the key in a parameter of their own; elsewhere ``Authorization: Bearer`` is enough.
    """
    from yicheng.core.people import tokens

    bearer = tokens.find(key)
    return tokens.viewer_for(bearer, address=address) if bearer else None


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


def bodies_of(kinds: Iterable[str] = (), *, ids: Iterable[int] = ()) -> list[Body]:
    """Organisations of these kinds, or with these ids, in pinyin order. One query."""
    from yicheng.core.people import holders

    return holders.bodies_of(kinds, ids=ids)


def make_staff(viewer: Viewer, wanted: Sequence[NewStaff], *, password: str) -> Mapping[str, int]:
    """Accounts with one role each and the same first password; answers user name → id. Raises ``Invalid``."""
    from yicheng.core.people import staff

    return staff.make_staff(viewer, wanted, password=password)


def sign_up(viewer: Viewer, *, name: str, password: str, display_name: str, language: str) -> int:
    """Make a resident's account; answers its id. Raises ``Invalid``."""
    from yicheng.core.people import actions

    account = actions.sign_up(
        viewer, name=name, password=password, display_name=display_name, language=language
    )
    return account.pk


def account_ids_holding(right: str, *, organisation_ids: Iterable[int] | None = None) -> list[int]:
    """Active accounts that hold the right, those of the organisations only where given. Two queries."""
    from yicheng.core.people import holders

    return holders.account_ids_holding(right, organisation_ids=organisation_ids)


def limit(rule: Limit, key: str) -> None:
    """Count one try against a ``Limit``; raises ``TooMany``. Call outside a transaction."""
    from yicheng.core.people import limits

    limits.consume(rule, key)


def scoped(
    rows: QuerySet[M],
    viewer: Viewer,
    right: str,
    *,
    organisation: str = "organisation_id",
    division: str = "division_code",
) -> QuerySet[M]:
    """The rows for which the viewer holds ``right``, by their scope columns (an empty name: they have none)."""
    from yicheng.core.people import scoping

    return scoping.scoped(rows, viewer, right, organisation=organisation, division=division)


def appoint(
    viewer: Viewer,
    account_id: int,
    *,
    role: str,
    organisation_id: int | None = None,
    division_code: str = "",
    application: str = "",
) -> None:
    """Give the role of this code within a scope. Needs ``people.appoint`` over that scope."""
    from yicheng.core.people import actions
    from yicheng.core.people.models import Role

    actions.appoint(
        viewer,
        account_id,
        role_id=Role.objects.get(code=role).pk,
        organisation_id=organisation_id,
        division_code=division_code,
        application=application,
    )


def party_of(viewer: Viewer) -> PartyFacts | None:
    """The person that the viewer is, proven or declared; None for strangers and those who declared nothing."""
    from yicheng.core.people import queries

    return queries.party_of(viewer)


def parties_of(viewer: Viewer, *, what: What = "apply") -> list[PartyFacts]:
    """The viewer's own person first, then those one may act for in this. Two queries."""
    from yicheng.core.people import queries

    return queries.parties_of(viewer, what=what)


def may_act_for(viewer: Viewer, party_id: int, what: What = "apply") -> bool:
    """Whether the viewer may apply for this party, see what is known of it, or show its licences. One query.

    Whoever merely declared a number may apply with it; to see or show anything the identity must be proven.
    """
    from yicheng.core.people import queries

    return queries.may_act_for(viewer, party_id, what)


def party_facts(party_ids: Iterable[int]) -> Mapping[int, PartyFacts]:
    """These parties, in one query. The caller has checked that the viewer may know of them."""
    from yicheng.core.people import queries

    return queries.party_facts(party_ids)


def party_number(party_id: int) -> str:
    """The full number, for what is printed and for calls of other systems. The caller has checked the right."""
    from yicheng.core.people.models import Party

    return Party.objects.get(pk=party_id).number


def own_particulars(viewer: Viewer) -> tuple[str, str]:
    """The viewer's own telephone and e-mail, "" where none is kept; for forms that ask how to reach them."""
    from yicheng.core.people import queries

    account = queries.own_account(viewer)
    return account.phone.removeprefix("+86"), account.email


def number_facts(number: str) -> NumberFacts:
    """Birthday and sex as a person's number holds them."""
    from yicheng.core.people import identity

    return identity.number_facts(number)


def find_party(viewer: Viewer, kind: PartyKind, number: str) -> PartyFacts | None:
    """Who has this number, for staff with ``people.find_party``; the caller logs the look with its purpose."""
    from yicheng.core.people import queries

    return queries.find_party(viewer, kind, number)


def find_or_make_party(kind: PartyKind, number: str, name: str) -> PartyFacts:
    """The one party of this number, made where it is missing, in the caller's transaction. Raises ``Invalid``."""
    from yicheng.core.people import parties

    return parties.facts_of(parties.find_or_make(kind, number, name))


def declare_identity(viewer: Viewer, *, number: str, name: str) -> PartyFacts:
    """Say who one is; proven only when somebody has checked it. Raises ``Invalid``, ``Conflict``."""
    from yicheng.core.people import actions

    return actions.declare_identity(viewer, number=number, name=name)


def prove_identity(
    viewer: Viewer, party_id: int, *, account_id: int | None = None, name: str = ""
) -> PartyFacts:
    """Staff saw the identity card: the account is this person. Needs ``people.prove_identity``."""
    from yicheng.core.people import actions

    return actions.prove_identity(viewer, party_id, account_id=account_id, name=name)


def record_mandate(viewer: Viewer, *, giver_id: int, taker_id: int, scope: str = "all") -> int:
    """Staff saw the papers of a legal representative or guardian: it counts at once; answers the mandate's id."""
    from yicheng.core.people import actions

    return actions.record_mandate(viewer, giver_id=giver_id, taker_id=taker_id, scope=scope).pk
