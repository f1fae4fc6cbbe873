"""Which field of what the city knows answers which question of a form."""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class SharedRecord(models.Model):
    """A data set that knows a person or company by its number, read through a grant of ``consumer``."""

    code = models.CharField(max_length=60, unique=True)
    title = models.CharField(max_length=80)
    title_en = models.CharField(max_length=120, blank=True)
    data_set = models.CharField(max_length=80)
    consumer = models.ForeignKey("people.Organisation", on_delete=models.PROTECT, related_name="+")
    party_kind = models.CharField(max_length=10, help_text="person or company")
    key_field = models.CharField(max_length=80, help_text="holds the number; of a person its digest")
    is_active = models.BooleanField(default=True)

    def __str__(self) -> str:
        return self.code


class KnownAnswer(models.Model):
    """``field`` of ``source`` (a kind of licence or a shared record) answers what forms call ``answer``."""

    source = models.CharField(max_length=60)
    field = models.CharField(max_length=80)
    answer = models.CharField(max_length=80)
    position = models.PositiveSmallIntegerField()

    class Meta:
        ordering: ClassVar = ["position"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["source", "answer"], name="known_answer_once"),
        ]
