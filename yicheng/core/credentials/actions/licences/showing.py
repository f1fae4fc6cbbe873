"""The holder shows: chosen fields, once, within minutes; a wallet's key that credentials are bound to."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from yicheng.core.credentials.actions.licences.seeing import log_showing
from yicheng.core.credentials.licences import codes, sdjwt
from yicheng.core.credentials.licences.facts import FieldRule, FieldValue, LicenceFacts, Standing
from yicheng.core.credentials.licences.reading import WITH, facts_of, standing
from yicheng.core.credentials.models import HolderKey, LicenceVersion, OneTimeCode, Showing
from yicheng.core.credentials.queries.licences import own_version
from yicheng.core.journal.public import record
from yicheng.core.kernel import clock
from yicheng.core.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from yicheng.core.people.public import Limit, Viewer, limit, may_act_for, party_number

LIVES = timedelta(minutes=10)
ISSUED = Limit("credentials.one_time", 30, 3600)
HOLDER = (
    FieldRule("holder_name", "持有人", "Holder", "text", True, False),
    FieldRule("holder_number", "证件号码", "Number of the holder", "text", True, False),
    FieldRule("licence_number", "证照编号", "Licence number", "text", True, False),
)


@dataclass(frozen=True, slots=True)
class Leave:
    """A one-time code as its holder shows it; it is never told again."""

    id: int
    code: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Seen:
    """What a one-time code opened: the chosen fields, and that the holder chose to show them now."""

    title: str
    authority: str
    standing: Standing
    valid_until: Any
    fields: tuple[FieldValue, ...]
    made_at: datetime
    opened_at: datetime


def offered_fields(facts: LicenceFacts) -> tuple[FieldValue, ...]:
    """What a holder may choose from: who they are, the number, and every field that says something."""
    own = (facts.holder_name, party_number(facts.holder_id), facts.number)
    held = tuple(FieldValue(rule, value) for rule, value in zip(HOLDER, own, strict=True))
    return held + tuple(field for field in facts.fields if field.value)


def give_leave(viewer: Viewer, licence_id: int, *, fields: Collection[str]) -> Leave:
    """A one-time code for these fields. Raises ``NotFound``, ``Invalid``, ``TooMany``. Outside a transaction."""
    version = own_version(viewer, licence_id)
    limit(ISSUED, str(viewer.account_id))
    known = [field.rule.key for field in offered_fields(facts_of(version))]
    chosen = [key for key in known if key in fields]
    if not chosen or len(chosen) != len(set(fields)):
        text = _("Choose at least one field to show.")
        raise Invalid(text, fields={"fields": text})
    code, now = codes.new_code(codes.ONCE), clock.now()
    made = OneTimeCode.objects.create(
        digest=codes.digest(code),
        version=version,
        party_id=version.licence.holder_id,
        fields=chosen,
        made_at=now,
        expires_at=now + LIVES,
    )
    return Leave(made.pk, code, made.expires_at)


def withdraw_leave(viewer: Viewer, leave_id: int) -> None:
    """Take a one-time code back before anyone opens it. Raises ``NotFound``."""
    found = OneTimeCode.objects.filter(pk=leave_id, opened_at=None).first()
    if found is None or not may_act_for(viewer, found.party_id, "licences"):
        raise NotFound(_("There is no such code any more."))
    found.delete()


def leave_state(viewer: Viewer, leave_id: int) -> OneTimeCode:
    """How a one-time code stands, for its holder. Raises ``NotFound``."""
    found = OneTimeCode.objects.filter(pk=leave_id).first()
    if found is None or not may_act_for(viewer, found.party_id, "licences"):
        raise NotFound(_("There is no such code any more."))
    return found


def is_open(code: str) -> bool:
    """Whether a one-time code could be opened now; looking does not use it up."""
    row = OneTimeCode.objects.filter(digest=codes.digest(codes.normal(code)), opened_at=None)
    return row.filter(expires_at__gt=clock.now()).exists()


@transaction.atomic
def use_leave(viewer: Viewer, code: str, *, stated: str = "", purpose: str = "") -> Seen:
    """Open a one-time code: once, by one, before it ends. Raises ``NotFound``, ``Conflict``, ``Invalid``.

    Who opens it says who they are; the holder reads it. Staff and residents who are signed in are named by it.
    """
    rows = OneTimeCode.objects.select_for_update(of=("self",)).filter(digest=codes.digest(codes.normal(code)))
    leave = rows.first()
    if leave is None:
        raise NotFound(
            _("This code is not known, or it has been used long ago. Ask the holder for a new one.")
        )
    if leave.opened_at is not None:
        raise Conflict(_("This code has been used. Ask the holder for a new one."))
    if leave.expires_at <= clock.now():
        raise Conflict(_("This code has run out: it lives ten minutes. Ask the holder for a new one."))
    who = (stated.strip() or viewer.name)[:120]
    if not who:
        text = _("Say who you are: the holder reads it.")
        raise Invalid(text, fields={"stated": text})
    leave.opened_at, leave.opened_by = clock.now(), who
    leave.save(update_fields=["opened_at", "opened_by"])
    version = LicenceVersion.objects.select_related(*WITH).get(pk=leave.version_id)
    log_showing(viewer, version, kind=Showing.Kind.ONCE, fields=leave.fields, stated=who, purpose=purpose)
    return _seen(version, leave)


def _seen(version: LicenceVersion, leave: OneTimeCode) -> Seen:
    facts = facts_of(version)
    chosen = tuple(field for field in offered_fields(facts) if field.rule.key in leave.fields)
    assert leave.opened_at is not None
    return Seen(
        title=facts.title,
        authority=facts.authority,
        standing=standing(version.licence, version),
        valid_until=facts.valid_until,
        fields=chosen,
        made_at=leave.made_at,
        opened_at=leave.opened_at,
    )


@transaction.atomic
def bind_wallet(viewer: Viewer, party_id: int, *, key: object, name: str) -> HolderKey:
    """Credentials given out from now on are bound to this key; a key before it ends. Raises ``Invalid``."""
    if not may_act_for(viewer, party_id, "licences"):
        raise Forbidden(_("These are not your licences."))
    try:
        kept = sdjwt.public_key(key)
    except ValueError:
        text = _("This is not a public P-256 key in JWK form. Copy it from your wallet's settings.")
        raise Invalid(text, fields={"key": text}) from None
    HolderKey.objects.filter(party_id=party_id, ended_at=None).update(ended_at=clock.now())
    try:
        made = HolderKey.objects.create(
            party_id=party_id,
            jwk=kept,
            thumbprint=sdjwt.thumbprint(kept),
            name=name.strip()[:60],
            made_at=clock.now(),
        )
    except IntegrityError:
        raise Conflict(_("Another key was just entered. Open the page again.")) from None
    record(
        viewer, action="credentials.bind_wallet", subject=f"party/{party_id}", detail={"key": made.thumbprint}
    )
    return made


@transaction.atomic
def unbind_wallet(viewer: Viewer, party_id: int) -> None:
    """Credentials given out from now on are bound to nobody's key."""
    if not may_act_for(viewer, party_id, "licences"):
        raise Forbidden(_("These are not your licences."))
    HolderKey.objects.filter(party_id=party_id, ended_at=None).update(ended_at=clock.now())
    record(viewer, action="credentials.unbind_wallet", subject=f"party/{party_id}")


def wallet_of(party_id: int) -> HolderKey | None:
    """The key that credentials of this holder are bound to; the caller has checked the right."""
    return HolderKey.objects.filter(party_id=party_id, ended_at=None).first()
