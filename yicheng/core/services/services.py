"""What government services themselves know of an applicant: what they told of themselves, and earlier applications."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from yicheng.core.people.public import own_particulars, party_number
from yicheng.core.services.declare import Known, PrefillSource
from yicheng.core.services.models import Application
from yicheng.core.services.opening import answers_of
from yicheng.core.services.queries.forms import form_for

if TYPE_CHECKING:
    from yicheng.core.people.public import PartyFacts, Viewer

EARLIER_AT_MOST = 5


def own(viewer: Viewer, party: PartyFacts, _purpose: str) -> Mapping[str, Known]:
    """Name and number as declared; telephone and e-mail of the account that applies."""
    title = _("Your profile") if viewer.kind == "resident" else _("Identity shown at the window")
    found = {"party.name": Known(party.name, title), "party.number": Known(party_number(party.id), title)}
    if viewer.kind == "resident":
        phone, email = own_particulars(viewer)
        found |= {"account.phone": Known(phone, title), "account.email": Known(email, title)}
    return found


def earlier(viewer: Viewer, party: PartyFacts, _purpose: str) -> Mapping[str, Known]:
    """What stood in the party's last applications, the newest first."""
    rows = Application.objects.filter(party=party.id, version__form__isnull=False)
    rows = rows.exclude(submitted_at=None).select_related("version").order_by("-id")
    found: dict[str, Known] = {}
    for application in rows[:EARLIER_AT_MOST]:
        answers = answers_of(application)
        title = str(_("Your application %(number)s")) % {"number": application.number}
        for key, name in form_for(application.version.form_id or 0).prefills.items():
            if key in answers and name not in found:
                found[name] = Known(answers[key], title, f"application/{application.number}")
    return found


PREFILL = (
    PrefillSource("services.own", _("Your profile"), own, order=1, is_own=True),
    PrefillSource("services.earlier", _("Earlier applications"), earlier, order=900),
)
