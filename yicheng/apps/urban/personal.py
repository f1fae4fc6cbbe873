"""What urban management holds of persons: who reported or joined a case, and how to reach who has no account."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from yicheng.apps.urban.models import Supporter, UrbanCase
from yicheng.core.kernel import clock
from yicheng.core.people.declare import PersonalData
from yicheng.core.people.public import reseal

#: a reporter is asked back, or disputes, within this time after a case is closed; then nobody needs the number
CONTACT_KEPT = timedelta(days=180)
_AT_ONCE = 500


def forget_person(account_id: int) -> int:
    """The cases stay, and nobody can tell any more who reported them."""
    reported = UrbanCase.objects.filter(reporter_id=account_id).update(reporter=None, contact_sealed="")
    joined = Supporter.objects.filter(account_id=account_id).update(account=None)
    return reported + joined


def reseal_contacts() -> int:
    """In batches of their own transactions."""
    touched, last = 0, 0
    while True:
        with transaction.atomic():
            rows = UrbanCase.objects.select_for_update().exclude(contact_sealed="").filter(pk__gt=last)
            batch = list(rows.order_by("pk")[:_AT_ONCE])
            for row in batch:
                row.contact_sealed = reseal(row.contact_sealed)
            UrbanCase.objects.bulk_update(batch, ["contact_sealed"])
        if not batch:
            return touched
        touched, last = touched + len(batch), batch[-1].pk


def forget_contacts() -> int:
    """Delete how to reach the reporters of cases that are closed long enough; answers how many."""
    over = UrbanCase.objects.exclude(contact_sealed="").filter(case__closed_at__lt=clock.now() - CONTACT_KEPT)
    return UrbanCase.objects.filter(pk__in=over.values("pk")).update(contact_sealed="")


PERSONAL_DATA = (PersonalData("urban.reporters", _("Reporters of cases"), forget_person, reseal_contacts),)
