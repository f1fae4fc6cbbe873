"""Seals of organisations: who keeps them, what they may be set on, who asked, and every single use."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from yicheng.core.people.models import Organisation


class Seal(models.Model):
    """A seal: what it shows, whose it is, who keeps it."""

    class State(models.TextChoices):
        IN_USE = "in_use", _("in use")
        SUSPENDED = "suspended", _("suspended")
        DESTROYED = "destroyed", _("destroyed")

    code = models.CharField(max_length=60, unique=True)
    title = models.CharField(max_length=80, help_text="the words on the arc")
    line = models.CharField(max_length=40, blank=True, help_text="the words below the star")
    number = models.CharField(max_length=20, blank=True, help_text="registered with public security")
    diameter_mm = models.DecimalField(max_digits=3, decimal_places=1, default=42)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", db_index=False)
    custodian = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    state = models.CharField(max_length=10, choices=State.choices, default=State.IN_USE)
    state_note = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["organisation", "code"], name="seal_by_organisation")]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(diameter_mm__gte=20, diameter_mm__lte=60), name="seal_diameter"
            )
        ]

    def __str__(self) -> str:
        return f"{self.title}{self.line}"


class SealRule(models.Model):
    """What a seal may be set on. Without a rule for a kind of paper, it may not.

    ``covers`` begins a subject: ``document`` covers ``document/12``, ``licence/food`` covers ``licence/food/7``.
    """

    class Way(models.TextChoices):
        HAND = "hand", _("by staff who may use the seal")
        APPROVAL = "approval", _("after its custodian agreed, each time")
        PROCESS = "process", _("by the platform, when a process has decided")

    seal = models.ForeignKey(Seal, on_delete=models.CASCADE, related_name="rules", db_index=False)
    covers = models.CharField(max_length=80)
    way = models.CharField(max_length=10, choices=Way.choices)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["seal", "covers", "way"], name="seal_rule_once")
        ]


class SealRequest(models.Model):
    """Somebody asks the custodian to agree to one use on one subject."""

    class State(models.TextChoices):
        WAITS = "waits", _("waits for the custodian")
        GRANTED = "granted", _("agreed to")
        REFUSED = "refused", _("refused")
        USED = "used", _("used")

    seal = models.ForeignKey(Seal, on_delete=models.PROTECT, related_name="requests", db_index=False)
    subject = models.CharField(max_length=80)
    reason = models.CharField(max_length=200)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITS)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField(null=True)
    note = models.CharField(max_length=200, blank=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["seal", "-id"], name="seal_request_by_seal")]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["seal", "subject"],
                condition=models.Q(state__in=("waits", "granted")),
                name="seal_request_once",
            )
        ]


class SealUse(models.Model):
    """One use of a seal; append-only, partitioned by month, written in the transaction that sets the seal."""

    pk = models.CompositePrimaryKey("division_code", "recorded_at", "id")
    id = models.BigIntegerField()
    division_code = models.CharField(max_length=12)
    recorded_at = models.DateTimeField()
    seal_id = models.BigIntegerField()
    key_id = models.BigIntegerField()
    account_id = models.BigIntegerField(null=True)
    viewer_kind = models.CharField(max_length=10)
    request_id = models.BigIntegerField(null=True)
    subject = models.CharField(max_length=80)
    reason = models.CharField(max_length=200)
    digest_before = models.CharField(max_length=64, help_text="SHA-256 of the PDF as it came")
    digest_after = models.CharField(max_length=64, help_text="SHA-256 of the sealed PDF")

    class Meta:
        managed = False
        db_table = "credentials_seal_use"
