"""Files that came in: what they held, what was refused and why, and which outside matters are already here."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _


class FileImport(models.Model):
    """One file. It is checked first; its rows are taken by a second, explicit step."""

    class Kind(models.TextChoices):
        PARTS = "parts", _("Parts census")
        CASES = "cases", _("Cases")

    class Status(models.TextChoices):
        CHECKED = "checked", _("Checked, not taken yet")
        TAKEN = "taken", _("Taken")
        DROPPED = "dropped", _("Dropped")

    kind = models.CharField(max_length=10, choices=Kind.choices)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.CHECKED)
    file_name = models.CharField(max_length=200)
    file_format = models.CharField(max_length=10)
    encoding = models.CharField(max_length=20, blank=True)
    columns = ArrayField(models.TextField(), help_text="the header, as it came")
    datum = models.CharField(max_length=10, help_text="of rows that name none")
    account = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    organisation = models.ForeignKey(
        "people.Organisation", null=True, on_delete=models.PROTECT, related_name="+"
    )
    read_count = models.PositiveIntegerField(default=0)
    sound_count = models.PositiveIntegerField(
        default=0, help_text="rows that can be taken, doubtful ones among them"
    )
    doubtful_count = models.PositiveIntegerField(default=0)
    refused_count = models.PositiveIntegerField(default=0)
    created_count = models.PositiveIntegerField(default=0)
    changed_count = models.PositiveIntegerField(default=0)
    unchanged_count = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField()
    taken_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(read_count=models.F("sound_count") + models.F("refused_count")),
                name="import_loses_no_row",
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.file_name}"


class ImportRow(models.Model):
    """A line of a file, as it came, with what the check says of it. Deleted some weeks after the import."""

    class Verdict(models.TextChoices):
        SOUND = "sound", _("Sound")
        DOUBTFUL = "doubtful", _("Taken with doubts")
        REFUSED = "refused", _("Refused")

    file_import = models.ForeignKey(FileImport, on_delete=models.CASCADE, related_name="rows")
    line = models.PositiveIntegerField()
    verdict = models.CharField(max_length=10, choices=Verdict.choices)
    cells = ArrayField(models.TextField())
    reasons = ArrayField(models.TextField())

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["file_import", "line"], name="import_line_once")
        ]
        indexes: ClassVar = [
            models.Index(fields=["file_import", "verdict", "line"], name="urban_importrow_verdict")
        ]

    def __str__(self) -> str:
        return f"{self.file_import_id}:{self.line}"


class ImportedCase(models.Model):
    """The outside number of a case that was brought in: the same one never comes in twice."""

    system = models.CharField(max_length=40)
    outside_id = models.CharField(max_length=80)
    case = models.OneToOneField("cases.Case", on_delete=models.CASCADE, related_name="+")
    is_judged_there = models.BooleanField(
        default=False, help_text="its system says of its cases whether they are on time, or leaves it open"
    )

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["system", "outside_id"], name="outside_case_once")
        ]

    def __str__(self) -> str:
        return f"{self.system}: {self.outside_id}"
