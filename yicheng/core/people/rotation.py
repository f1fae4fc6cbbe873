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
from yicheng.core.people.resealing import reseal_rows

COLUMNS = ("email_sealed", "phone_sealed", "real_name_sealed")


def reseal_all() -> dict[str, int]:
    """Accounts with their second factors, and what the parts hold; answers how many rows of each were touched."""
    own = {"people.accounts": reseal_accounts(), "people.parties": reseal_parties()}
    return own | {part.key: part.reseal() for part in PERSONAL_DATA}


def reseal_accounts() -> int:
    """Accounts, then their second factors; answers how many rows were touched. May be run again."""
    sealed = Q(email_sealed="") & Q(phone_sealed="") & Q(real_name_sealed="")
    return reseal_rows(Account.objects.exclude(sealed), *COLUMNS) + _reseal_second_factors()


def reseal_parties() -> int:
    """Numbers and names of persons and companies."""
    return reseal_rows(Party.objects.all(), "number_sealed", "name_sealed")


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
