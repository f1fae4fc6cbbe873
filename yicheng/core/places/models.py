"""Administrative divisions, the unit grid, and who answers for which area."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.indexes import GistIndex
from django.db import models
from django.db.models import F, Func, Q

from yicheng.core.places.fields import OutlineField, RingField


class Level(models.IntegerChoices):
    """How deep a division stands; its code has 6, 6, 9, 12 digits."""

    CITY = 1
    COUNTY = 2
    STREET = 3
    COMMUNITY = 4


class Origin(models.TextChoices):
    """Where an outline comes from. A generated one stands in until the surveyed one is imported."""

    SURVEYED = "surveyed"
    GENERALISED = "generalised"
    GENERATED = "generated"


class Division(models.Model):
    """An administrative division. The code of a parent is the beginning of its children's."""

    code = models.CharField(primary_key=True, max_length=12)
    level = models.PositiveSmallIntegerField(choices=Level.choices)
    kind = models.CharField(
        max_length=30, blank=True, help_text="what it is called in its own law: 区, 镇, 社区…"
    )
    name = models.CharField(max_length=80)
    name_en = models.CharField(max_length=120, blank=True)
    sort_key = models.CharField(max_length=200, blank=True, help_text="pinyin, for ordering")
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="children"
    )
    is_statistical = models.BooleanField(default=False, help_text="a zone outside GB/T 2260")
    lon = models.FloatField(null=True, help_text="of the centre, WGS 84 degrees")
    lat = models.FloatField(null=True, help_text="of the centre, WGS 84 degrees")
    outline = OutlineField(null=True)
    outline_origin = models.CharField(max_length=12, choices=Origin.choices, blank=True)
    is_active = models.BooleanField(default=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(level__in=(1, 2), code__regex=r"^\d{6}$")
                | Q(level=3, code__regex=r"^\d{9}$")
                | Q(level=4, code__regex=r"^\d{12}$"),
                name="division_code_by_level",
            ),
            models.CheckConstraint(
                condition=Q(level=1) ^ Q(parent__isnull=False), name="division_has_parent"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class GridCell(models.Model):
    """A unit cell: division 6, street 3, community 3, sequence 3 (GB/T 30428.1)."""

    code = models.CharField(primary_key=True, max_length=15)
    division = models.ForeignKey(
        Division, on_delete=models.PROTECT, related_name="cells", help_text="its community"
    )
    outline = RingField()
    lon = models.FloatField(help_text="a point inside, WGS 84 degrees")
    lat = models.FloatField(help_text="a point inside, WGS 84 degrees")
    area_m2 = models.PositiveIntegerField()
    origin = models.CharField(max_length=12, choices=Origin.choices)
    datum = models.CharField(max_length=10, default="cgcs2000", help_text="the source's")
    is_active = models.BooleanField(default=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(code__regex=r"^\d{15}$"), name="cell_code_15_digits"),
            models.CheckConstraint(condition=Q(code__startswith=F("division")), name="cell_code_in_division"),
        ]
        indexes: ClassVar = [GistIndex(Func(F("outline"), function="box"), name="cell_box")]

    def __str__(self) -> str:
        return self.code


class Duty(models.Model):
    """Who answers for an area in which role: a whole division, or one cell of it.

    The most specific duty of a role holds: one on the cell before one on its community,
    street, county. Without an account it is all of the organisation who hold the role.
    """

    division = models.ForeignKey(
        Division, null=True, blank=True, on_delete=models.PROTECT, related_name="duties"
    )
    cell = models.ForeignKey(GridCell, null=True, blank=True, on_delete=models.PROTECT, related_name="duties")
    role = models.ForeignKey("people.Role", on_delete=models.PROTECT, related_name="duties")
    organisation = models.ForeignKey("people.Organisation", on_delete=models.PROTECT, related_name="duties")
    account = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="duties"
    )
    is_from_pack = models.BooleanField(default=False, help_text="loading the pack may end it")
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(division__isnull=True) ^ Q(cell__isnull=True), name="duty_on_one_area"
            ),
            models.UniqueConstraint(
                fields=["division", "cell", "role", "organisation", "account"],
                condition=Q(ended_at=None),
                nulls_distinct=False,
                name="duty_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.division_id or self.cell_id} {self.role_id}"


class Revision(models.Model):
    """One row, rewritten by every change of divisions or cells: processes see by it that their copy is old."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    token = models.CharField(max_length=32)

    class Meta:
        constraints: ClassVar = [models.CheckConstraint(condition=Q(id=1), name="one_revision")]
