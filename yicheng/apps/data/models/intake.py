"""How a data set is filled: its source, the agreed fields, each load with its quality, the rows that were refused."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class Source(models.Model):
    """Where a data set's rows come from, and when. ``key`` is the data set's in the catalogue."""

    class Kind(models.TextChoices):
        UPLOAD = "upload", _("Files sent in at the desk")
        PUSH = "push", _("Pushed by the department's own system")
        HTTP = "http", _("Fetched from a web API")
        POSTGRES = "postgres", _("Read from a PostgreSQL table")
        MYSQL = "mysql", _("Read from a MySQL table")

    class Paging(models.TextChoices):
        NONE = "none", _("All in one answer")
        PAGE = "page", _("Page number")
        OFFSET = "offset", _("Rows skipped")
        CURSOR = "cursor", _("A mark in the answer leads on")

    class Mode(models.TextChoices):
        REPLACE = "replace", _("Each load is the whole data set")
        ADD = "add", _("Each load adds rows, or replaces those with the same key")

    class State(models.TextChoices):
        DRAFT = "draft", _("Being set up")
        FINE = "fine", _("In order")
        WAITING = "waiting", _("A load waits to be looked at")
        CHANGED = "changed", _("The columns have changed")
        FAILED = "failed", _("The last attempt failed")

    key = models.CharField(max_length=120, unique=True)
    title = models.CharField(max_length=200)
    organisation = models.ForeignKey("people.Organisation", on_delete=models.PROTECT, related_name="+")
    division_code = models.CharField(max_length=12, blank=True)
    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.UPLOAD)
    mode = models.CharField(max_length=10, choices=Mode.choices, default=Mode.REPLACE)
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    share_type = models.CharField(max_length=16)
    legal_basis = models.TextField(blank=True)
    summary = models.TextField(blank=True)
    category = models.CharField(max_length=40, blank=True)
    update_cycle = models.CharField(max_length=20, default="on_demand")
    address = models.CharField(max_length=500, blank=True, help_text="a web address, or host:port/database")
    table = models.CharField(max_length=200, blank=True, help_text="of a database: schema.table")
    username = models.CharField(max_length=100, blank=True)
    secret_sealed = models.TextField(blank=True, help_text="password or token, encrypted")
    paging = models.CharField(max_length=10, choices=Paging.choices, default=Paging.NONE)
    page_name = models.CharField(
        max_length=60, blank=True, help_text="parameter that names page, offset or mark"
    )
    size_name = models.CharField(max_length=60, blank=True, help_text="parameter that asks for so many rows")
    page_size = models.PositiveIntegerField(default=500)
    rows_path = models.CharField(
        max_length=120, blank=True, help_text="where in the answer the rows are: data.rows"
    )
    mark_path = models.CharField(max_length=120, blank=True, help_text="where in the answer the next mark is")
    every_hours = models.PositiveSmallIntegerField(null=True, help_text="null: not by the clock")
    next_run_at = models.DateTimeField(null=True, db_index=True)
    last_run_at = models.DateTimeField(null=True)
    last_fault = models.TextField(blank=True)
    created_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["organisation", "id"], name="data_source_by_body")]

    def __str__(self) -> str:
        return self.title

    @property
    def is_outside(self) -> bool:
        """Whether the platform fetches the rows by itself."""
        return self.kind in (self.Kind.HTTP, self.Kind.POSTGRES, self.Kind.MYSQL)


class SourceField(models.Model):
    """A field as agreed: the column it comes from, its kind, its rules."""

    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="fields")
    position = models.PositiveSmallIntegerField()
    key = models.CharField(max_length=60)
    title = models.CharField(max_length=120)
    column = models.CharField(max_length=200, help_text="its title in the file")
    kind = models.CharField(max_length=12)
    unit = models.CharField(max_length=30, blank=True)
    sensitivity = models.PositiveSmallIntegerField(default=2)
    is_required = models.BooleanField(default=False)
    is_key = models.BooleanField(default=False)
    is_unique = models.BooleanField(default=False)
    lowest = models.DecimalField(max_digits=24, decimal_places=6, null=True)
    highest = models.DecimalField(max_digits=24, decimal_places=6, null=True)
    earliest = models.DateField(null=True)
    latest = models.DateField(null=True)
    pattern = models.CharField(max_length=200, blank=True)
    codes = ArrayField(models.CharField(max_length=100), default=list)
    reference = models.CharField(max_length=200, blank=True, help_text="another data set's field: set/field")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["source", "key"], name="data_field_once"),
            models.CheckConstraint(condition=Q(sensitivity__range=(1, 4)), name="data_field_sensitivity"),
        ]

    def __str__(self) -> str:
        return self.key


class Load(models.Model):
    """One delivery of rows: staged and checked, then published whole, put back or dropped."""

    class Status(models.TextChoices):
        READ = "read", _("Read, fields to be agreed")
        CHECKED = "checked", _("Checked, not published yet")
        PUBLISHED = "published", _("Published, in use")
        REVERTED = "reverted", _("Taken back")
        REFUSED = "refused", _("Refused as a whole")
        DROPPED = "dropped", _("Dropped")

    class Origin(models.TextChoices):
        DESK = "desk", _("at the desk")
        PUSH = "push", _("pushed")
        CLOCK = "clock", _("by the clock")

    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="loads")
    organisation = models.ForeignKey("people.Organisation", on_delete=models.PROTECT, related_name="+")
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.READ)
    origin = models.CharField(max_length=10, choices=Origin.choices, default=Origin.DESK)
    file_name = models.CharField(max_length=200, blank=True)
    file_format = models.CharField(max_length=10)
    encoding = models.CharField(max_length=20, blank=True)
    columns = ArrayField(models.TextField(), default=list, help_text="the header, as it came")
    remarks = ArrayField(models.TextField(), default=list, help_text="what the reader set right by itself")
    read_count = models.PositiveIntegerField(default=0)
    sound_count = models.PositiveIntegerField(default=0)
    refused_count = models.PositiveIntegerField(default=0)
    mended_count = models.PositiveIntegerField(default=0, help_text="refused first, sound when sent again")
    fault = models.TextField(blank=True, help_text="why it was refused as a whole")
    version = models.ForeignKey(
        "catalogue.DataSetVersion", null=True, on_delete=models.SET_NULL, related_name="+"
    )
    account = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(status__in=("read", "refused"))
                | Q(read_count=F("sound_count") + F("refused_count")),
                name="data_load_loses_no_row",
            )
        ]
        indexes: ClassVar = [
            models.Index(fields=["organisation", "id"], name="data_load_by_body"),
            models.Index(fields=["source", "status", "id"], name="data_load_by_source"),
        ]

    def __str__(self) -> str:
        return f"{self.source_id}/{self.pk}"

    @property
    def quality(self) -> int:
        """The share of sound rows, in whole percent, rounded down so that only a flawless load has a hundred."""
        return self.sound_count * 100 // self.read_count if self.read_count else 0


class KeptFile(models.Model):
    """The texts of a load that is not finished, encrypted: checked anew when its fields change. Deleted with it."""

    load = models.OneToOneField(Load, on_delete=models.CASCADE, primary_key=True, related_name="kept")
    content = models.BinaryField()


class LoadReason(models.Model):
    """How often a rule refused a row of a load."""

    load = models.ForeignKey(Load, on_delete=models.CASCADE, related_name="reasons")
    reason = models.CharField(max_length=100, help_text="code:field")
    count = models.PositiveIntegerField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["load", "reason"], name="data_reason_once")]


class RefusedRow(models.Model):
    """A refused row, as it came, with the reasons. Deleted some weeks after."""

    load = models.ForeignKey(Load, on_delete=models.CASCADE, related_name="refused")
    row = models.PositiveIntegerField(help_text="as a spreadsheet counts")
    cells = ArrayField(models.TextField())
    reasons = ArrayField(models.CharField(max_length=100))

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["load", "row"], name="data_refused_once")]

    def __str__(self) -> str:
        return f"{self.load_id}:{self.row}"
