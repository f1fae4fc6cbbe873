"""The outbox: facts waiting for their reactions, written with what caused them."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models


class OutboxEvent(models.Model):
    """One fact. Deleted from here once every reaction has run; a failing one is parked with its error."""

    id = models.BigAutoField(primary_key=True)
    key = models.CharField(max_length=80)
    subject = models.CharField(max_length=80)
    division_code = models.CharField(max_length=12, blank=True)
    occurred_at = models.DateTimeField()
    payload: Any = models.JSONField()


class ParkedEvent(models.Model):
    """An event whose reaction failed: kept, shown to operators, tried again on demand."""

    event_id = models.BigIntegerField()
    reaction = models.CharField(max_length=80)
    key = models.CharField(max_length=80)
    subject = models.CharField(max_length=80)
    division_code = models.CharField(max_length=12, blank=True)
    occurred_at = models.DateTimeField()
    payload: Any = models.JSONField()
    error = models.TextField()
    attempts = models.PositiveSmallIntegerField(default=1)
    next_attempt_at = models.DateTimeField(null=True, db_index=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["event_id", "reaction"], name="parked_once")]
