"""Rotation of the keys of personal data: every sealed value of this package moves to the newest key.

Other parts that keep sealed values of their own (``people.public.seal``) declare them (``PERSONAL_DATA``).
"""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models import Q

from yicheng.core.people.declare import PERSONAL_DATA
from yicheng.core.people.encryption import reseal
from yicheng.core.people.models import Account, Party

COLUMNS = ("email_sealed", "phone_sealed", "real_name_sealed")
_AT_ONCE = 500


def reseal_all() -> dict[str, int]:
    """Accounts with their second factors, and what the parts hold; answers how many rows of each were touched."""
    own = {"people.accounts": reseal_accounts(), "people.parties": reseal_parties()}
    return own | {part.key: part.reseal() for part in PERSONAL_DATA}


def reseal_accounts() -> int:
    """Reseal in batches of their own transactions; answers how many rows were touched. May be run again."""
    sealed = Q(email_sealed="") & Q(phone_sealed="") & Q(real_name_sealed="")
    touched, last = 0, 0
    while True:
        with transaction.atomic():
            rows = Account.objects.select_for_update().exclude(sealed).filter(pk__gt=last)
            batch = list(rows.order_by("pk")[:_AT_ONCE])
            for row in batch:
                for column in COLUMNS:
                    setattr(row, column, reseal(getattr(row, column)))
            Account.objects.bulk_update(batch, COLUMNS)
        if not batch:
            return touched + _reseal_second_factors()
        touched, last = touched + len(batch), batch[-1].pk


def reseal_parties() -> int:
    """Numbers and names of persons and companies, in batches of their own transactions."""
    touched, last = 0, 0
    while True:
        with transaction.atomic():
            batch = list(Party.objects.select_for_update().filter(pk__gt=last).order_by("pk")[:_AT_ONCE])
            for row in batch:
                row.number_sealed, row.name_sealed = reseal(row.number_sealed), reseal(row.name_sealed)
            Party.objects.bulk_update(batch, ["number_sealed", "name_sealed"])
        if not batch:
            return touched
        touched, last = touched + len(batch), batch[-1].pk


@transaction.atomic
def _reseal_second_factors() -> int:
    from allauth.mfa.models import Authenticator

    rows = list(Authenticator.objects.select_for_update().filter(type__in=("totp", "recovery_codes")))
    for row in rows:
        row.data = {key: _resealed(key, value) for key, value in row.data.items()}
    Authenticator.objects.bulk_update(rows, ["data"])
    return len(rows)


def _resealed(key: str, value: Any) -> Any:
    """What django-allauth hands to the adapter's ``encrypt``: the secret and seed, and migrated codes."""
    if key in ("secret", "seed"):
        return reseal(value)
    if key == "migrated_codes":
        return [reseal(code) for code in value]
    return value
