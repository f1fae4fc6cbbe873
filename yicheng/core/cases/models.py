"""Cases, tasks and what decides about them. Typed columns; the running process lives in ``CaseState``."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.contrib.postgres.search import SearchVectorField
from django.db import models


class CaseClass(models.Model):
    """What a case is about (GB/T 30428.2 events and parts): from the city pack, a tree by code."""

    code = models.CharField(primary_key=True, max_length=20)
    application = models.CharField(max_length=30)
    kind = models.CharField(max_length=10, help_text="event or part")
    name = models.CharField(max_length=80)
    name_en = models.CharField(max_length=120, blank=True)
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="children"
    )
    definition = models.TextField(blank=True)
    keywords = models.TextField(blank=True, help_text="everyday words, separated by spaces")
    is_public = models.BooleanField(default=True, help_text="residents may report it")
    is_active = models.BooleanField(default=True)

    def __str__(self) -> str:
        return self.name


class ProcessVersion(models.Model):
    """A drawn process as it was published. Running cases finish on the version they began."""

    class Status(models.TextChoices):
        DRAFT = "draft"
        PUBLISHED = "published"
        RETIRED = "retired"

    process = models.CharField(max_length=60, help_text="key of the slot cases.processes")
    version = models.PositiveIntegerField()
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.DRAFT)
    files: Any = models.JSONField(help_text="file name → BPMN or DMN source")
    specification = models.BinaryField(null=True)
    note = models.CharField(max_length=200, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    published_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["process", "version"], name="process_version_once"),
            models.UniqueConstraint(
                fields=["process"], condition=models.Q(status="published"), name="one_published_version"
            ),
        ]


class Case(models.Model):
    """One matter from report to close, of any application. Narrow on purpose: lists read only this row."""

    class Status(models.TextChoices):
        OPEN = "open"
        SUSPENDED = "suspended"
        CLOSED = "closed"
        CANCELLED = "cancelled"
        MERGED = "merged"

    number = models.CharField(max_length=30, unique=True)
    application = models.CharField(max_length=30)
    process = models.CharField(max_length=60)
    version = models.ForeignKey(ProcessVersion, null=True, on_delete=models.PROTECT, related_name="cases")
    case_class = models.ForeignKey(
        CaseClass, on_delete=models.PROTECT, db_column="class_code", related_name="cases"
    )
    title = models.CharField(max_length=200)
    description = models.TextField(blank=True)
    source = models.CharField(
        max_length=20, help_text="channel: portal, inspector, open311, import, hotline…"
    )
    severity = models.PositiveSmallIntegerField(default=2, help_text="1 urgent, 2 normal, 3 minor")
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.OPEN)
    stage = models.CharField(max_length=30)
    organisation = models.ForeignKey(
        "people.Organisation",
        null=True,
        on_delete=models.PROTECT,
        related_name="cases",
        help_text="responsible body",
    )
    division_code = models.CharField(max_length=12, blank=True)
    cell_code = models.CharField(max_length=15, blank=True)
    lon = models.FloatField(null=True, help_text="WGS 84 degrees")
    lat = models.FloatField(null=True, help_text="WGS 84 degrees")
    datum = models.CharField(
        max_length=10, default="wgs84", help_text="the source's: wgs84, cgcs2000, gcj02, bd09"
    )
    address = models.CharField(max_length=200, blank=True)
    opened_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    is_on_time = models.BooleanField(null=True, help_text="null while open, or when there was no due time")
    rework_count = models.PositiveSmallIntegerField(default=0)
    parent = models.ForeignKey(
        "self", null=True, on_delete=models.PROTECT, related_name="parts", help_text="split from"
    )
    merged_into = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="duplicates")
    is_public = models.BooleanField(default=False, help_text="title, place and stage may be published")
    search = SearchVectorField(null=True)

    def __str__(self) -> str:
        return f"{self.number} {self.title}"


class CaseState(models.Model):
    """The running process of one case, without its specification; compressed. Absent until first needed."""

    case = models.OneToOneField(Case, primary_key=True, on_delete=models.CASCADE, related_name="state")
    data = models.BinaryField()


class Task(models.Model):
    """One step on somebody's desk. Scope columns are copied from the case so that lists need one index."""

    class Status(models.TextChoices):
        OPEN = "open"
        DONE = "done"
        CANCELLED = "cancelled"

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="tasks")
    kind = models.CharField(max_length=60, help_text="TaskKind key")
    element_id = models.CharField(max_length=80, help_text="id in the diagram")
    engine_id = models.CharField(max_length=40, help_text="id in the running process")
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.OPEN)
    application = models.CharField(max_length=30)
    class_code = models.CharField(max_length=20)
    severity = models.PositiveSmallIntegerField(default=2)
    division_code = models.CharField(max_length=12, blank=True)
    organisation = models.ForeignKey(
        "people.Organisation", null=True, on_delete=models.PROTECT, related_name="tasks"
    )
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="tasks"
    )
    opened_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    outcome = models.CharField(max_length=40, blank=True)
    is_on_time = models.BooleanField(null=True)


class CaseStep(models.Model):
    """One line of a case's history, as people read it. Append-only."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="steps")
    at = models.DateTimeField()
    action = models.CharField(
        max_length=40, help_text="started, completed, transferred, sent_back, suspended…"
    )
    task_kind = models.CharField(max_length=60, blank=True)
    outcome = models.CharField(max_length=40, blank=True)
    stage = models.CharField(max_length=30, blank=True)
    account = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    organisation = models.ForeignKey(
        "people.Organisation", null=True, on_delete=models.PROTECT, related_name="+"
    )
    note = models.TextField(blank=True)
    is_public = models.BooleanField(default=True, help_text="the reporter may read the note")
