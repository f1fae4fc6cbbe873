"""The collection campaign: who needs what, who owes it by when, what came, how good it was, what it scores."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Campaign(models.Model):
    """A campaign with its period. One runs at a time in most cities; nothing forbids two."""

    title = models.CharField(max_length=120)
    begins_on = models.DateField()
    ends_on = models.DateField()
    created_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(ends_on__gte=models.F("begins_on")), name="campaign_lasts")
        ]

    def __str__(self) -> str:
        return self.title


class Demand(models.Model):
    """A resource that a department owes: asked for by somebody, for a purpose, by a day."""

    class Status(models.TextChoices):
        OWED = "owed", _("Owed")
        DELIVERED = "delivered", _("Delivered, to be accepted")
        ACCEPTED = "accepted", _("Accepted")
        RETURNED = "returned", _("Returned for mending")
        DISPUTED = "disputed", _("Disputed")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="demands")
    title = models.CharField(max_length=200)
    purpose = models.TextField(blank=True)
    fields_asked = models.TextField(blank=True, help_text="the fields that are needed, in words")
    organisation = models.ForeignKey(
        "people.Organisation", on_delete=models.PROTECT, related_name="+", help_text="who owes it"
    )
    asked_by = models.ForeignKey(
        "people.Organisation", on_delete=models.PROTECT, related_name="+", help_text="who needs it"
    )
    data_set = models.CharField(
        max_length=120, blank=True, db_index=True, help_text="its key, once it is known"
    )
    due_on = models.DateField()
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.OWED)
    lowest_quality = models.PositiveSmallIntegerField(
        default=95, help_text="percent of sound rows to be accepted"
    )
    accepted_at = models.DateTimeField(null=True)
    case = models.ForeignKey(
        "cases.Case", null=True, on_delete=models.SET_NULL, related_name="+", help_text="the newest dispute"
    )
    created_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["organisation", "due_on", "id"], name="data_demand_owed"),
            models.Index(fields=["campaign", "status", "id"], name="data_demand_status"),
        ]

    def __str__(self) -> str:
        return self.title


class Delivery(models.Model):
    """What came in answer to a demand: one published load, its quality, the verdict."""

    class Verdict(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        ACCEPTED = "accepted", _("Accepted")
        RETURNED = "returned", _("Returned")

    demand = models.ForeignKey(Demand, on_delete=models.CASCADE, related_name="deliveries")
    load = models.ForeignKey("data.Load", null=True, on_delete=models.SET_NULL, related_name="+")
    delivered_at = models.DateTimeField()
    quality = models.PositiveSmallIntegerField(help_text="percent of the rows that were sound")
    rows = models.PositiveIntegerField()
    verdict = models.CharField(max_length=10, choices=Verdict.choices, default=Verdict.WAITING)
    note = models.CharField(max_length=400, blank=True)
    decided_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["demand", "load"], name="data_delivery_once"),
            models.CheckConstraint(condition=Q(quality__range=(0, 100)), name="data_delivery_percent"),
        ]


class ScoreLine(models.Model):
    """A department's standing in a campaign on a day: kept so that the ranking's moves can be shown."""

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="scores")
    organisation = models.ForeignKey("people.Organisation", on_delete=models.PROTECT, related_name="+")
    day = models.DateField()
    rank = models.PositiveSmallIntegerField()
    score = models.DecimalField(max_digits=5, decimal_places=1)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["campaign", "organisation", "day"], name="data_score_once")
        ]
