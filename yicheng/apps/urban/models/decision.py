"""What decisions are read from: each case in one narrow row, each post's work by day.

Projections: written by reactions and jobs from the cases themselves, compared with them
every night. Counting a million of these takes a fraction of what the wide rows take.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class CaseFact(models.Model):
    """A case as it is counted. Days are the city's own; ``spot`` is its unit cell, else a raster of 50 m."""

    case = models.OneToOneField(
        "cases.Case", primary_key=True, on_delete=models.CASCADE, related_name="urban_fact"
    )
    opened_on = models.DateField()
    closed_on = models.DateField(null=True)
    due_at = models.DateTimeField(null=True)
    is_on_time = models.BooleanField(null=True)
    is_undecided = models.BooleanField(
        default=False, help_text="open, brought in from a system that leaves its timeliness open"
    )
    status = models.CharField(max_length=10)
    stage = models.CharField(max_length=30)
    class_code = models.CharField(max_length=20)
    division_code = models.CharField(max_length=12, blank=True)
    county = models.CharField(max_length=6, blank=True)
    organisation_id = models.BigIntegerField(null=True)
    source = models.CharField(max_length=20)
    rework_count = models.PositiveSmallIntegerField(default=0)
    rating = models.PositiveSmallIntegerField(null=True)
    handled_h = models.FloatField(null=True, help_text="hours from opening to closing")
    spot = models.CharField(max_length=24, blank=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["opened_on"], name="fact_by_opening"),
            models.Index(fields=["county", "opened_on"], name="fact_by_county"),
            models.Index(
                fields=["opened_on"],
                condition=models.Q(status__in=["open", "suspended"]),
                name="fact_unsettled",
            ),
            models.Index(
                fields=["closed_on"], condition=models.Q(closed_on__isnull=False), name="fact_by_closing"
            ),
        ]

    def __str__(self) -> str:
        return str(self.case_id)


class CaseMonth(models.Model):
    """Settled cases (closed, cancelled, merged) of a month of opening, counted. True unless the month is due."""

    month = models.DateField(help_text="its first day")
    class_code = models.CharField(max_length=20)
    county = models.CharField(max_length=6, blank=True)
    organisation_id = models.BigIntegerField(null=True)
    source = models.CharField(max_length=20)
    status = models.CharField(max_length=10)
    cases = models.PositiveIntegerField()
    on_time = models.PositiveIntegerField()
    late = models.PositiveIntegerField()
    reworked = models.PositiveIntegerField()
    rated = models.PositiveIntegerField()
    rating_sum = models.PositiveIntegerField()
    hours = models.FloatField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["month", "class_code", "county", "organisation_id", "source", "status"],
                nulls_distinct=False,
                name="case_month_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.month} {self.class_code}"


class CaseMonthKnown(models.Model):
    """A month that is counted in ``CaseMonth`` and true. A change to one of its cases deletes this row with it."""

    month = models.DateField(primary_key=True)

    def __str__(self) -> str:
        return str(self.month)


class PostDay(models.Model):
    """What a post (岗位: a body's share in one kind of step) did in a day. Never a person."""

    day = models.DateField()
    kind = models.CharField(max_length=60, help_text="TaskKind key")
    organisation_id = models.BigIntegerField(null=True)
    done = models.PositiveIntegerField()
    on_time = models.PositiveIntegerField()
    late = models.PositiveIntegerField()
    hours = models.FloatField(help_text="from opening to ending, summed")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["day", "kind", "organisation_id"], nulls_distinct=False, name="post_day_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.kind} {self.organisation_id}"


class PostDayDue(models.Model):
    """A day whose ``PostDay`` rows are out of date."""

    day = models.DateField(primary_key=True)

    def __str__(self) -> str:
        return str(self.day)
