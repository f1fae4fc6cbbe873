"""Reads warnings to the public: those in force, their chains, one as a message of CAP."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.db.models import F, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from yicheng.core.alerts.cap.message import CapMessage
from yicheng.core.alerts.cap.writing import write_cap, write_national
from yicheng.core.alerts.models import PublicWarning
from yicheng.core.kernel import clock
from yicheng.core.kernel.errors import NotFound
from yicheng.core.people.public import Viewer

#: exercises and tests are never shown to the public
PUBLISHED = Q(status="Actual")
EDIT = "alerts.publish_warning"


def warnings_in_force() -> QuerySet[PublicWarning]:
    """What holds now for everybody: newest messages of real warnings, begun, not over, most serious first."""
    now = clock.now()
    rows = PublicWarning.objects.filter(PUBLISHED, is_newest=True, effective_at__lte=now)
    rows = rows.exclude(msg_type="Cancel").filter(Q(expires_at=None) | Q(expires_at__gt=now))
    return rows.order_by(F("severity").asc(nulls_last=True), "-sent_at", "-id")


def warnings_of(viewer: Viewer) -> QuerySet[PublicWarning]:
    """Every message, exercises included, for those who issue warnings; real ones for everybody else."""
    rows = PublicWarning.objects.select_related("organisation")
    return rows if viewer.may(EDIT) else rows.filter(PUBLISHED)


@dataclass(frozen=True, slots=True)
class WarningDetail:
    """A message with its chain, oldest first. ``state``: in_force, coming, over, updated, cancelled."""

    warning: PublicWarning
    chain: Sequence[PublicWarning]
    state: str

    @property
    def newest(self) -> PublicWarning:
        """What the chain says now."""
        return next((one for one in self.chain if one.is_newest), self.warning)


def warning_detail(viewer: Viewer, identifier: str) -> WarningDetail:
    """One message and its chain; ``NotFound`` unless everybody (or this viewer) may know of it. Two queries."""
    row = warnings_of(viewer).filter(identifier=identifier).first()
    if row is None:
        raise NotFound(_("There is no such warning."))
    first_id = row.first_id or row.pk
    chain = warnings_of(viewer).filter(Q(pk=first_id) | Q(first_id=first_id)).order_by("sent_at", "id")
    return WarningDetail(row, list(chain), state_of(row))


def state_of(row: PublicWarning) -> str:
    """Where a message stands now."""
    now = clock.now()
    if row.msg_type == "Cancel":
        return "cancelled"
    if not row.is_newest:
        return "updated"
    if row.expires_at is not None and row.expires_at <= now:
        return "over"
    return "coming" if row.effective_at > now else "in_force"


def warning_document(viewer: Viewer, identifier: str, *, is_national: bool = False) -> bytes:
    """The message as an XML document: strict CAP 1.2, or the national profile."""
    detail = warning_detail(viewer, identifier)
    zone = ZoneInfo(timezone.get_default_timezone_name())
    message = as_message(detail.warning)
    if is_national:
        return write_national(message, zone=zone)
    known = {one.identifier: as_message(one) for one in detail.chain}
    earlier = [known[one] for one in message.references if one in known]
    return write_cap(message, zone=zone, earlier=earlier)


def as_message(row: PublicWarning) -> CapMessage:
    """A row as a message."""
    names = [
        name for name in CapMessage.__dataclass_fields__ if name not in ("references", "geocodes", "scope")
    ]
    values = {name: getattr(row, name) for name in names}
    return CapMessage(**values, references=tuple(row.references), geocodes=tuple(row.geocodes))
