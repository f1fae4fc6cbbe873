"""What urban management holds of persons: who reported or joined a case, and how to reach who has no account."""

from __future__ import annotations

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from yicheng.apps.urban.models import Supporter, UrbanCase
from yicheng.core.kernel import clock
from yicheng.core.people.declare import PersonalData
from yicheng.core.people.public import reseal_rows

#: a reporter is asked back, or disputes, within this time after a case is closed; then nobody needs the number
CONTACT_KEPT = timedelta(days=180)


def forget_person(account_id: int) -> int:
    """The cases stay, and nobody can tell any more who reported them."""
    reported = UrbanCase.objects.filter(reporter_id=account_id).update(reporter=None, contact_sealed="")
    joined = Supporter.objects.filter(account_id=account_id).update(account=None)
    return reported + joined


def reseal_contacts() -> int:
    """How to reach reporters, under the newest key."""
    return reseal_rows(UrbanCase.objects.exclude(contact_sealed=""), "contact_sealed")


def forget_contacts() -> int:
    """Delete how to reach the reporters of cases that are closed long enough; answers how many."""
    over = UrbanCase.objects.exclude(contact_sealed="").filter(case__closed_at__lt=clock.now() - CONTACT_KEPT)
    return UrbanCase.objects.filter(pk__in=over.values("pk")).update(contact_sealed="")


PERSONAL_DATA = (PersonalData("urban.reporters", _("Reporters of cases"), forget_person, reseal_contacts),)
