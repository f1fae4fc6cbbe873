"""Warnings to the public: issued, updated, cancelled; warnings of other systems taken in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from yicheng.core.alerts.cap.codes import LEVELS, kind_name
from yicheng.core.alerts.cap.message import CapMessage
from yicheng.core.alerts.cap.reading import read_cap
from yicheng.core.alerts.declare import Severity
from yicheng.core.alerts.events import WarningChanged
from yicheng.core.alerts.models import Alert, PublicWarning
from yicheng.core.events.public import publish
from yicheng.core.journal.public import record
from yicheng.core.kernel import clock
from yicheng.core.kernel.errors import Conflict, Invalid, NotFound
from yicheng.core.people.models import Organisation
from yicheng.core.people.public import Viewer

MsgType, Origin = PublicWarning.MsgType, PublicWarning.Origin
#: what is taken over from a received message as it stands
_SAME = (
    "identifier", "sender", "sender_code", "sent_at", "status", "language", "event_type", "event", "severity",
    "urgency", "certainty", "effective_at", "onset_at", "expires_at", "sender_name", "headline", "description",
    "instruction", "web", "note", "area", "polygon", "circle",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class NewWarning:
    """A warning as an editor writes it. ``divisions`` are codes; ``expires_at`` None: until it is cancelled."""

    event_type: str
    severity: int
    description: str
    instruction: str = ""
    area: str = ""
    divisions: Sequence[str] = ()
    effective_at: datetime | None = None
    onset_at: datetime | None = None
    expires_at: datetime | None = None
    urgency: str = "Unknown"
    certainty: str = "Unknown"
    polygon: str = ""
    web: str = ""
    alert_id: int | None = None
    is_exercise: bool = False


def publish_warning(viewer: Viewer, new: NewWarning) -> PublicWarning:
    """See ``public.publish_warning``."""
    with transaction.atomic():
        return _issue(viewer, new, MsgType.ALERT, before=None)


def update_warning(viewer: Viewer, warning_id: int, new: NewWarning) -> PublicWarning:
    """See ``public.update_warning``."""
    with transaction.atomic():
        return _issue(viewer, new, MsgType.UPDATE, before=_newest(warning_id))


def cancel_warning(viewer: Viewer, warning_id: int, *, reason: str) -> PublicWarning:
    """See ``public.cancel_warning``."""
    if not reason.strip():
        raise Invalid(_("Say why."), fields={"reason": _("Say why.")})
    with transaction.atomic():
        before = _newest(warning_id)
        new = NewWarning(
            before.event_type,
            before.severity or Severity.BLUE,
            reason.strip(),
            area=before.area,
            divisions=before.geocodes,
            is_exercise=before.status != "Actual",
        )
        return _issue(viewer, new, MsgType.CANCEL, before=before, note=reason.strip()[:500])


def receive_warning(viewer: Viewer, content: bytes) -> PublicWarning:
    """See ``public.receive_warning``."""
    viewer.require("alerts.receive_warning")
    message = read_cap(content)
    if message.msg_type not in MsgType.values:
        raise Invalid(_("This is a reply of a system, not a warning."))
    if message.scope.lower() != "public":
        raise Invalid(_("This warning is not meant for the public: it is not taken."))
    with transaction.atomic():
        known = PublicWarning.objects.filter(identifier=message.identifier).first()
        if known is not None:
            return known
        row = PublicWarning(
            origin=Origin.RECEIVED,
            msg_type=message.msg_type,
            references=list(message.references),
            geocodes=list(message.geocodes),
            recorded_at=clock.now(),
            source=content.decode("utf-8", errors="replace").replace("\x00", ""),
            **{name: getattr(message, name) for name in _SAME},
        )
        _join_chain(row, message)
        row.save()
        _tell(viewer, row, "alerts.receive_warning")
    return row


def _join_chain(row: PublicWarning, message: CapMessage) -> None:
    """A message that refers to known ones goes on with their chain; one that refers to unknown ones begins its own."""
    before = (
        PublicWarning.objects.filter(identifier__in=message.references).order_by("-sent_at", "-id").first()
    )
    if before is None or row.msg_type == MsgType.ALERT:
        return
    first_id = before.first_id or before.pk
    row.first_id = first_id
    newer = PublicWarning.objects.filter(first_id=first_id, sent_at__gt=row.sent_at)
    row.is_newest = not newer.exists()
    if row.is_newest:
        _outdate(first_id)


def _issue(
    viewer: Viewer, new: NewWarning, msg_type: str, *, before: PublicWarning | None, note: str = ""
) -> PublicWarning:
    viewer.require("alerts.publish_warning", organisation_id=viewer.organisation_id)
    alert = _alert(new)
    _check(new, msg_type)
    body = _sender(viewer)
    now = clock.now().replace(microsecond=0)
    row = PublicWarning(
        identifier=_identifier(body),
        origin=Origin.ISSUED,
        sender=body.name,
        sender_code=body.code[:20],
        sent_at=now,
        status="Exercise" if new.is_exercise or (alert is not None and alert.is_drill) else "Actual",
        msg_type=msg_type,
        first_id=(before.first_id or before.pk) if before else None,
        references=[before.identifier] if before else [],
        event_type=new.event_type,
        severity=new.severity,
        urgency="Past" if msg_type == MsgType.CANCEL else new.urgency,
        certainty=new.certainty,
        effective_at=new.effective_at or now,
        onset_at=new.onset_at,
        expires_at=new.expires_at,
        sender_name=viewer.name,
        headline=_headline(body.name, new, msg_type)[:200],
        description=new.description.strip(),
        instruction=new.instruction.strip(),
        web=new.web.strip()[:200],
        note=note,
        area=new.area.strip()[:500],
        geocodes=[code.ljust(12, "0") for code in new.divisions],
        polygon=new.polygon.strip(),
        alert=alert,
        organisation=body,
        issued_by_id=viewer.account_id,
        recorded_at=now,
    )
    if row.first_id:
        _outdate(row.first_id)
    row.save()
    _tell(viewer, row, f"alerts.{msg_type.lower()}_warning")
    return row


def _check(new: NewWarning, msg_type: str) -> None:
    wrong = {}
    if not new.description.strip():
        wrong["description"] = _("Say what is to be expected.")
    if new.severity not in Severity.values:
        wrong["severity"] = _("Choose one of the four levels.")
    if not new.event_type:
        wrong["event_type"] = _("Choose what is warned of.")
    starts = new.effective_at or clock.now()
    if (
        new.expires_at is not None
        and msg_type != MsgType.CANCEL
        and new.expires_at <= max(starts, clock.now())
    ):
        wrong["expires_at"] = _("The end lies in the past or before the beginning.")
    if wrong:
        raise Invalid(_("The warning is not complete: see the fields."), fields=wrong)


def _alert(new: NewWarning) -> Alert | None:
    if new.alert_id is None:
        return None
    alert = Alert.objects.filter(pk=new.alert_id).first()
    if alert is None:
        raise NotFound(_("There is no such alert."))
    if alert.is_drill and not new.is_exercise:
        raise Conflict(_("This alert is a drill: nothing of it goes to the public."))
    return alert


def _newest(warning_id: int) -> PublicWarning:
    row = PublicWarning.objects.select_for_update(of=("self",)).filter(pk=warning_id).first()
    if row is None or row.origin != Origin.ISSUED:
        raise NotFound(_("There is no such warning of ours."))
    if not row.is_newest or row.msg_type == MsgType.CANCEL:
        raise Conflict(
            _("This warning has been updated or cancelled meanwhile. Go on from its newest message.")
        )
    return row


def _outdate(first_id: int) -> None:
    chain = PublicWarning.objects.filter(first_id=first_id) | PublicWarning.objects.filter(pk=first_id)
    chain.filter(is_newest=True).update(is_newest=False)


def _sender(viewer: Viewer) -> Organisation:
    body = Organisation.objects.filter(pk=viewer.organisation_id or 0).first()
    if body is None:
        raise Conflict(_("Only a member of a body can issue its warnings."))
    return body


def _identifier(body: Organisation) -> str:
    """``senderCode_YYYYMMDDHHMISS`` as the national profile asks, in the city's time; a second one waits for its turn."""
    from django.utils import timezone

    stem = f"{body.code}_{timezone.localtime(clock.now()):%Y%m%d%H%M%S}"
    taken = set(
        PublicWarning.objects.filter(identifier__startswith=stem).values_list("identifier", flat=True)
    )
    number = 0
    while (found := f"{stem}{number:02}" if number else stem) in taken:
        number += 1
    return found


def _headline(sender: str, new: NewWarning, msg_type: str) -> str:
    """As the national profile asks: body, what it does, kind and level."""
    from django.utils import translation

    level = LEVELS[Severity(new.severity)]
    with translation.override("zh-hans"):
        kind = kind_name(new.event_type)
    verb = {"Alert": "发布", "Update": "更新", "Cancel": "解除"}[msg_type]
    drill = "【演练】" if new.is_exercise else ""
    return f"{drill}{sender}{verb}{kind}{level.colour_zh}预警[{level.roman}级/{level.meaning_zh}]"


def _tell(viewer: Viewer, row: PublicWarning, action: str) -> None:
    record(viewer, action=action, subject=f"warning/{row.pk}", detail={"identifier": row.identifier})
    fact = WarningChanged(
        row.pk, row.identifier, row.msg_type, row.status, row.event_type, row.severity, row.origin
    )
    publish("alerts.warning_changed", fact, subject=f"warning/{row.pk}")
