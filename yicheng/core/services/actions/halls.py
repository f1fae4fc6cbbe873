"""Reserving a time at a hall, and what becomes of it."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from yicheng.core.journal.public import record
from yicheng.core.kernel import clock
from yicheng.core.kernel.errors import Conflict, Invalid, NotFound, SignInRequired
from yicheng.core.services.models import Hall, ItemVersion, Reservation
from yicheng.core.services.queries import halls

if TYPE_CHECKING:
    from yicheng.core.people.public import Viewer

LETTERS = "ACDEFGHJKLMNPQRTUVWXY346789"
AT_MOST = 5
NOT_FREE = _("This time has no place left. Please choose another one.")
NO_SUCH = _("There is no such reservation.")


@transaction.atomic
def reserve_time(viewer: Viewer, version: ItemVersion, *, hall_code: str, begins_at: datetime) -> Reservation:
    """Reserve a time for an item. Raises ``SignInRequired``, ``Invalid``, ``Conflict`` when the places are taken."""
    viewer.require("services.reserve")
    if viewer.account_id is None:
        raise SignInRequired(_("Please sign in to reserve a time."))
    hall = Hall.objects.select_for_update().filter(code=hall_code, is_active=True).first()
    if hall is None or not version.is_bookable or not halls.halls_of(version).filter(pk=hall.pk).exists():
        raise Invalid(_("This matter cannot be reserved for at this hall."))
    if halls.my_reservations(viewer).count() >= AT_MOST:
        raise Invalid(
            _("You have %(limit)s reservations. Cancel one before you make another."), limit=AT_MOST
        )
    ends_at = _end_of(hall, begins_at)
    made = _insert(viewer.account_id, version, hall=hall, begins_at=begins_at, ends_at=ends_at)
    record(
        viewer,
        action="services.reserve_time",
        subject=f"reservation/{made.pk}",
        division=hall.division_code,
        detail={"hall": hall.code, "item": version.item.code},
    )
    return made


def _end_of(hall: Hall, begins_at: datetime) -> datetime:
    """The end of a slot that is to come and has a place left; the hall's row is locked."""
    day = timezone.localdate(begins_at)
    end = dict(halls.slots_of(hall, day)).get(begins_at)
    last = timezone.localdate(clock.now()) + timedelta(days=halls.DAYS_LOOKED_AT)
    if end is None or not hall.slot_places or begins_at <= clock.now() or day > last:
        raise Invalid(_("The hall takes no reservations for this time."))
    taken = Reservation.objects.filter(hall=hall, begins_at=begins_at, status="booked").count()
    if taken >= hall.slot_places:
        raise Conflict(NOT_FREE)
    return end


def _insert(
    account_id: int, version: ItemVersion, *, hall: Hall, begins_at: datetime, ends_at: datetime
) -> Reservation:
    try:
        with transaction.atomic():
            return Reservation.objects.create(
                code="".join(secrets.choice(LETTERS) for _at in range(8)),
                hall=hall,
                item_id=version.item_id,
                account_id=account_id,
                begins_at=begins_at,
                ends_at=ends_at,
                created_at=clock.now(),
            )
    except IntegrityError as fault:
        if "one_place_at_a_time" not in str(fault):
            raise
        raise Conflict(_("You have a reservation for this time already.")) from fault


@transaction.atomic
def cancel_reservation(viewer: Viewer, reservation_id: int) -> None:
    """Give one's own place back."""
    row = Reservation.objects.select_for_update().filter(pk=reservation_id).first()
    if row is None or not viewer.is_signed_in or row.account_id != viewer.account_id:
        raise NotFound(NO_SUCH)
    _end(viewer, row, status=Reservation.Status.CANCELLED, action="services.cancel_reservation")


@transaction.atomic
def close_reservation(viewer: Viewer, reservation_id: int, *, came: bool) -> None:
    """Note at the hall that somebody came, or did not."""
    viewer.require("services.keep_reservations")
    row = Reservation.objects.select_for_update().filter(pk=reservation_id).first()
    if row is None:
        raise NotFound(NO_SUCH)
    viewer.require(
        "services.keep_reservations",
        organisation_id=row.hall.organisation_id,
        division=row.hall.division_code,
    )
    status = Reservation.Status.ARRIVED if came else Reservation.Status.MISSED
    _end(viewer, row, status=status, action="services.close_reservation")


def _end(viewer: Viewer, row: Reservation, *, status: Reservation.Status, action: str) -> None:
    if row.status != Reservation.Status.BOOKED:
        raise Conflict(_("This reservation is over already."))
    row.status = status
    row.save(update_fields=["status"])
    record(
        viewer,
        action=action,
        subject=f"reservation/{row.pk}",
        division=row.hall.division_code,
        detail={"status": str(status)},
    )
