"""Cases, tasks and what decides about them. Typed columns; the running process lives in ``CaseState``."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import Func, Value
from django.db.models.functions import Coalesce, Left

_OPEN = models.Q(status="open")


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
        CaseClass, on_delete=models.PROTECT, db_column="class_code", db_index=False, related_name="cases"
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
        db_index=False,
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
    counted_from = models.DateTimeField(
        null=True, help_text="where due_at is counted from: opening, or reopening"
    )
    closed_at = models.DateTimeField(null=True)
    is_on_time = models.BooleanField(null=True, help_text="null while open, or when there was no due time")
    rework_count = models.PositiveSmallIntegerField(default=0)
    parent = models.ForeignKey(
        "self", null=True, on_delete=models.PROTECT, related_name="parts", help_text="split from"
    )
    merged_into = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="duplicates")
    is_public = models.BooleanField(default=False, help_text="title, place and stage may be published")
    limit = models.ForeignKey(
        "Limit", null=True, on_delete=models.PROTECT, related_name="+", help_text="what due_at was counted by"
    )
    limit_days = models.PositiveSmallIntegerField(
        null=True, help_text="working days of this case's own, instead of the table of limits"
    )
    search = SearchVectorField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["organisation", "id"], name="case_by_organisation"),
            models.Index(Left("division_code", 6), "id", name="case_by_county"),
            models.Index(fields=["case_class", "id"], name="case_by_class"),
            models.Index(fields=["opened_at"], name="case_by_opening"),
            models.Index(fields=["due_at", "id"], condition=models.Q(status="open"), name="case_open_by_due"),
            GinIndex(fields=["search"], name="case_by_words"),
        ]

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
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    outcome = models.CharField(max_length=40, blank=True)
    is_on_time = models.BooleanField(null=True)
    sort_at = models.GeneratedField(
        expression=Coalesce("due_at", Func(Value(253370764800.0), function="to_timestamp")),
        output_field=models.DateTimeField(),
        db_persist=True,
        help_text="due_at, or the end of the year 9998: order of work lists",
    )
    limit = models.ForeignKey("Limit", null=True, on_delete=models.PROTECT, related_name="+")
    part_of = models.ForeignKey(
        "self", null=True, on_delete=models.CASCADE, related_name="parts", help_text="split among departments"
    )

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["organisation", "sort_at", "id"], condition=_OPEN, name="task_open_by_organisation"
            ),
            models.Index(
                Left("division_code", 6), "sort_at", "id", condition=_OPEN, name="task_open_by_county"
            ),
            models.Index(fields=["assignee", "sort_at", "id"], condition=_OPEN, name="task_open_by_assignee"),
            models.Index(fields=["sort_at", "id"], condition=_OPEN, name="task_open_by_due"),
            models.Index(fields=["kind", "sort_at", "id"], condition=_OPEN, name="task_open_by_kind"),
            models.Index(fields=["done_by", "done_at"], name="task_by_doer"),
        ]


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


class Timer(models.Model):
    """A moment at which something happens by itself; the job takes the due ones in order of time."""

    class Kind(models.TextChoices):
        PROCESS = "process"
        ESCALATION = "escalation"

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="timers")
    task = models.ForeignKey(Task, null=True, on_delete=models.CASCADE, related_name="timers")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    key = models.CharField(max_length=80, help_text="id in the running process, or the escalation's level")
    element_id = models.CharField(max_length=80, blank=True)
    due_at = models.DateTimeField(db_index=True)
    attempts = models.PositiveSmallIntegerField(default=0)


class ClockChange(models.Model):
    """A pause of the clock or more time: asked for with a reason, decided by somebody else."""

    class Kind(models.TextChoices):
        PAUSE = "pause"
        EXTENSION = "extension"

    class Status(models.TextChoices):
        ASKED = "asked"
        GRANTED = "granted"
        REFUSED = "refused"
        ENDED = "ended"

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="clock_changes")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.ASKED)
    reason = models.TextField()
    amount = models.DecimalField(max_digits=6, decimal_places=1, null=True)
    unit = models.CharField(max_length=10, blank=True)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    asked_at = models.DateTimeField()
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField(null=True)
    decision_note = models.TextField(blank=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["case", "kind"], condition=models.Q(status="asked"), name="one_open_request"
            ),
            models.UniqueConstraint(
                fields=["case"],
                condition=models.Q(kind="pause", status="granted"),
                name="one_running_pause",
            ),
        ]


class StartedOnce(models.Model):
    """Which case a sender's key began, so that sending twice begins one."""

    sender = models.CharField(max_length=60)
    key = models.CharField(max_length=100)
    case = models.ForeignKey(Case, null=True, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField(db_index=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["sender", "key"], name="started_once")]


