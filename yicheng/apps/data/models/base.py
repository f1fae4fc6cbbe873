"""Base databases: one authoritative source for each field, every value with its two times, and the conflicts.

A value is true in the world from ``valid_from`` to ``valid_to`` and known to the city from ``recorded_from`` to
``recorded_to``: what was known when can always be said again. Personal values are encrypted.
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


class FieldAuthority(models.Model):
    """Whose word counts for a field of a base database: a field of one department's data set.

    ``is_authoritative`` False: a second source that is compared with the first and may disagree.
    """

    base = models.CharField(max_length=20, choices=Base.choices)
    field = models.CharField(max_length=60)
    title = models.CharField(max_length=120)
    data_set = models.CharField(max_length=120, db_index=True)
    source_field = models.CharField(max_length=60)
    key_field = models.CharField(max_length=60, help_text="the field of the data set that names the record")
    is_authoritative = models.BooleanField(default=True)
    is_personal = models.BooleanField(default=False, help_text="encrypted, and every look is logged")
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["base", "field"], condition=Q(is_authoritative=True), name="data_one_authority"
            ),
            models.UniqueConstraint(fields=["base", "field", "data_set"], name="data_authority_once"),
        ]

    def __str__(self) -> str:
        return f"{self.base}.{self.field}"


class BaseRecord(models.Model):
    """One thing in a base database: a person, a company, a place, a licence, a figure.

    ``key`` names it: for a person the keyed digest of the identity number, which itself is encrypted.
    """

    base = models.CharField(max_length=20, choices=Base.choices)
    key = models.CharField(max_length=100)
    title = models.TextField(blank=True, help_text="encrypted for persons")
    account = models.ForeignKey(
        "people.Account", null=True, on_delete=models.SET_NULL, related_name="+", help_text="the person's own"
    )
    division_code = models.CharField(max_length=12, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["base", "key"], name="data_record_once")]
        indexes: ClassVar = [models.Index(fields=["base", "id"], name="data_record_by_base")]

    def __str__(self) -> str:
        return f"{self.base}/{self.pk}"


class BaseFact(models.Model):
    """One value of one field of a record, from a source, with both of its times."""

    record = models.ForeignKey(BaseRecord, on_delete=models.CASCADE, related_name="facts")
    field = models.CharField(max_length=60)
    value = models.TextField(help_text="as text; encrypted where personal")
    digest = models.CharField(max_length=64, help_text="keyed, to compare without opening")
    data_set = models.CharField(max_length=120)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)
    recorded_from = models.DateTimeField()
    recorded_to = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["record", "field"],
                condition=Q(recorded_to=None, valid_to=None),
                name="data_fact_one_now",
            ),
            models.CheckConstraint(
                condition=Q(recorded_to=None) | Q(recorded_to__gte=F("recorded_from")), name="data_fact_times"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["record", "field", "recorded_from"], name="data_fact_history")
        ]


class DataConflict(models.Model):
    """Two sources disagree about a field of a record; the source department decides, in a case."""

    class Status(models.TextChoices):
        OPEN = "open", _("Open")
        CORRECTED = "corrected", _("The authoritative value was corrected")
        CONFIRMED = "confirmed", _("The authoritative value stands")
        GONE = "gone", _("The sources agree again")

    record = models.ForeignKey(BaseRecord, on_delete=models.CASCADE, related_name="conflicts")
    field = models.CharField(max_length=60)
    authority = models.ForeignKey(FieldAuthority, on_delete=models.CASCADE, related_name="+")
    other = models.ForeignKey(FieldAuthority, on_delete=models.CASCADE, related_name="+")
    other_value = models.TextField(help_text="what the other source says; encrypted where personal")
    other_digest = models.CharField(max_length=64)
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
                fields=["record", "field", "other"], condition=Q(status="open"), name="data_conflict_once"
            )
        ]
        indexes: ClassVar = [
            models.Index(fields=["organisation", "status", "id"], name="data_conflict_by_body")
        ]
