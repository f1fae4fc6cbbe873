"""Where people come to: halls and stations, their windows and hours, and the times people reserved."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from yicheng.core.kernel.languages import in_language
from yicheng.core.people.models import Organisation
from yicheng.core.services.models.items import ServiceItem


class Hall(models.Model):
    """A service hall, or the station of a town or village. Hours are written 09:00-12:00 13:00-17:00."""

    class Kind(models.TextChoices):
        HALL = "hall", _("Service hall")
        STATION = "station", _("Service station")

    code = models.CharField(max_length=40, unique=True)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    name = models.CharField(max_length=80)
    name_en = models.CharField(max_length=120, blank=True)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    division_code = models.CharField(max_length=12, db_index=True)
    address = models.CharField(max_length=160)
    address_en = models.CharField(max_length=200, blank=True)
    lon = models.FloatField(null=True, help_text="WGS 84 degrees")
    lat = models.FloatField(null=True, help_text="WGS 84 degrees")
    phone = models.CharField(max_length=60, blank=True)
    weekday_hours = models.CharField(max_length=60, help_text="on working days by the city's calendar")
    saturday_hours = models.CharField(max_length=60, blank=True)
    sunday_hours = models.CharField(max_length=60, blank=True)
    slot_minutes = models.PositiveSmallIntegerField(default=30)
    slot_places = models.PositiveSmallIntegerField(default=0, help_text="a slot; 0: takes no reservations")
    is_active = models.BooleanField(default=True)

    def __str__(self) -> str:
        return in_language(self.name, self.name_en)


class Window(models.Model):
    """A desk in a hall at which any matter is accepted."""

    hall = models.ForeignKey(Hall, on_delete=models.PROTECT, related_name="windows", db_index=False)
    number = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=60)
    is_active = models.BooleanField(default=True)

    class Meta:
        ordering: ClassVar = ["hall", "number"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["hall", "number"], name="window_once")]

    def __str__(self) -> str:
        return self.name


class Reservation(models.Model):
    """A time at a hall that somebody reserved for a matter."""

    class Status(models.TextChoices):
        BOOKED = "booked", pgettext_lazy("reservation", "reserved")
        CANCELLED = "cancelled", pgettext_lazy("reservation", "cancelled")
        ARRIVED = "arrived", pgettext_lazy("reservation", "came")
        MISSED = "missed", pgettext_lazy("reservation", "did not come")

    code = models.CharField(max_length=12, unique=True, help_text="said at the hall")
    hall = models.ForeignKey(Hall, on_delete=models.PROTECT, related_name="reservations", db_index=False)
    item = models.ForeignKey(ServiceItem, on_delete=models.PROTECT, related_name="+")
    account = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    begins_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.BOOKED)
    created_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["hall", "begins_at"], name="reservation_by_slot"),
            models.Index(fields=["account", "-begins_at"], name="reservation_by_person"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["account", "begins_at"],
                condition=models.Q(status="booked"),
                name="one_place_at_a_time",
            ),
            models.CheckConstraint(
                condition=models.Q(ends_at__gt=models.F("begins_at")), name="reservation_ends_after"
            ),
        ]
