"""What this package holds of persons: the words of licences and their papers, both sealed.

A licence outlives its holder's account: it is the city's record of what it decided. Rotation of the keys
reaches every sealed column.
"""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from yicheng.core.credentials.models import LicencePaper, LicenceVersion
from yicheng.core.people.declare import PersonalData
from yicheng.core.people.public import reseal

_AT_ONCE = 500


def forget(_account_id: int) -> int:
    """Nothing hangs on the account: licences are the party's, and stay."""
    return 0


def reseal_licences() -> int:
    """Every sealed column under the newest key, in batches of their own transactions. May be run again."""
    return _reseal_versions() + _reseal_papers()


def _reseal_versions() -> int:
    touched, last = 0, 0
    while True:
        with transaction.atomic():
            rows = LicenceVersion.objects.select_for_update().filter(pk__gt=last)
            batch = list(rows.order_by("pk")[:_AT_ONCE])
            for row in batch:
                row.fields_sealed = reseal(row.fields_sealed)
            LicenceVersion.objects.bulk_update(batch, ["fields_sealed"])
        if not batch:
            return touched
        touched, last = touched + len(batch), batch[-1].pk


def _reseal_papers() -> int:
    touched, last = 0, 0
    while True:
        with transaction.atomic():
            rows = LicencePaper.objects.select_for_update().filter(pk__gt=last)
            batch = list(rows.order_by("pk")[:50])
            for row in batch:
                row.sealed = reseal(row.sealed)
            LicencePaper.objects.bulk_update(batch, ["sealed"])
        if not batch:
            return touched
        touched, last = touched + len(batch), batch[-1].pk


PERSONAL_DATA = (PersonalData("credentials.licences", _("Licences"), forget, reseal_licences),)
