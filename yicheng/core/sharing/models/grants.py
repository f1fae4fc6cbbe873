"""What departments ask of each other and what they are given: requests, grants, their fields, their use."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from yicheng.core.cases.models import Case
from yicheng.core.catalogue.models import CatalogueEntry
from yicheng.core.people.models import Organisation


class Request(models.Model):
    """A department asks for data of another one. What it wants stands here as asked; the grant says what was given."""

    class State(models.TextChoices):
        ASKED = "asked", _("waits for the provider")
        GRANTED = "granted", _("granted as asked")
        NARROWED = "narrowed", _("granted in part")
        REFUSED = "refused", _("refused")
        DISPUTED = "disputed", _("disputed")

    case = models.OneToOneField(Case, null=True, on_delete=models.PROTECT, related_name="sharing_request")
    entry = models.ForeignKey(CatalogueEntry, on_delete=models.PROTECT, related_name="+")
    provider = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", db_index=False)
    consumer = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", db_index=False)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    asked_at = models.DateTimeField()
    fields = ArrayField(models.CharField(max_length=60))
    rows_where = models.TextField(blank=True, help_text="which rows: one condition a line, all must hold")
    purpose = models.CharField(max_length=400)
    legal_basis = models.CharField(max_length=400)
    starts_on = models.DateField()
    ends_on = models.DateField()
    rows_per_day = models.BigIntegerField(null=True)
    rows_in_all = models.BigIntegerField(null=True)
    renews = models.ForeignKey("Grant", null=True, on_delete=models.PROTECT, related_name="renewals")
    state = models.CharField(max_length=10, choices=State.choices, default=State.ASKED)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    answer = models.TextField(blank=True, help_text="why refused or narrowed, with the rule it rests on")

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["provider", "-id"], name="request_by_provider"),
            models.Index(fields=["consumer", "-id"], name="request_by_consumer"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(starts_on__lte=models.F("ends_on")), name="request_period"
            ),
            models.CheckConstraint(
                condition=~models.Q(purpose="") & ~models.Q(legal_basis=""), name="request_says_why"
            ),
        ]


class Grant(models.Model):
    """What one department may use of another's data. ``version`` grows with every change: a call in hand sees it."""

    request = models.OneToOneField(Request, on_delete=models.PROTECT, related_name="grant")
    entry = models.ForeignKey(CatalogueEntry, on_delete=models.PROTECT, related_name="+")
    provider = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", db_index=False)
    consumer = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", db_index=False)
    version = models.PositiveIntegerField(default=1)
    rows_where = models.TextField(blank=True)
    purpose = models.CharField(max_length=400)
    legal_basis = models.CharField(max_length=400)
    starts_on = models.DateField()
    ends_on = models.DateField(db_index=True)
    rows_per_day = models.BigIntegerField(null=True)
    rows_in_all = models.BigIntegerField(null=True)
    is_standing = models.BooleanField(default=False, help_text="given at once by the rule for its share type")
    granted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    granted_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    revoke_reason = models.CharField(max_length=400, blank=True)
    reminded_at = models.DateTimeField(null=True, help_text="when the user was told that it ends soon")

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["provider", "-id"], name="grant_by_provider"),
            models.Index(fields=["consumer", "-id"], name="grant_by_consumer"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(starts_on__lte=models.F("ends_on")), name="grant_period"
            ),
            models.CheckConstraint(
                condition=~models.Q(revoked_at__isnull=False, revoke_reason=""), name="revoked_with_a_reason"
            ),
        ]


class GrantField(models.Model):
    """A field that may be used, and how it is masked ("": as it is)."""

    grant = models.ForeignKey(Grant, on_delete=models.CASCADE, related_name="fields")
    position = models.PositiveSmallIntegerField()
    key = models.CharField(max_length=60)
    mask = models.CharField(max_length=10, blank=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["grant", "key"], name="grant_field_once")]


class GrantUse(models.Model):
    """How much of a grant was used on a day, in several counters, so that calls don't wait for each other."""

    grant = models.ForeignKey(Grant, on_delete=models.CASCADE, related_name="uses", db_index=False)
    day = models.DateField()
    shard = models.SmallIntegerField()
    calls = models.BigIntegerField()
    rows = models.BigIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["grant", "day", "shard"], name="grant_use_once")
        ]
