"""“Me too”: somebody else reports what is already a case, and follows it like its reporter."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from yicheng.apps.urban import events
from yicheng.apps.urban.models import Supporter, UrbanCase
from yicheng.apps.urban.tokens import digest_of, new_token
from yicheng.core.events.public import publish
from yicheng.core.journal.public import record
from yicheng.core.kernel import clock
from yicheng.core.kernel.errors import Conflict, NotFound
from yicheng.core.people.public import Viewer


@dataclass(frozen=True, slots=True)
class Supported:
    """The case one now follows, and the token that does."""

    urban: UrbanCase
    token: str


@transaction.atomic
def support(viewer: Viewer, case_id: int, *, idempotency_key: str = "") -> Supported:
    """Join an open case; twice by the same account, or with the same key, counts once.

    Raises ``NotFound``, ``Conflict`` when the case has meanwhile been closed.
    """
    viewer.require("urban.report_case")
    urban = (
        UrbanCase.objects.select_for_update(of=("self",)).select_related("case").filter(pk=case_id).first()
    )
    if urban is None:
        raise NotFound(_("There is no such case."))
    if urban.case.status != "open":
        raise Conflict(
            _("Case %(number)s is closed already; please send a report of your own."),
            number=urban.case.number,
        )
    token = new_token(idempotency_key)
    if not _is_known(viewer, urban, token):
        _add(viewer, urban, token)
    return Supported(urban, token)


def _is_known(viewer: Viewer, urban: UrbanCase, token: str) -> bool:
    """Whether this person follows the case already; their link then becomes the new one."""
    if Supporter.objects.filter(follow_hash=digest_of(token)).exists():
        return True
    if not viewer.is_signed_in:
        return False
    if urban.reporter_id == viewer.account_id:
        UrbanCase.objects.filter(pk=urban.pk).update(follow_hash=digest_of(token))
        return True
    mine = Supporter.objects.filter(urban_case=urban, account_id=viewer.account_id or 0)
    return mine.update(follow_hash=digest_of(token)) > 0


def _add(viewer: Viewer, urban: UrbanCase, token: str) -> None:
    Supporter.objects.create(
        urban_case=urban, account_id=viewer.account_id, follow_hash=digest_of(token), created_at=clock.now()
    )
    UrbanCase.objects.filter(pk=urban.pk).update(supporters_count=F("supporters_count") + 1)
    urban.supporters_count += 1
    subject, division = f"case/{urban.pk}", urban.case.division_code
    record(viewer, action="urban.support_case", subject=subject, division=division)
    fact = events.CaseSupported(urban.pk, urban.case.number, urban.supporters_count)
    publish(events.CASE_SUPPORTED, fact, subject=subject, division=division)
