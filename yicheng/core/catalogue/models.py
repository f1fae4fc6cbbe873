"""The one index of all data: entries, their fields, the versions of data sets. The rows stand in tables of their own."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import Q
from django.utils import timezone

from yicheng.core.people.models import Account, Organisation


class CatalogueEntry(models.Model):
    """A declared resource (mirrored by ``sync``) or a registered data set, in the elements of GB/T 21063.3."""

    class Kind(models.TextChoices):
        RESOURCE = "resource"
        DATA_SET = "data_set"

    class ShareType(models.TextChoices):
        UNCONDITIONAL = "unconditional"
        CONDITIONAL = "conditional"
        NOT_SHARED = "not_shared"

    key = models.CharField(max_length=120, unique=True)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    title = models.CharField(max_length=200)
    title_en = models.CharField(max_length=200, blank=True)
    sort_key = models.CharField(max_length=200, blank=True, help_text="pinyin, for ordering")
    summary = models.TextField(blank=True)
    summary_en = models.TextField(blank=True)
    organisation = models.ForeignKey(
        Organisation,
        null=True,
        on_delete=models.PROTECT,
        related_name="catalogue_entries",
        help_text="provider",
    )
    division_code = models.CharField(max_length=12, blank=True, help_text="the provider's")
    share_type = models.CharField(max_length=16, choices=ShareType.choices)
    share_terms = models.TextField(blank=True, help_text="on which conditions, in which way")
    legal_basis = models.TextField(blank=True)
    is_open = models.BooleanField(default=False, help_text="open to the public")
    category = models.CharField(max_length=40, blank=True)
    update_cycle = models.CharField(max_length=20, default="on_demand")
    keywords = ArrayField(models.CharField(max_length=40), default=list)
    licence = models.CharField(max_length=20, blank=True)
    point_lon = models.CharField(max_length=60, blank=True, help_text="key of a field")
    point_lat = models.CharField(max_length=60, blank=True, help_text="key of a field")
    geometry = models.CharField(max_length=60, blank=True, help_text="key of a field")
    row_count = models.BigIntegerField(default=0, help_text="an estimate for resources")
    current = models.ForeignKey(
        "DataSetVersion", null=True, on_delete=models.PROTECT, related_name="+", help_text="what is read"
    )
    is_listed = models.BooleanField(default=True, help_text="False: withdrawn, or its part is gone")
    registered_at = models.DateTimeField(default=timezone.now)
    updated_at = models.DateTimeField(default=timezone.now)
    search = SearchVectorField(null=True)

    class Meta:
        db_table = "catalogue_entry"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(is_open=False) | Q(share_type="unconditional"), name="open_is_unconditional"
            ),
            models.CheckConstraint(
                condition=Q(key__regex=r"^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)+$"), name="entry_key_in_words"
            ),
        ]
        indexes: ClassVar = [
            GinIndex(fields=["search"], name="catalogue_entry_search", fastupdate=False),
            models.Index(fields=["sort_key", "id"], name="catalogue_entry_by_title"),
            # how entries spread is counted from this index alone
            models.Index(
                fields=["is_listed", "is_open", "organisation", "category", "share_type", "kind"],
                name="catalogue_entry_spread",
            ),
        ]


class DataSetVersion(models.Model):
    """One state of a data set, whole: its rows stand in ``datasets.ds_<entry>_v<number>``."""

    class Status(models.TextChoices):
        STAGING = "staging"
        CURRENT = "current"
        KEPT = "kept"
        DROPPED = "dropped"

    entry = models.ForeignKey(CatalogueEntry, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.STAGING)
    row_count = models.BigIntegerField(default=0)
    note = models.CharField(max_length=400, blank=True)
    begun_by = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="+")
    begun_at = models.DateTimeField(default=timezone.now)
    published_at = models.DateTimeField(null=True)
    edition = models.PositiveBigIntegerField(default=0, help_text="how often single rows were changed since")
    changed_at = models.DateTimeField(null=True, help_text="when single rows were changed last")

    class Meta:
        db_table = "catalogue_version"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["entry", "number"], name="data_set_version_once"),
            models.UniqueConstraint(
                fields=["entry"], condition=Q(status="current"), name="one_current_version"
            ),
        ]


class CatalogueField(models.Model):
    """A field of an entry, as it stands now (``version`` empty) or as a version has it."""

    entry = models.ForeignKey(CatalogueEntry, on_delete=models.CASCADE, related_name="fields")
    version = models.ForeignKey(DataSetVersion, null=True, on_delete=models.CASCADE, related_name="fields")
    position = models.PositiveSmallIntegerField()
    key = models.CharField(max_length=60)
    title = models.CharField(max_length=120)
    title_en = models.CharField(max_length=160, blank=True)
    kind = models.CharField(max_length=10)
    unit = models.CharField(max_length=30, blank=True)
    term = models.CharField(max_length=120, blank=True)
    sensitivity = models.PositiveSmallIntegerField(default=1)
    description = models.TextField(blank=True)
    is_key = models.BooleanField(default=False)

    class Meta:
        db_table = "catalogue_field"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["entry", "version", "key"], nulls_distinct=False, name="field_once"
            ),
            models.CheckConstraint(condition=Q(sensitivity__range=(1, 4)), name="sensitivity_1_to_4"),
        ]


class FieldChange(models.Model):
    """What a published version did to a field of the one before."""

    version = models.ForeignKey(DataSetVersion, on_delete=models.CASCADE, related_name="schema_changes")
    key = models.CharField(max_length=60)
    change = models.CharField(max_length=10, help_text="added, removed, changed")
    before = models.CharField(max_length=200, blank=True)
    after = models.CharField(max_length=200, blank=True)

    class Meta:
        db_table = "catalogue_field_change"
