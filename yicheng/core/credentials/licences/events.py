"""Facts about licences that other parts may follow up."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from yicheng.core.events.declare import EventType


@dataclass(frozen=True, slots=True)
class LicenceTold:
    """Something was done to a licence; the event's key says what."""

    licence_id: int
    type_code: str
    version_id: int
    holder_id: int
    organisation_id: int
    case_id: int | None


LICENCE_EVENTS = (
    EventType("credentials.licence_issued", _("A licence was issued"), LicenceTold),
    EventType("credentials.licence_renewed", _("A licence was renewed"), LicenceTold),
    EventType("credentials.licence_changed", _("A licence was changed"), LicenceTold),
    EventType("credentials.licence_suspended", _("A licence was suspended"), LicenceTold),
    EventType("credentials.licence_restored", _("A suspended licence counts again"), LicenceTold),
    EventType("credentials.licence_revoked", _("A licence was revoked"), LicenceTold),
)
