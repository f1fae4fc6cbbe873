"""What people do about who they are and who acts for them; what staff do who saw the papers."""

from __future__ import annotations

from datetime import date

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from yicheng.core.kernel import clock, recording
from yicheng.core.kernel.errors import Conflict, Forbidden, Invalid, NotFound, SignInRequired
from yicheng.core.people import queries
from yicheng.core.people.identity import PartyKind, proper_number
from yicheng.core.people.models import Account, Mandate, Party
from yicheng.core.people.parties import PartyFacts, facts_of, find_or_make, proper_name, with_number
from yicheng.core.people.viewer import Viewer

_HELD = _(
    "This number belongs to another account already. If it is yours, bring your identity card to any service "
    "window: staff there will put it right."
)

_MISMATCH = _("This name and this number do not belong together as the city knows them. Check both.")


@transaction.atomic
def declare_identity(viewer: Viewer, *, number: str, name: str) -> PartyFacts:
    """Say who one is. It counts as proven only when somebody has checked it. Raises ``Invalid``, ``Conflict``."""
    account = _signed_in(viewer)
    number, name = proper_number("person", number), proper_name("person", name)
    own = Party.objects.select_for_update().filter(account=account).first()
    if own is not None and own.is_proven:
        if (own.number, own.name) == (number, name):
            return facts_of(own)
        raise Conflict(_("Your identity is proven. To change it, bring your papers to any service window."))
    party = _lock(find_or_make("person", number, name))
    if party.account_id not in (None, account.pk):
        raise Conflict(_HELD, fields={"number": _HELD})
    if party.account_id is None and party.name != name:
        raise Invalid(_MISMATCH, fields={"name": _MISMATCH})
    if own is not None and own.pk != party.pk:
        _detach(own)
    party.account, party.name = account, name
    party.save(update_fields=["account", "name_sealed"])
    account.real_name = name
    account.save(update_fields=["real_name_sealed"])
    recording.record(viewer, action="people.declare_identity", subject=f"party/{party.pk}")
    return facts_of(party)


@transaction.atomic
def prove_identity(
    viewer: Viewer, party_id: int, *, account_id: int | None = None, name: str = ""
) -> PartyFacts:
    """Staff saw the identity card: the account is this person. Takes the number back from who held it wrongly.

    Without ``account_id`` the account that declared the number is meant. ``name`` puts the name right.
    """
    viewer.require("people.prove_identity")
    party = _lock(_found(party_id, kind="person"))
    account_id = account_id or party.account_id
    if account_id is None:
        raise Invalid(
            _("No account has declared this number. Ask the person to declare it on their profile.")
        )
    if account_id == viewer.account_id:
        raise Forbidden(_("Somebody else must check your own identity card."))
    if party.account_id != account_id:
        _detach(party)
        for other in Party.objects.select_for_update().filter(account_id=account_id):
            _detach(other)
    party.account_id, party.is_proven, party.proven_at = account_id, True, clock.now()
    if name:
        party.name = proper_name("person", name)
    party.save()
    party.mandates_given.filter(given_by_id=account_id, revoked_at=None).update(is_proven=True)
    detail = {"account": account_id}
    recording.record(viewer, action="people.prove_identity", subject=f"party/{party.pk}", detail=detail)
    return facts_of(party)


@transaction.atomic
def declare_company(viewer: Viewer, *, number: str, name: str) -> PartyFacts:
    """Say that one acts for a company. It lets one apply for it, and shows nothing until staff saw the papers."""
    _signed_in(viewer)
    own = _own_party(viewer)
    company = find_or_make("company", number, name)
    mandate, is_new = Mandate.objects.get_or_create(
        giver=company,
        taker=own,
        scope=Mandate.Scope.ALL,
        revoked_at=None,
        defaults={
            "relation": "company",
            "given_by_id": viewer.account_id,
            "given_at": clock.now(),
            "accepted_at": clock.now(),
        },
    )
    if is_new:
        recording.record(viewer, action="people.declare_company", subject=f"mandate/{mandate.pk}")
    return facts_of(company)


@transaction.atomic
def give_mandate(
    viewer: Viewer,
    *,
    giver_id: int | None = None,
    number: str,
    name: str,
    scope: str,
    valid_until: date | None = None,
    relation: str = "family",
) -> Mandate:
    """Let another person act for oneself, or for a company one represents; it counts once they accept."""
    _signed_in(viewer)
    own = _own_party(viewer)
    giver = _found(giver_id) if giver_id else own
    if giver.pk != own.pk and giver.pk not in {row.giver_id for row in _companies(viewer)}:
        raise NotFound(_("You may not give mandates for this company."))
    taker = with_number("person", proper_number("person", number))
    if taker is None or taker.name != proper_name("person", name) or taker.account_id is None:
        text = _("Nobody with this name and number has declared it yet. Ask them to do so on their profile.")
        raise Invalid(text, fields={"number": text})
    mandate = _mandate(
        viewer, giver, taker, scope=scope, valid_until=valid_until, relation=relation, is_proven=own.is_proven
    )
    recording.record(viewer, action="people.give_mandate", subject=f"mandate/{mandate.pk}")
    return mandate


