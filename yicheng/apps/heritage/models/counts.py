"""Counts of a store or hall: what should be there when the count began, what was found, what nobody knows."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class StockCount(models.Model):
    """One count of one place; at most one stands open there."""

    place = models.ForeignKey("heritage.KeepingPlace", on_delete=models.PROTECT, related_name="counts")
    organisation = models.ForeignKey("people.Organisation", on_delete=models.PROTECT, related_name="+")
    division_code = models.CharField(max_length=12)
    opened_by = models.ForeignKey("people.Account", null=True, on_delete=models.SET_NULL, related_name="+")
    opened_at = models.DateTimeField()
    closed_by = models.ForeignKey("people.Account", null=True, on_delete=models.SET_NULL, related_name="+")
    closed_at = models.DateTimeField(null=True)
    words = models.CharField(max_length=400, blank=True, help_text="what the differences come from")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["place"], condition=Q(closed_at=None), name="heritage_count_one_open"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["organisation", "id"], name="heritage_count_keeper"),
            models.Index(fields=["division_code", "id"], name="heritage_count_division"),
            models.Index(fields=["place", "-id"], name="heritage_count_place"),
        ]

    def __str__(self) -> str:
        return f"{self.place_id} {self.opened_at:%Y-%m-%d}"


class CountLine(models.Model):
    """One relic of a count: expected there, or found though it is registered elsewhere."""

    class How(models.TextChoices):
        READER = "reader", _("by the reader")
        EYE = "eye", _("by eye")

    count = models.ForeignKey(StockCount, on_delete=models.CASCADE, related_name="lines")
    relic = models.ForeignKey("heritage.Relic", on_delete=models.PROTECT, related_name="+")
    is_expected = models.BooleanField()
    found_at = models.DateTimeField(null=True)
    how = models.CharField(max_length=8, choices=How.choices, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["count", "relic"], name="heritage_count_relic_once"),
            models.CheckConstraint(
                condition=Q(is_expected=True) | Q(found_at__isnull=False),
                name="heritage_count_line_has_reason",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["relic"], name="heritage_count_of_relic")]

    def __str__(self) -> str:
        return f"{self.count_id} {self.relic_id}"


class UnknownTag(models.Model):
    """Something the reader heard that is no relic of the register."""

    count = models.ForeignKey(StockCount, on_delete=models.CASCADE, related_name="unknown")
    tag = models.CharField(max_length=80)
    read_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["count", "tag"], name="heritage_count_tag_once"),
        ]

    def __str__(self) -> str:
        return self.tag
