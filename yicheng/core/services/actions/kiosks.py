"""Puts kiosks into service, lets them sign in and report, and keeps count of their paper."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from yicheng.core.journal.public import record
from yicheng.core.kernel import clock
from yicheng.core.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from yicheng.core.people.public import Viewer
from yicheng.core.sensing.ingest.keys import find_key
from yicheng.core.sensing.models import Device
from yicheng.core.sensing.public import (
    NewDevice,
    NewReading,
    Source,
    issue_key,
    register_device,
    take_readings,
)
from yicheng.core.services.models import Kiosk
from yicheng.core.services.queries.kiosks import kiosk_of_key

KEEP = "services.keep_kiosks"
#: the models of devices that a city pack brings for them
MODELS = {Kiosk.Kind.KIOSK: "kiosk", Kiosk.Kind.TABLET: "rating_tablet"}


@dataclass(frozen=True, slots=True)
class NewKiosk:
    """A kiosk to be put up. ``lon`` and ``lat`` are WGS 84 degrees; a tablet needs its window."""

    name: str
    kind: str
    organisation_id: int
    place: str = ""
    division_code: str = ""
    lon: float | None = None
    lat: float | None = None
    window_id: int | None = None
    sheets_full: int = 0
    number: str = ""


@transaction.atomic
def register_kiosk(viewer: Viewer, new: NewKiosk) -> tuple[Kiosk, str]:
    """Register a kiosk and issue its key, which is shown this once. Raises ``Invalid``, ``Forbidden``."""
    viewer.require(KEEP, organisation_id=new.organisation_id, division=new.division_code)
    if new.kind == Kiosk.Kind.TABLET and new.window_id is None:
        text = _("Choose the window that the tablet stands at.")
        raise Invalid(text, fields={"window_id": text})
    device = register_device(
        viewer,
        NewDevice(
            new.name,
            MODELS[Kiosk.Kind(new.kind)],
            number=new.number,
            organisation_id=new.organisation_id,
            division_code=new.division_code,
            lon=new.lon,
            lat=new.lat,
            place=new.place,
            is_in_service=True,
        ),
    )
    kiosk = Kiosk.objects.create(
        device=device,
        kind=new.kind,
        window_id=new.window_id,
        sheets_full=new.sheets_full,
        sheets_left=new.sheets_full,
        refilled_at=clock.now() if new.sheets_full else None,
    )
    key = issue_key(viewer, device.pk)
    _note(viewer, device, "services.register_kiosk")
    return kiosk, key


def renew_key(viewer: Viewer, kiosk_id: int) -> str:
    """A further key, shown this once; the device's page revokes the old one."""
    return issue_key(viewer, _kept(viewer, kiosk_id).device_id)


@transaction.atomic
def refill(viewer: Viewer, kiosk_id: int) -> Kiosk:
    """Somebody filled the paper up."""
    kiosk = _kept(viewer, kiosk_id)
    kiosk.sheets_left, kiosk.refilled_at = kiosk.sheets_full, clock.now()
    kiosk.save(update_fields=["sheets_left", "refilled_at"])
    _note(viewer, kiosk.device, "services.refill_kiosk")
    return kiosk


def sign_in(key: str) -> tuple[int, Kiosk]:
    """The kiosk whose key this is, with the key's id. Raises ``Forbidden`` for any other text."""
    known = find_key(key.strip())
    kiosk = kiosk_of_key(known.id) if known is not None else None
    if known is None or kiosk is None:
        raise Forbidden(_("This is no key of a kiosk that is in service. Ask for a new one at the desk."))
    return known.id, kiosk


def report(kiosk: Kiosk) -> None:
    """The kiosk is alive: its paper as a reading, by which the register knows that it was heard."""
    source = Source("http", device_id=kiosk.device_id)
    sheets = NewReading(kiosk.device.number, "paper", float(kiosk.sheets_left))
    take_readings(source, [sheets])


@transaction.atomic
def use_paper(kiosk: Kiosk, sheets: int) -> None:
    """So many sheets are printed. Raises ``Conflict`` where there is not as much left."""
    used = Kiosk.objects.filter(pk=kiosk.pk, sheets_left__gte=sheets).update(
        sheets_left=F("sheets_left") - sheets
    )
    if not used:
        raise Conflict(_("There is not enough paper in this kiosk. Please use another one, or your phone."))


def count_visit(kiosk: Kiosk) -> None:
    """One more person used it."""
    Kiosk.objects.filter(pk=kiosk.pk).update(visits=F("visits") + 1)


def _kept(viewer: Viewer, kiosk_id: int) -> Kiosk:
    row = Kiosk.objects.select_related("device").filter(pk=kiosk_id).first()
    if row is None:
        raise NotFound(_("There is no such kiosk."))
    viewer.require(KEEP, organisation_id=row.device.organisation_id, division=row.device.division_code)
    return row


def _note(viewer: Viewer, device: Device, action: str) -> None:
    record(viewer, action=action, subject=f"device/{device.pk}", division=device.division_code)