class LimitTable(models.Model):
    """A version of the city's time limits. The newest one in force counts for cases that open."""

    version = models.PositiveIntegerField(unique=True)
    fingerprint = models.CharField(max_length=64)
    note = models.CharField(max_length=200, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField()


class Limit(models.Model):
    """So much time for a class in a zone at a severity, for a kind of task or ("") the whole case.

    Empty columns mean any; the most specific line counts: class before zone before severity.
    """

    table = models.ForeignKey(LimitTable, on_delete=models.CASCADE, related_name="limits")
    line = models.PositiveIntegerField()
    process = models.CharField(max_length=60, blank=True)
    class_code = models.CharField(max_length=20, blank=True, help_text="this class and those below it")
    zone = models.CharField(max_length=12, blank=True, help_text="prefix of the division code")
    severity = models.PositiveSmallIntegerField(null=True)
    task = models.CharField(max_length=60, blank=True, help_text="TaskKind key")
    amount = models.DecimalField(max_digits=6, decimal_places=1)
    unit = models.CharField(max_length=10)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["table", "process", "class_code", "zone", "severity", "task"],
                nulls_distinct=False,
                name="limit_once",
            )
        ]


class WorkingHours(models.Model):
    """When the city works: on a weekday (0 Monday), or (``day``) on one date. No hours: a free day."""

    weekday = models.PositiveSmallIntegerField(null=True)
    day = models.DateField(null=True)
    hours = models.CharField(max_length=60, blank=True, help_text="09:00-12:00 13:30-17:30")
    name = models.CharField(max_length=60, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["weekday", "day"], nulls_distinct=False, name="hours_once"),
            models.CheckConstraint(
                condition=models.Q(weekday=None) ^ models.Q(day=None), name="hours_of_weekday_or_day"
            ),
        ]


class DispatchRule(models.Model):
    """Who is responsible for a class in a division; the most specific rule counts."""

    class_code = models.CharField(max_length=20, blank=True)
    division_code = models.CharField(max_length=12, blank=True)
    organisation = models.ForeignKey("people.Organisation", on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["class_code", "division_code"], name="dispatch_once")
        ]


class Escalation(models.Model):
    """Who is told when a task nears or passes its due time: a rung of the ladder."""

    level = models.CharField(max_length=40, unique=True)
    process = models.CharField(max_length=60, blank=True)
    task = models.CharField(max_length=60, blank=True)
    severity = models.PositiveSmallIntegerField(null=True)
    amount = models.DecimalField(max_digits=6, decimal_places=1, help_text="before (−) or after the due time")
    unit = models.CharField(max_length=10)
    tell = models.CharField(max_length=40, help_text="assignee, or a role's code")
    where = models.CharField(max_length=12, default="own", help_text="own, above or city")


class Revision(models.Model):
    """One row: changes whenever limits, calendar, dispatch, classes or published processes do.

    What is kept in memory of them holds while the number is the same; it is the changing
    transaction's own number, so that none comes twice.
    """

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    number = models.BigIntegerField()
