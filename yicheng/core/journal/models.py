"""Audit trail, access log, numbers and attachments.

The first two are append-only, partitioned by month and carry the division in their
primary key; their tables are made by hand in the migrations (``managed = False``).
"""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from yicheng.core.people.models import Account


class AuditEntry(models.Model):
    """Who did what to what, when and from where. ``happened_at`` differs from ``recorded_at`` in replays."""

    pk = models.CompositePrimaryKey("division_code", "recorded_at", "id")
    id = models.BigIntegerField()
    recorded_at = models.DateTimeField()
    happened_at = models.DateTimeField()
    division_code = models.CharField(max_length=12)
    account_id = models.BigIntegerField(null=True)
    viewer_kind = models.CharField(max_length=10)
    organisation_id = models.BigIntegerField(null=True)
    address = models.CharField(max_length=45)
    action = models.CharField(max_length=80)
    subject = models.CharField(max_length=80)
    detail: Any = models.JSONField()

    class Meta:
        managed = False
        db_table = "journal_audit"


class AccessEntry(models.Model):
    """Somebody was shown personal data of ``person_id``, for a stated purpose."""

    pk = models.CompositePrimaryKey("division_code", "recorded_at", "id")
    id = models.BigIntegerField()
    recorded_at = models.DateTimeField()
    division_code = models.CharField(max_length=12)
    person_id = models.BigIntegerField()
    account_id = models.BigIntegerField(null=True)
    viewer_kind = models.CharField(max_length=10)
    organisation_id = models.BigIntegerField(null=True)
    address = models.CharField(max_length=45)
    subject = models.CharField(max_length=80)
    purpose = models.CharField(max_length=200)

    class Meta:
        managed = False
        db_table = "journal_access"


class NumberSeries(models.Model):
    """How the numbers of a series look: ``UC{date}{number:05}``; see ``numbering``."""

    code = models.CharField(max_length=40, primary_key=True)
    pattern = models.CharField(max_length=80)

    def __str__(self) -> str:
        return self.code


class NumberBlock(models.Model):
    """The last number of a series that was handed to a process, by period and division."""

    series = models.CharField(max_length=40)
    period = models.CharField(max_length=8)
    division_code = models.CharField(max_length=12)
    last = models.BigIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["series", "period", "division_code"], name="numberblock_once")
        ]


class Attachment(models.Model):
    """A file bound to a subject (``case/812``). The bytes lie in storage under their SHA-256.

    Of a photo three files exist: the original as it came, a shown one without position or
    camera data, and a thumbnail. Of a document only the original.
    """

    class Kind(models.TextChoices):
        PHOTO = "photo", _("photo")
        DOCUMENT = "document", _("document")

    subject = models.CharField(max_length=80)
    stage = models.CharField(
        max_length=40, blank=True, help_text="at which step it was added: report, handling"
    )
    division_code = models.CharField(max_length=12, blank=True)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    media_type = models.CharField(max_length=100)
    name = models.CharField(max_length=120)
    size = models.PositiveIntegerField(help_text="bytes of the original")
    sha256 = models.CharField(max_length=64, db_index=True)
    width = models.PositiveIntegerField(null=True)
    height = models.PositiveIntegerField(null=True)
    lon = models.FloatField(null=True, help_text="WGS 84, from the photo itself")
    lat = models.FloatField(null=True)
    taken_at = models.DateTimeField(null=True)
    note = models.CharField(max_length=200, blank=True)
    is_public = models.BooleanField(default=False)
    account = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["subject", "id"], name="attachment_subject")]

    def __str__(self) -> str:
        return self.name
