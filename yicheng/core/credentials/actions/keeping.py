"""Registering seals, and what becomes of them: custodians, rules, suspension, destruction, new keys."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from yicheng.core.credentials.facts import NewSeal
from yicheng.core.credentials.keys import ring
from yicheng.core.credentials.models import Seal, SealRule
from yicheng.core.credentials.sealing.rules import purpose_of, subject_of
from yicheng.core.journal.public import record
from yicheng.core.kernel import clock
from yicheng.core.kernel.errors import Conflict, Invalid, NotFound
from yicheng.core.people.public import Viewer, account_ids_holding

KEEP = "credentials.keep_seals"


@transaction.atomic
def register_seal(viewer: Viewer, new: NewSeal) -> Seal:
    """A seal with its rules and its key. Raises ``Invalid`` where the code is taken."""
    viewer.require(KEEP, organisation_id=new.organisation_id)
    if Seal.objects.filter(code=new.code).exists():
        raise Invalid(_("Another seal has this code."), fields={"code": _("Choose another code.")})
    now = clock.now()
    seal = Seal.objects.create(
        code=new.code,
        title=new.title.strip(),
        line=new.line.strip(),
        number=new.number.strip(),
        diameter_mm=new.diameter_mm,
        organisation_id=new.organisation_id,
        custodian_id=_custodian(new.custodian_id, new.organisation_id),
        created_at=now,
        changed_at=now,
    )
    _write_rules(seal, new.rules)
    ring.key_for(purpose_of(seal), subject_of(seal))
    _noted(viewer, "register", seal)
    return seal


@transaction.atomic
def set_rules(viewer: Viewer, seal_id: int, rules: Mapping[str, tuple[str, ...]]) -> Seal:
    """Say anew what the seal may be set on."""
    seal = _locked(viewer, seal_id)
    SealRule.objects.filter(seal=seal).delete()
    _write_rules(seal, rules)
    _noted(viewer, "rule", seal, rules={covers: list(ways) for covers, ways in rules.items()})
    return seal


@transaction.atomic
def name_custodian(viewer: Viewer, seal_id: int, account_id: int | None) -> Seal:
    """Hand the seal into somebody's care."""
    seal = _locked(viewer, seal_id)
    before, seal.custodian_id = seal.custodian_id, _custodian(account_id, seal.organisation_id)
    seal.changed_at = clock.now()
    seal.save(update_fields=["custodian", "changed_at"])
    _noted(viewer, "hand_over", seal, custodian=[before, account_id])
    return seal


@transaction.atomic
def change_state(viewer: Viewer, seal_id: int, *, state: str, note: str) -> Seal:
    """Suspend a seal, put it back in use, destroy it for good. A destroyed seal's key is retired."""
    seal = _locked(viewer, seal_id)
    if not note.strip():
        raise Invalid(_("Say why."), fields={"note": _("Say why.")})
    seal.state, seal.state_note, seal.changed_at = Seal.State(state), note.strip()[:200], clock.now()
    seal.save(update_fields=["state", "state_note", "changed_at"])
    if seal.state == Seal.State.DESTROYED:
        ring.retire(purpose_of(seal))
    _noted(viewer, "change", seal, state=state, note=seal.state_note)
    return seal


@transaction.atomic
def rotate_seal_key(viewer: Viewer, seal_id: int) -> str:
    """Let a new key sign for the seal; what it sealed before stays provable. Answers the new key's name."""
    seal = _locked(viewer, seal_id)
    key = ring.rotate(purpose_of(seal), subject_of(seal))
    _noted(viewer, "rotate_key", seal, kid=key.kid)
    return key.kid


def _locked(viewer: Viewer, seal_id: int) -> Seal:
    seal = (
        Seal.objects.select_for_update(of=("self",)).select_related("organisation").filter(pk=seal_id).first()
    )
    if seal is None:
        raise NotFound(_("There is no such seal."))
    viewer.require(KEEP, organisation_id=seal.organisation_id)
    if seal.state == Seal.State.DESTROYED:
        raise Conflict(_("The seal “%(seal)s” is destroyed: register a new one."), seal=seal)
    return seal


def _custodian(account_id: int | None, organisation_id: int) -> int | None:
    if account_id is None:
        return None
    if account_id not in account_ids_holding("credentials.approve_seal", organisation_ids=[organisation_id]):
        raise Invalid(
            _("A custodian belongs to the seal's organisation and holds the role for it."),
            fields={"custodian": _("Choose somebody of the organisation.")},
        )
    return account_id


def _write_rules(seal: Seal, rules: Mapping[str, tuple[str, ...]]) -> None:
    SealRule.objects.bulk_create(
        SealRule(seal=seal, covers=covers.strip(), way=SealRule.Way(way))
        for covers, ways in rules.items()
        for way in ways
    )


def _noted(viewer: Viewer, what: str, seal: Seal, **detail: object) -> None:
    division = seal.organisation.division_code
    record(
        viewer,
        action=f"credentials.{what}_seal",
        subject=f"seal/{seal.pk}",
        division=division,
        detail={"code": seal.code, **detail},
    )
