"""Provenance: who says what a register says, and since when. Rows are added, never changed."""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class _Statement(models.Model):
    """One field of one thing took this value, on this authority."""

    field = models.CharField(max_length=40)
    value = models.CharField(max_length=400)
    source = models.CharField(max_length=200, help_text="a list, a document, a survey, a person's look")
    said_by = models.ForeignKey("people.Account", null=True, on_delete=models.SET_NULL, related_name="+")
    said_at = models.DateTimeField()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.field}: {self.value}"


class SiteStatement(_Statement):
    """What was said of a site."""

    site = models.ForeignKey("heritage.Site", on_delete=models.CASCADE, related_name="statements")

    class Meta:
        indexes: ClassVar = [models.Index(fields=["site", "field", "-said_at"], name="heritage_site_said")]


class RelicStatement(_Statement):
    """What was said of a relic."""

    relic = models.ForeignKey("heritage.Relic", on_delete=models.CASCADE, related_name="statements")

    class Meta:
        indexes: ClassVar = [models.Index(fields=["relic", "field", "-said_at"], name="heritage_relic_said")]
