"""Where one can come to, which times are free there, and what somebody reserved."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from django.db.models import Count, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from yicheng.core.cases.current import read_hours, settings_now
from yicheng.core.kernel import clock
from yicheng.core.kernel.errors import NotFound
from yicheng.core.services.facts import Slot
from yicheng.core.services.models import Hall, ItemVersion, Reservation

if TYPE_CHECKING:
    from yicheng.core.people.public import Viewer

NO_HALL = _("There is no such hall, or it is closed.")
DAYS_AHEAD = 14
DAYS_LOOKED_AT = 30


def halls(viewer: Viewer) -> QuerySet[Hall]:
    """Halls and stations that are open, halls first, by place."""
    rows = Hall.objects.filter(is_active=True).select_related("organisation")
    return rows.order_by("kind", "division_code", "code")


def halls_of(version: ItemVersion) -> QuerySet[Hall]:
    """Where an item is accepted: the halls it names, or all of its place."""
    rows = Hall.objects.filter(is_active=True).order_by("kind", "division_code", "code")
    if version.halls:
        return rows.filter(code__in=version.halls)
    if version.handle_area != ItemVersion.Area.OWN:
        return rows
    code = version.division_code
    return rows.filter(division_code__startswith=code.removesuffix("00") if len(code) == 6 else code)


def hall(viewer: Viewer, code: str) -> Hall:
    """An open hall by its code; ``NotFound``."""
    found = halls(viewer).filter(code=code).first()
    if found is None:
        raise NotFound(NO_HALL)
    return found


def free_slots(hall: Hall) -> dict[date, list[Slot]]:
    """The next days with times that still have places. Two queries."""
    if not hall.slot_places:
        return {}
    now = clock.now()
    taken = _taken(hall, now)
    found: dict[date, list[Slot]] = {}
    for day in _open_days(hall, timezone.localdate(now)):
        slots = [
            Slot(begin, end, left)
            for begin, end in slots_of(hall, day)
            if begin > now and (left := hall.slot_places - taken.get(begin, 0)) > 0
        ]
        if slots:
            found[day] = slots
    return found


def _taken(hall: Hall, since: datetime) -> dict[datetime, int]:
    rows = Reservation.objects.filter(hall=hall, begins_at__gte=since, status="booked")
    return dict(rows.values_list("begins_at").annotate(Count("pk")))


def _open_days(hall: Hall, today: date) -> Iterator[date]:
    days = (today + timedelta(days=ahead) for ahead in range(DAYS_LOOKED_AT))
    return (day for _at, day in zip(range(DAYS_AHEAD), (d for d in days if hours_on(hall, d)), strict=False))


def hours_on(hall: Hall, day: date) -> str:
    """The hall's hours on a day, "" when closed: Saturdays and Sundays its own, else by the city's calendar."""
    is_working = settings_now().calendar.is_working_day(day)
    if is_working:
        return hall.weekday_hours
    if day.weekday() == 5:
        return hall.saturday_hours
    return hall.sunday_hours if day.weekday() == 6 else ""


def slots_of(hall: Hall, day: date) -> Iterator[tuple[datetime, datetime]]:
    """The times of a day that may be reserved, whole ones only."""
    zone, length = timezone.get_default_timezone(), timedelta(minutes=hall.slot_minutes)
    for hours in read_hours(hours_on(hall, day)):
        begin = _at(day, hours.begin).replace(tzinfo=zone)
        end = _at(day, hours.end).replace(tzinfo=zone)
        while begin + length <= end:
            yield begin, begin + length
            begin += length


def _at(day: date, moment: time) -> datetime:
    return datetime.combine(day, moment)


def my_reservations(viewer: Viewer) -> QuerySet[Reservation]:
    """What the viewer reserved and is still to come."""
    if viewer.account_id is None:
        return Reservation.objects.none()
    rows = Reservation.objects.filter(account_id=viewer.account_id, status="booked", ends_at__gte=clock.now())
    return rows.select_related("hall", "item__current").order_by("begins_at")


def reservations(viewer: Viewer) -> QuerySet[Reservation]:
    """Reservations at the halls whose bodies the viewer keeps ``services.keep_reservations`` for."""
    rows = Reservation.objects.select_related("hall", "item__current", "account")
    allowed = Q(pk__in=[])
    for scope in viewer.scopes("services.keep_reservations"):
        one = Q(hall__division_code__startswith=scope.division)
        if scope.organisation_ids is not None:
            one &= Q(hall__organisation__in=scope.organisation_ids)
        allowed |= one
    return rows.filter(allowed)
