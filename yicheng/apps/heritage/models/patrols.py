"""Patrols of sites and places: the plan with its checklist, each round that is due, and what was found on it."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q


class PatrolPlan(models.Model):
    """Somebody goes there every so many days and looks at every point of the list."""

    title = models.CharField(max_length=120)
    site = models.ForeignKey("heritage.Site", null=True, on_delete=models.PROTECT, related_name="+")
    place = models.ForeignKey("heritage.KeepingPlace", null=True, on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey("people.Organisation", on_delete=models.PROTECT, related_name="+")
    division_code = models.CharField(max_length=12)
    every_days = models.PositiveSmallIntegerField()
    next_on = models.DateField(help_text="the first day of the round that is planned next")
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(site__isnull=False, place=None) | Q(site=None, place__isnull=False),
                name="heritage_patrol_of_one_thing",
            ),
            models.CheckConstraint(condition=Q(every_days__gte=1), name="heritage_patrol_has_rhythm"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["organisation", "id"], name="heritage_plan_keeper"),
            models.Index(fields=["next_on"], condition=Q(ended_at=None), name="heritage_plan_next"),
            models.Index(fields=["site"], name="heritage_plan_site"),
            models.Index(fields=["place"], name="heritage_plan_place"),
        ]

    def __str__(self) -> str:
        return self.title


class PatrolPoint(models.Model):
    """One point of a plan's checklist."""

    plan = models.ForeignKey(PatrolPlan, on_delete=models.CASCADE, related_name="points")
    number = models.PositiveSmallIntegerField()
    text = models.CharField(max_length=200)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["plan", "number"], name="heritage_point_number"),
        ]

    def __str__(self) -> str:
        return self.text


class PatrolRound(models.Model):
    """One round of a plan: to be walked between two days."""

    plan = models.ForeignKey(PatrolPlan, on_delete=models.PROTECT, related_name="rounds")
    organisation = models.ForeignKey("people.Organisation", on_delete=models.PROTECT, related_name="+")
    division_code = models.CharField(max_length=12)
    opens_on = models.DateField()
    due_on = models.DateField()
    done_at = models.DateTimeField(null=True)
    done_by = models.ForeignKey("people.Account", null=True, on_delete=models.SET_NULL, related_name="+")
    words = models.CharField(max_length=400, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["plan", "opens_on"], name="heritage_round_once"),
            models.CheckConstraint(
                condition=Q(due_on__gte=models.F("opens_on")), name="heritage_round_has_time"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["organisation", "id"], name="heritage_round_keeper"),
            models.Index(fields=["division_code", "id"], name="heritage_round_division"),
            models.Index(fields=["due_on", "id"], name="heritage_round_due"),
        ]

    def __str__(self) -> str:
        return f"{self.plan_id} {self.opens_on}"


class PatrolAnswer(models.Model):
    """How one point was on a round."""

    round = models.ForeignKey(PatrolRound, on_delete=models.CASCADE, related_name="answers")
    point = models.ForeignKey(PatrolPoint, on_delete=models.PROTECT, related_name="+")
    is_fine = models.BooleanField()
    note = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["round", "point"], name="heritage_answer_once"),
        ]
        indexes: ClassVar = [models.Index(fields=["point"], name="heritage_answer_point")]

    def __str__(self) -> str:
        return f"{self.round_id} {self.point_id}"
