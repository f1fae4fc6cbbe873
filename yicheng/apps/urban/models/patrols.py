"""Patrol coverage: which cells were seen, when. Never where a person went.

A cell is ticked once per shift, without coordinates. Shifts (who worked which cells) are deleted
when ``FieldRules.shift_days`` have passed; the coverage that stays names no person.
"""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class FieldRules(models.Model):
    """What the city pack says about work in the street; one row."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    part_code_layout = models.CharField(max_length=10, default="6-2-2-6")
    shift_days = models.PositiveSmallIntegerField(default=90, help_text="how long shifts keep names, in days")
    unseen_days = models.PositiveSmallIntegerField(default=3, help_text="a cell unseen so long needs a visit")
    services_digest = models.CharField(max_length=64, blank=True, help_text="of what Open311 offers")
    services_changed_at = models.DateTimeField(null=True, help_text="when that last changed")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(id=1), name="one_set_of_field_rules"),
            models.CheckConstraint(
                condition=models.Q(part_code_layout__in=["6-2-2-6", "6-2-3-5"]), name="part_code_layout_known"
            ),
        ]

    def __str__(self) -> str:
        return self.part_code_layout


class Shift(models.Model):
    """A collector's work between two moments; its cells are in ``ShiftCell``."""

    account = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    organisation = models.ForeignKey(
        "people.Organisation", null=True, on_delete=models.PROTECT, related_name="+"
    )
    division_code = models.CharField(max_length=12)
    begins_at = models.DateTimeField()
    ends_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(ends_at__gt=models.F("begins_at")), name="shift_ends_after_it_begins"
            )
        ]
        indexes: ClassVar = [models.Index(fields=["account", "ends_at"], name="urban_shift_account")]

    def __str__(self) -> str:
        return f"{self.division_code} {self.begins_at:%Y-%m-%d %H:%M}"


class ShiftCell(models.Model):
    """A cell of a shift: to be seen, or seen at ``seen_at``."""

    shift = models.ForeignKey(Shift, on_delete=models.CASCADE, related_name="cells")
    cell_code = models.CharField(max_length=15)
    is_planned = models.BooleanField(default=True)
    seen_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["shift", "cell_code"], name="cell_once_per_shift"),
            models.CheckConstraint(
                condition=models.Q(is_planned=True) | models.Q(seen_at__isnull=False),
                name="unplanned_cell_was_seen",
            ),
        ]

    def __str__(self) -> str:
        return self.cell_code


class CellCoverage(models.Model):
    """How often a cell was seen on a day. Names nobody."""

    cell_code = models.CharField(max_length=15)
    division_code = models.CharField(max_length=12)
    day = models.DateField(help_text="in the city's time zone")
    visits = models.PositiveSmallIntegerField(default=1)
    last_seen_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["cell_code", "day"], name="coverage_once_a_day")
        ]
        indexes: ClassVar = [models.Index(fields=["day", "division_code"], name="urban_coverage_day")]

    def __str__(self) -> str:
        return f"{self.cell_code} {self.day}"


class PatrolTask(models.Model):
    """A cell that somebody must go and see. Done by the first visit to the cell."""

    class Status(models.TextChoices):
        OPEN = "open", _("Open")
        DONE = "done", _("Done")
        CANCELLED = "cancelled", _("Cancelled")

    cell_code = models.CharField(max_length=15)
    division_code = models.CharField(max_length=12, db_index=True)
    account = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text="whom it is given to",
    )
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.OPEN)
    asked_at = models.DateTimeField()
    due_on = models.DateField()
    done_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["cell_code"], condition=models.Q(status="open"), name="one_open_task_per_cell"
            )
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["account"], condition=models.Q(status="open"), name="urban_patroltask_account"
            )
        ]

    def __str__(self) -> str:
        return self.cell_code
