"""Files of readings that were brought in, and what became of them."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models

from yicheng.core.sensing.models.devices import Device


class ReadingImport(models.Model):
    """One file of readings: read, stored, repeated; the first faults word by word."""

    file_name = models.CharField(max_length=200)
    make = models.CharField(max_length=40)
    device = models.ForeignKey(Device, on_delete=models.PROTECT, related_name="imports")
    serial = models.CharField(max_length=80, blank=True)
    read_count = models.IntegerField(help_text="values in the file")
    stored_count = models.IntegerField()
    repeated_count = models.IntegerField()
    refused_count = models.IntegerField()
    fault_count = models.IntegerField(help_text="lines that could not be read")
    faults = ArrayField(models.CharField(max_length=200))
    skipped = ArrayField(models.CharField(max_length=200), help_text="columns nobody knows")
    first_at = models.DateTimeField(null=True)
    last_at = models.DateTimeField(null=True)
    account = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["-id"], name="reading_import_newest")]

    def __str__(self) -> str:
        return self.file_name