@transaction.atomic
def record_mandate(
    viewer: Viewer,
    *,
    giver_id: int,
    taker_id: int,
    scope: str = "all",
    valid_until: date | None = None,
    relation: str = "family",
) -> Mandate:
    """Staff saw the papers: a legal representative, a guardian, a power of attorney. It counts at once."""
    viewer.require("people.prove_identity")
    giver, taker = _found(giver_id), _found(taker_id, kind="person")
    if viewer.account_id is not None and viewer.account_id in (giver.account_id, taker.account_id):
        raise Forbidden(_("Somebody else must record a mandate that concerns you."))
    Mandate.objects.filter(giver=giver, taker=taker, scope=scope, revoked_at=None, is_proven=False).update(
        revoked_at=clock.now()
    )
    mandate = _mandate(
        viewer, giver, taker, scope=scope, valid_until=valid_until, relation=relation, is_proven=True
    )
    mandate.accepted_at = clock.now()
    mandate.save(update_fields=["accepted_at"])
    recording.record(viewer, action="people.record_mandate", subject=f"mandate/{mandate.pk}")
    return mandate


@transaction.atomic
def accept_mandate(viewer: Viewer, mandate_id: int) -> None:
    """Take what one was offered; again: nothing more happens. Raises ``NotFound``."""
    mandate = _locked_mandate(queries.mandate_of(viewer, mandate_id).pk)
    if mandate.taker.account_id != viewer.account_id:
        raise Forbidden(_("Only the person who shall act can accept a mandate."))
    if mandate.accepted_at is None:
        mandate.accepted_at = clock.now()
        mandate.save(update_fields=["accepted_at"])
        recording.record(viewer, action="people.accept_mandate", subject=f"mandate/{mandate.pk}")


@transaction.atomic
def revoke_mandate(viewer: Viewer, mandate_id: int) -> None:
    """End a mandate one gave, or lay down one that one holds; it ends at once. Raises ``NotFound``."""
    mandate = _locked_mandate(queries.mandate_of(viewer, mandate_id).pk)
    if mandate.revoked_at is None:
        mandate.revoked_at = clock.now()
        mandate.save(update_fields=["revoked_at"])
        recording.record(viewer, action="people.revoke_mandate", subject=f"mandate/{mandate.pk}")


def _mandate(
    viewer: Viewer,
    giver: Party,
    taker: Party,
    *,
    scope: str,
    valid_until: date | None,
    relation: str,
    is_proven: bool,
) -> Mandate:
    if giver.pk == taker.pk:
        text = _("You need no mandate for yourself.")
        raise Invalid(text, fields={"number": text})
    if scope not in Mandate.Scope.values:
        raise Invalid(_("Choose what the mandate is for."), fields={"scope": _("Choose one.")})
    if valid_until is not None and valid_until < timezone.localdate(clock.now()):
        text = _("The mandate would be over already: choose a later day.")
        raise Invalid(text, fields={"valid_until": text})
    try:
        with transaction.atomic():
            return Mandate.objects.create(
                giver=giver,
                taker=taker,
                scope=scope,
                relation=relation,
                is_proven=is_proven,
                given_by_id=viewer.account_id,
                given_at=clock.now(),
                valid_until=valid_until,
            )
    except IntegrityError:
        raise Conflict(_("This person holds this mandate already.")) from None


def _detach(party: Party) -> None:
    """Nobody signs in as this person any more; what that account gave away in its name is over."""
    if party.account_id is not None:
        given = party.mandates_given.filter(given_by_id=party.account_id, revoked_at=None)
        given.update(revoked_at=clock.now())
    party.account, party.is_proven, party.proven_at = None, False, None
    party.save(update_fields=["account", "is_proven", "proven_at"])


def _signed_in(viewer: Viewer) -> Account:
    if viewer.account_id is None:
        raise SignInRequired(_("Please sign in to do this."))
    return Account.objects.select_for_update().get(pk=viewer.account_id)


def _own_party(viewer: Viewer) -> Party:
    own = Party.objects.filter(account=viewer.account_id).first()
    if own is None:
        raise Invalid(_("First say who you are: enter your identity number and name on your profile."))
    return own


def _companies(viewer: Viewer) -> list[Mandate]:
    _given, held = queries.own_mandates(viewer)
    return [row for row in held if row.is_proven and row.scope == "all" and row.giver.kind == "company"]


def _found(party_id: int, *, kind: PartyKind | None = None) -> Party:
    rows = Party.objects.filter(pk=party_id)
    party = (rows.filter(kind=kind) if kind else rows).first()
    if party is None:
        raise NotFound(_("There is no such person or company."))
    return party


def _lock(party: Party) -> Party:
    return Party.objects.select_for_update().get(pk=party.pk)


def _locked_mandate(mandate_id: int) -> Mandate:
    return Mandate.objects.select_for_update(of=("self",)).select_related("taker").get(pk=mandate_id)
