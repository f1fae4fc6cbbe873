"""What government services hold of persons: drafts, answers, what was known of them; and how long."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from yicheng.core.kernel import clock
from yicheng.core.people.declare import PersonalData
from yicheng.core.people.public import reseal_rows
from yicheng.core.services.models import Application

#: a draft nobody touched for so long is thrown away
DRAFTS_KEPT = timedelta(days=90)
#: answers are kept so long after the matter is over (档案 keeps the paper's own time; appeals are over by then)
ANSWERS_KEPT = timedelta(days=5 * 365)
_SEALED = ("answers_sealed", "known_sealed", "delivery_sealed")


def forget_person(account_id: int) -> int:
    """Drafts go; what was handed in stays with the party, and no account follows it any more."""
    drafts = Application.objects.filter(applicant_id=account_id, status=Application.Status.DRAFT)
    gone = drafts.delete()[0]
    return gone + Application.objects.filter(applicant_id=account_id).update(applicant=None)


def reseal_answers() -> int:
    """What applications say, under the newest key."""
    return reseal_rows(Application.objects.all(), *_SEALED)


def drop_old_drafts() -> int:
    """Throw away drafts that nobody touched for long; answers how many."""
    over = Application.objects.filter(status=Application.Status.DRAFT, saved_at__lt=clock.now() - DRAFTS_KEPT)
    return over.delete()[1].get("services.Application", 0)


def forget_old_answers() -> int:
    """Delete the answers of matters that are over long since; answers how many."""
    end = clock.now() - ANSWERS_KEPT
    over = Application.objects.filter(Q(delivered_at__lt=end) | Q(case__closed_at__lt=end))
    kept = over.exclude(answers_sealed="", known_sealed="", delivery_sealed="")
    rows = Application.objects.filter(pk__in=list(kept.values_list("pk", flat=True)[:10_000]))
    return rows.update(answers_sealed="", known_sealed="", delivery_sealed="")


PERSONAL_DATA = (
    PersonalData("services.applications", _("Applications for services"), forget_person, reseal_answers),
)
