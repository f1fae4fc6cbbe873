"""Protected sites (不可移动文物) and the rows of their lists that somebody has to look at first."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.indexes import GistIndex
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class SiteLevel(models.TextChoices):
    """Level of protection (Law on the Protection of Cultural Relics)."""

    NATIONAL = "national", _("Major site protected at the national level")
    PROVINCIAL = "provincial", _("Protected at the provincial level")
    MUNICIPAL = "municipal", _("Protected at the municipal level")
    COUNTY = "county", _("Protected at the county level")
    REGISTERED = "registered", _("Registered, not yet graded")


class SiteCategory(models.TextChoices):
    """The six categories of immovable heritage (第三次全国文物普查)."""

    ANCIENT_SITE = "ancient_site", _("Ancient site")
    ANCIENT_TOMB = "ancient_tomb", _("Ancient tomb")
    ANCIENT_BUILDING = "ancient_building", _("Ancient building")
    CAVE_TEMPLE = "cave_temple", _("Cave temple or stone carving")
    MODERN = "modern", _("Important modern site or building")
    OTHER = "other", pgettext_lazy("category of site", "Other")


class Access(models.TextChoices):
    """Whether the public can go there."""

    OPEN = "open", _("Open to visitors")
    BY_REQUEST = "by_request", _("Open on request")
    CLOSED = "closed", _("Closed for the time being")
    NOT_OPEN = "not_open", _("Not open to visitors")


class Site(models.Model):
    """A protected site. The exact place is for staff; ``exposure`` says what the public sees of it."""

    number = models.CharField(max_length=24, unique=True, help_text="batch-serial of its list: 7-0266")
    level = models.CharField(max_length=12, choices=SiteLevel.choices)
    batch = models.PositiveSmallIntegerField(null=True)
    announced_year = models.PositiveSmallIntegerField(null=True)
    class_number = models.CharField(max_length=24, blank=True, help_text="分类号 as printed in the list")
    name = models.CharField(max_length=120)
    name_en = models.CharField(max_length=160, blank=True)
    era = models.CharField(max_length=80)
    category = models.CharField(max_length=20, choices=SiteCategory.choices)
    address = models.CharField(max_length=200, blank=True)
    division_code = models.CharField(max_length=12)
    organisation = models.ForeignKey(
        "people.Organisation", null=True, on_delete=models.PROTECT, related_name="+", help_text="who keeps it"
    )
    lon = models.FloatField(null=True, help_text="WGS 84 degrees")
    lat = models.FloatField(null=True, help_text="WGS 84 degrees")
    precision_m = models.PositiveIntegerField(null=True, help_text="how exact the place is, metres")
    datum = models.CharField(max_length=10, default="wgs84", help_text="the source's")
    access = models.CharField(max_length=12, choices=Access.choices, default=Access.NOT_OPEN)
    access_note = models.CharField(max_length=200, blank=True, help_text="why closed, how to ask")
    closed_until = models.DateField(null=True)
    opening_hours = models.CharField(max_length=200, blank=True)
    story = models.TextField(blank=True)
    story_en = models.TextField(blank=True)
    updated_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(lon__isnull=True, lat__isnull=True)
                | models.Q(lon__range=(-180, 180), lat__range=(-90, 90)),
                name="heritage_site_on_earth",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["division_code", "id"], name="heritage_site_division"),
            models.Index(fields=["organisation", "id"], name="heritage_site_keeper"),
            GistIndex(models.Func("lon", "lat", function="point"), name="heritage_site_point"),
        ]

    def __str__(self) -> str:
        return self.name


class SiteDoubt(models.Model):
    """A row of a list that was not taken as it stands: kept apart until somebody decides."""

    class Reason(models.TextChoices):
        COUNTY_UNSURE = "county_unsure", _("The list names no county; this one was worked out from the name")
        COUNTY_CONFLICT = "county_conflict", _("Address and county of the list contradict each other")
        OUTSIDE = "outside", _("The address lies outside the city")
        SAID = "said", _("Marked as doubtful by its source")

    class Status(models.TextChoices):
        WAITING = "waiting", _("To be decided")
        TAKEN = "taken", _("Taken into the register")
        REFUSED = "refused", pgettext_lazy("row of a list", "Not taken")

    number = models.CharField(max_length=24, unique=True)
    reason = models.CharField(max_length=16, choices=Reason.choices)
    status = models.CharField(max_length=8, choices=Status.choices, default=Status.WAITING)
    list_name = models.CharField(max_length=120)
    line = models.PositiveIntegerField()
    batch = models.PositiveSmallIntegerField(null=True)
    announced_year = models.PositiveSmallIntegerField(null=True)
    class_number = models.CharField(max_length=24, blank=True)
    name = models.CharField(max_length=120)
    name_en = models.CharField(max_length=160, blank=True)
    era = models.CharField(max_length=80)
    category = models.CharField(max_length=20, choices=SiteCategory.choices)
    address = models.CharField(max_length=200, blank=True)
    division_code = models.CharField(max_length=12, blank=True, help_text="as far as the list says")
    county_in_source = models.CharField(max_length=40, blank=True)
    site = models.OneToOneField(Site, null=True, on_delete=models.PROTECT, related_name="doubt")
    decision = models.CharField(max_length=400, blank=True)
    decided_by = models.ForeignKey("people.Account", null=True, on_delete=models.SET_NULL, related_name="+")
    decided_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["status", "id"], name="heritage_doubt_status")]

    def __str__(self) -> str:
        return self.name
