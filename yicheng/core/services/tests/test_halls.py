"""Times at a hall: by its hours and the city's calendar, as many as there are places, given back when cancelled."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from yicheng.core.kernel import clock
from yicheng.core.kernel.errors import Conflict, Invalid, NotFound, SignInRequired
from yicheng.core.people.models import Organisation
from yicheng.core.people.public import STRANGER, SYSTEM, Viewer, sign_up, viewer_of_account
from yicheng.core.services.actions.halls import cancel_reservation, close_reservation, reserve_time
from yicheng.core.services.laying_down import lay_down_halls
from yicheng.core.services.models import Hall, ItemVersion, Reservation, ServiceItem
from yicheng.core.services.queries import halls

MONDAY = datetime(2026, 11, 23, 1, tzinfo=UTC)  # nine o'clock in the city
HALL = {
    "code": "main", "kind": "hall", "name": "大厅", "name_en": "Hall", "organisation": "office", "division": "410100",
    "address": "一路", "address_en": "", "hours": "09:00-10:00", "saturday": "09:00-09:30", "sunday": "", "lon": None,
    "lat": None, "phone": "", "windows": ("一号",), "slot_minutes": 30, "slot_places": 2,
}  # fmt: skip


@pytest.fixture(autouse=True)
def monday() -> Iterator[None]:
    with clock.at(MONDAY):
        yield


@pytest.fixture
def version(db: None) -> ItemVersion:
    office = Organisation.objects.create(code="office", name="Office", kind="bureau", path="office")
    lay_down_halls([HALL])
    item = ServiceItem.objects.create(code="road", organisation=office, created_at=MONDAY)
    row = ItemVersion.objects.create(
        item=item, number=1, status="published", name="占道", kind="permit", organisation=office, level="city",
        division_code="410100", audiences=["person"], created_at=MONDAY,
    )  # fmt: skip
    ServiceItem.objects.filter(pk=item.pk).update(current=row)
    return row


def resident(name: str) -> Viewer:
    account = sign_up(SYSTEM, name=name, password="correct horse battery", display_name=name, language="en")
    return viewer_of_account(account)


def slot(day: int, hour: int, minute: int = 0) -> datetime:
    return timezone.make_aware(datetime(2026, 11, day, hour, minute))


def test_days_and_times_follow_hours_and_calendar(version: ItemVersion) -> None:
    free = halls.free_slots(Hall.objects.get())
    days = [day.isoformat() for day in free]
    assert days[:6] == ["2026-11-23", "2026-11-24", "2026-11-25", "2026-11-26", "2026-11-27", "2026-11-28"]
    assert "2026-11-29" not in days
    first, saturday = next(iter(free.values())), list(free.values())[5]
    assert [timezone.localtime(one.begins_at).strftime("%H:%M") for one in first] == ["09:30"]  # 09:00 is now
    assert len(saturday) == 1


def test_a_slot_has_as_many_places_as_the_hall_gives(version: ItemVersion) -> None:
    at = slot(24, 9)
    for name in ("one", "two"):
        reserve_time(resident(name), version, hall_code="main", begins_at=at)
    with pytest.raises(Conflict):
        reserve_time(resident("three"), version, hall_code="main", begins_at=at)
    assert Reservation.objects.filter(begins_at=at).count() == 2
    free = halls.free_slots(Hall.objects.get())
    assert at not in [one.begins_at for one in free[at.date()]]


def test_a_cancelled_place_is_free_again(version: ItemVersion) -> None:
    who, at = resident("one"), slot(24, 9)
    made = reserve_time(who, version, hall_code="main", begins_at=at)
    with pytest.raises(NotFound):
        cancel_reservation(resident("other"), made.pk)
    cancel_reservation(who, made.pk)
    with pytest.raises(Conflict):
        cancel_reservation(who, made.pk)
    reserve_time(who, version, hall_code="main", begins_at=at)
    assert halls.my_reservations(who).count() == 1


def test_nobody_reserves_twice_for_one_time_or_without_an_account(version: ItemVersion) -> None:
    who, at = resident("one"), slot(24, 9)
    reserve_time(who, version, hall_code="main", begins_at=at)
    with pytest.raises(Conflict):
        reserve_time(who, version, hall_code="main", begins_at=at)
    with pytest.raises(SignInRequired):
        reserve_time(STRANGER, version, hall_code="main", begins_at=at)
    assert Reservation.objects.count() == 1


@pytest.mark.parametrize(
    "at", [slot(23, 8), slot(24, 9, 15), slot(24, 12), slot(29, 9), MONDAY + timedelta(days=90)]
)
def test_times_that_are_none_are_refused(version: ItemVersion, at: datetime) -> None:
    with pytest.raises(Invalid):
        reserve_time(resident("one"), version, hall_code="main", begins_at=at)
    assert not Reservation.objects.exists()


def test_an_item_is_accepted_at_the_halls_it_names(version: ItemVersion) -> None:
    version.halls = ["elsewhere"]
    with pytest.raises(Invalid):
        reserve_time(resident("one"), version, hall_code="main", begins_at=slot(24, 9))


def test_the_hall_notes_who_came(version: ItemVersion) -> None:
    made = reserve_time(resident("one"), version, hall_code="main", begins_at=slot(24, 9))
    close_reservation(SYSTEM, made.pk, came=True)
    assert Reservation.objects.get().status == "arrived"
    with pytest.raises(Conflict):
        close_reservation(SYSTEM, made.pk, came=False)
