"""Who reported a case: shown for a stated purpose only, and every look is recorded."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from yicheng.apps.urban import contact
from yicheng.apps.urban.models import UrbanCase
from yicheng.core.journal.public import record, record_access
from yicheng.core.kernel.errors import Invalid, NotFound
from yicheng.core.people.public import Viewer, account_names

SHORTEST_PURPOSE = 4


@dataclass(frozen=True, slots=True)
class Reporter:
    """Name and phone, as far as they are known."""

    name: str
    phone: str
    has_account: bool


@transaction.atomic
def reporter_of(viewer: Viewer, case_id: int, *, purpose: str) -> Reporter:
    """The reporter of a case. Raises ``NotFound``, ``Forbidden``, ``Invalid`` without a purpose."""
    urban = UrbanCase.objects.select_related("case").defer("case__search").filter(pk=case_id).first()
    if urban is None:
        raise NotFound(_("There is no such case."))
    viewer.require("urban.view_reporter", division=urban.case.division_code)
    if len(purpose.strip()) < SHORTEST_PURPOSE:
        text = _("Say what you need it for; it is recorded.")
        raise Invalid(text, fields={"purpose": text})
    subject = f"case/{case_id}"
    if urban.reporter_id:
        record_access(viewer, person_id=urban.reporter_id, subject=subject, purpose=purpose.strip()[:200])
    record(viewer, action="urban.view_reporter", subject=subject, division=urban.case.division_code)
    return _reporter(urban)


def _reporter(urban: UrbanCase) -> Reporter:
    written = contact.opened(urban.contact_sealed)
    name = account_names([urban.reporter_id]).get(urban.reporter_id, "") if urban.reporter_id else ""
    return Reporter(
        name=(written.name if written else "") or name,
        phone=written.phone if written else "",
        has_account=urban.reporter_id is not None,
    )
