"""Movable relics (可移动文物) with the fields of the national registration, their components and places.

Field set: first national census of movable relics (第一次全国可移动文物普查登记表, 2012), WW/T 0017-2013 for
the grades and states of preservation.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Grade(models.TextChoices):
    """文物级别: the first three are precious (珍贵文物)."""

    FIRST = "first", _("First grade")
    SECOND = "second", _("Second grade")
    THIRD = "third", _("Third grade")
    GENERAL = "general", _("General")
    UNGRADED = "ungraded", _("Not graded")


PRECIOUS = (Grade.FIRST, Grade.SECOND, Grade.THIRD)


class Material(models.TextChoices):
    """What the limits of climate and light depend on."""

    BRONZE = "bronze", _("Bronze")
    IRON = "iron", _("Iron")
    GOLD_SILVER = "gold_silver", _("Gold and silver")
    CERAMIC = "ceramic", _("Ceramic and glass")
    STONE = "stone", _("Stone")
    JADE = "jade", _("Jade and gems")
    PAPER = "paper", _("Paper")
    SILK = "silk", _("Silk and textile")
    WOOD = "wood", _("Wood and bamboo")
    LACQUER = "lacquer", _("Lacquer")
    BONE = "bone", _("Bone and ivory")
    WALL_PAINTING = "wall_painting", _("Wall painting")
    LEATHER = "leather", _("Leather")
    OTHER = "other", pgettext_lazy("material", "Other")


class Wholeness(models.TextChoices):
    """完残程度."""

    WHOLE = "whole", _("Whole")
    NEARLY = "nearly", _("Nearly whole")
    DAMAGED = "damaged", _("Damaged")
    BADLY = "badly", _("Badly damaged, parts missing")


class Preservation(models.TextChoices):
    """保存状态."""

    STABLE = "stable", _("Stable, needs no treatment")
    PARTLY = "partly", _("Partly damaged, needs treatment")
    URGENT = "urgent", _("Decaying, needs urgent treatment")
    TREATED = "treated", _("Treated")


class KeepingPlace(models.Model):
    """A room, a cabinet or a hall where relics are kept, exhibited or repaired."""

    class Kind(models.TextChoices):
        STORE = "store", pgettext_lazy("where relics are", "Store")
        EXHIBIT = "exhibit", _("Exhibition")
        WORKSHOP = "workshop", _("Workshop")
        ELSEWHERE = "elsewhere", _("Another institution")
        ON_THE_WAY = "on_the_way", _("On the way")

    code = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=12, choices=Kind.choices)
    organisation = models.ForeignKey("people.Organisation", on_delete=models.PROTECT, related_name="+")
    division_code = models.CharField(max_length=12)
    site = models.ForeignKey("heritage.Site", null=True, on_delete=models.PROTECT, related_name="places")
    is_public = models.BooleanField(default=False, help_text="its objects are on show")

    class Meta:
        indexes: ClassVar = [models.Index(fields=["organisation", "id"], name="heritage_place_keeper")]

    def __str__(self) -> str:
        return self.name


class Relic(models.Model):
    """One registered relic, or one set registered as one."""

    class Origin(models.TextChoices):
        EXCAVATED = "excavated", _("Excavated")
        COLLECTED = "collected", _("Collected in the field")
        BOUGHT = "bought", _("Bought")
        GIVEN = "given", _("Given")
        TRANSFERRED = "transferred", _("Transferred")
        OLD = "old", _("Old holding")

    number = models.CharField(max_length=40, unique=True, help_text="总登记号, with the keeper's prefix")
    name = models.CharField(max_length=120)
    name_en = models.CharField(max_length=160, blank=True)
    era = models.CharField(max_length=80)
    category = models.CharField(max_length=40, help_text="one of the 35 categories of the census")
    material = models.CharField(max_length=16, choices=Material.choices)
    material_note = models.CharField(max_length=80, blank=True, help_text="as written in the register")
    grade = models.CharField(max_length=10, choices=Grade.choices)
    pieces = models.PositiveIntegerField(default=1, help_text="实际数量")
    height_cm = models.DecimalField(max_digits=8, decimal_places=2, null=True)
    width_cm = models.DecimalField(max_digits=8, decimal_places=2, null=True)
    depth_cm = models.DecimalField(max_digits=8, decimal_places=2, null=True)
    weight_kg = models.DecimalField(max_digits=10, decimal_places=3, null=True)
    origin = models.CharField(max_length=12, choices=Origin.choices)
    found_at = models.ForeignKey("heritage.Site", null=True, on_delete=models.PROTECT, related_name="relics")
    acquired_year = models.PositiveSmallIntegerField(null=True)
    wholeness = models.CharField(max_length=8, choices=Wholeness.choices)
    preservation = models.CharField(max_length=8, choices=Preservation.choices)
    organisation = models.ForeignKey(
        "people.Organisation", on_delete=models.PROTECT, related_name="+", help_text="收藏单位"
    )
    division_code = models.CharField(max_length=12)
    place = models.ForeignKey(KeepingPlace, on_delete=models.PROTECT, related_name="relics")
    story = models.TextField(blank=True)
    story_en = models.TextField(blank=True)
    registered_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(pieces__gte=1), name="heritage_relic_pieces"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["organisation", "id"], name="heritage_relic_keeper"),
            models.Index(fields=["division_code", "id"], name="heritage_relic_division"),
            models.Index(fields=["place", "id"], name="heritage_relic_place"),
            models.Index(fields=["found_at"], name="heritage_relic_found_at"),
            models.Index(fields=["grade", "id"], name="heritage_relic_grade"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_precious(self) -> bool:
        """Whether it is of the first three grades."""
        return self.grade in PRECIOUS


class Component(models.Model):
    """A main part of a relic that can carry a chip of its own: body, lid, base, mount."""

    relic = models.ForeignKey(Relic, on_delete=models.CASCADE, related_name="components")
    number = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=80)
    material = models.CharField(max_length=16, choices=Material.choices)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["relic", "number"], name="heritage_component_number"),
        ]

    def __str__(self) -> str:
        return self.name


class ConditionCheck(models.Model):
    """What somebody found when they looked at a relic; the latest one is the relic's state."""

    relic = models.ForeignKey(Relic, on_delete=models.CASCADE, related_name="checks")
    checked_at = models.DateTimeField()
    checked_by = models.ForeignKey("people.Account", null=True, on_delete=models.SET_NULL, related_name="+")
    wholeness = models.CharField(max_length=8, choices=Wholeness.choices)
    preservation = models.CharField(max_length=8, choices=Preservation.choices)
    words = models.TextField(blank=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["relic", "-checked_at"], name="heritage_check_latest")]

    def __str__(self) -> str:
        return f"{self.relic_id} {self.checked_at:%Y-%m-%d}"
