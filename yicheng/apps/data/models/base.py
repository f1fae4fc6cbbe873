"""Base databases: one row for each state of a thing, with both of its times; whose word counts; the conflicts.

A state is true in the world from ``valid_from`` to ``valid_to`` and known to the city from ``recorded_from`` to
``recorded_to``: what was known when can always be said again. What names or describes a person is encrypted.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class Base(models.TextChoices):
    """The five base databases."""

    POPULATION = "population", _("Population")
    LEGAL_ENTITIES = "legal_entities", _("Legal entities")
    GEOGRAPHY = "geography", _("Natural resources and geography")
    LICENCES = "licences", _("Licences")
    ECONOMY = "economy", _("Macro-economy")


class TwoTimes(models.Model):
    """The times of a state. Rows without ``recorded_to`` are what the city knows now."""

    key = models.CharField(max_length=100)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)
    recorded_from = models.DateTimeField()
    recorded_to = models.DateTimeField(null=True)

    class Meta:
        abstract = True
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["key"], condition=Q(recorded_to=None, valid_to=None), name="%(class)s_one_now"
            ),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")), name="%(class)s_valid"
            ),
            models.CheckConstraint(
                condition=Q(recorded_to=None) | Q(recorded_to__gte=F("recorded_from")),
                name="%(class)s_recorded",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["key", "recorded_from"], name="%(class)s_story")]

    def __str__(self) -> str:
        return self.key


class Person(TwoTimes):
    """A person. ``key`` is the keyed digest of the identity number; everything else about them is sealed."""

    identity_sealed = models.TextField()
    name_sealed = models.TextField(blank=True)
    birth_date_sealed = models.TextField(blank=True)
    address_sealed = models.TextField(blank=True)
    insurance_sealed = models.TextField(blank=True)
    account = models.ForeignKey(
        "people.Account", null=True, on_delete=models.SET_NULL, related_name="+", help_text="the person's own"
    )


class LegalEntity(TwoTimes):
    """A company, institution or body. ``key`` is its unified social credit code."""

    name = models.CharField(max_length=300, blank=True)
    status = models.CharField(max_length=60, blank=True)
    address = models.CharField(max_length=300, blank=True)
    industry = models.CharField(max_length=120, blank=True)
    registered_on = models.DateField(null=True)
    employees = models.PositiveIntegerField(null=True)


class GeoPlace(TwoTimes):
    """A named place. ``key`` is its code."""

    name = models.CharField(max_length=200, blank=True)
    kind = models.CharField(max_length=60, blank=True)
    division = models.CharField(max_length=12, blank=True)
    lon = models.FloatField(null=True, help_text="WGS 84 degrees")
    lat = models.FloatField(null=True, help_text="WGS 84 degrees")
    area_m2 = models.FloatField(null=True)


class LicenceRecord(TwoTimes):
    """A licence as it was issued. ``key`` is its number."""

    title = models.CharField(max_length=200, blank=True)
    holder_code = models.CharField(max_length=18, blank=True)
    holder_name = models.CharField(max_length=300, blank=True)
    status = models.CharField(max_length=60, blank=True)
    issued_on = models.DateField(null=True)
    expires_on = models.DateField(null=True)


class EconomicFigure(TwoTimes):
    """A figure of the macro-economy. ``key`` is indicator and period."""

    indicator = models.CharField(max_length=120, blank=True)
    period = models.CharField(max_length=20, blank=True)
    value = models.DecimalField(max_digits=24, decimal_places=4, null=True)
    unit = models.CharField(max_length=30, blank=True)


class FieldAuthority(models.Model):
    """Whose word counts for a field of a base database: a field of one department's data set.

    ``is_authoritative`` False: a second source that is compared with the first and may disagree.
    """

    base = models.CharField(max_length=20, choices=Base.choices)
    field = models.CharField(max_length=60)
    data_set = models.CharField(max_length=120, db_index=True)
    source_field = models.CharField(max_length=60)
    key_field = models.CharField(max_length=60, help_text="the field of the data set that names the record")
    is_authoritative = models.BooleanField(default=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["base", "field"], condition=Q(is_authoritative=True), name="data_one_authority"
            ),
            models.UniqueConstraint(fields=["base", "field", "data_set"], name="data_authority_once"),
        ]

    def __str__(self) -> str:
        return f"{self.base}.{self.field}"


class DataConflict(models.Model):
    """Two sources disagree about a field of a record; the source department decides, in a case."""

    class Status(models.TextChoices):
        OPEN = "open", _("To be decided")
        CORRECTED = "corrected", _("The authoritative value was corrected")
        CONFIRMED = "confirmed", _("The authoritative value stands")
        GONE = "gone", _("The sources agree again")

    base = models.CharField(max_length=20, choices=Base.choices)
    record_key = models.CharField(max_length=100)
    field = models.CharField(max_length=60)
    data_set = models.CharField(max_length=120, help_text="the authoritative one")
    other_data_set = models.CharField(max_length=120)
    value = models.TextField(help_text="what the authoritative source says; sealed for persons")
    other_value = models.TextField(help_text="what the other source says; sealed for persons")
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.OPEN)
    organisation = models.ForeignKey(
        "people.Organisation", null=True, on_delete=models.PROTECT, related_name="+", help_text="who decides"
    )
    case = models.ForeignKey("cases.Case", null=True, on_delete=models.SET_NULL, related_name="+")
    found_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["base", "record_key", "field", "other_data_set"],
                condition=Q(status="open"),
                name="data_conflict_once",
            )
        ]
        indexes: ClassVar = [
            models.Index(fields=["organisation", "status", "id"], name="data_conflict_by_body")
        ]

    def __str__(self) -> str:
        return f"{self.base}.{self.field} {self.pk}"
