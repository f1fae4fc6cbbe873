"""Forms as departments made them: every published version stays, verbatim."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from yicheng.core.people.models import Organisation


class FormVersion(models.Model):
    """One version of a form. Published ones never change; applications keep the version they began on."""

    class Status(models.TextChoices):
        DRAFT = "draft", _("draft")
        PUBLISHED = "published", _("published")

    code = models.CharField(max_length=60)
    number = models.PositiveIntegerField()
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.DRAFT)
    title = models.CharField(max_length=120)
    schema: Any = models.JSONField(help_text="as the editor of form-js saved it, verbatim")
    fingerprint = models.CharField(max_length=64, help_text="SHA-256 of the schema")
    organisation = models.ForeignKey(
        Organisation, null=True, on_delete=models.PROTECT, related_name="+", help_text="who keeps it"
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["code", "number"], name="form_version_once"),
            models.UniqueConstraint(
                fields=["code"], condition=models.Q(status="draft"), name="one_form_draft"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} v{self.number}"
