"""Parts (部件): what the city has put into its streets, each with one code, one place and one owner."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.indexes import GistIndex
from django.db import models
from django.utils.translation import gettext_lazy as _


class Part(models.Model):
    """A manhole cover, a lamp, a sign. Filled by the census, kept by the parts keeper."""

    class State(models.TextChoices):
        INTACT = "intact", _("Intact")
        BROKEN = "broken", _("Broken")
        MISSING = "missing", _("Missing")
        ABANDONED = "abandoned", _("Abandoned")

    code = models.CharField(max_length=16, unique=True)
    case_class = models.ForeignKey(
        "cases.CaseClass", on_delete=models.PROTECT, db_column="class_code", related_name="+"
    )
    name = models.CharField(max_length=80, blank=True)
    state = models.CharField(max_length=10, choices=State.choices)
    owner = models.ForeignKey(
        "people.Organisation",
        on_delete=models.PROTECT,
        related_name="+",
        help_text="主管部门: gets its cases",
    )
    maintainer = models.ForeignKey(
        "people.Organisation", null=True, on_delete=models.PROTECT, related_name="+", help_text="养护单位"
    )
    division_code = models.CharField(max_length=12)
    cell_code = models.CharField(max_length=15, blank=True)
    lon = models.FloatField(help_text="WGS 84 degrees")
    lat = models.FloatField(help_text="WGS 84 degrees")
    datum = models.CharField(max_length=10, help_text="the source's: wgs84, cgcs2000, gcj02, bd09")
    address = models.CharField(max_length=200, blank=True)
    surveyed_on = models.DateField(null=True)
    updated_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(state__in=["intact", "broken", "missing", "abandoned"]),
                name="part_state_known",
            ),
            models.CheckConstraint(condition=models.Q(code__regex=r"^\d{16}$"), name="part_code_16_digits"),
            models.CheckConstraint(
                condition=models.Q(lon__range=(-180, 180), lat__range=(-90, 90)), name="part_place_on_earth"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["owner", "code"], name="urban_part_owner"),
            models.Index(fields=["division_code", "code"], name="urban_part_division"),
            GistIndex(models.Func("lon", "lat", function="point"), name="urban_part_point"),
        ]

    def __str__(self) -> str:
        return self.name or self.code


class PartCase(models.Model):
    """Which part a case is about."""

    case = models.OneToOneField("cases.Case", primary_key=True, on_delete=models.CASCADE, related_name="+")
    part = models.ForeignKey(Part, on_delete=models.PROTECT, related_name="cases")

    def __str__(self) -> str:
        return f"{self.case_id}: {self.part_id}"
