"""Messages in inboxes, their way through further channels, and what people chose about that."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Notice(models.Model):
    """One message in one inbox. Kept as kind and placeholders, so that it reads in any language."""

    account = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    kind = models.CharField(max_length=80, help_text="key of the slot notices.kinds")
    subject = models.CharField(max_length=80, help_text="what it is about, as <table>/<id>")
    link = models.CharField(max_length=200, blank=True, help_text="a path of this platform")
    placeholders: Any = models.JSONField(default=dict)
    is_urgent = models.BooleanField(default=False)
    created_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["account", "kind", "subject"], name="notice_once"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["account", "-id"], name="notice_inbox"),
            models.Index(fields=["account"], condition=models.Q(read_at=None), name="notice_unread"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject}"


class Delivery(models.Model):
    """A notice on its way through one channel. ``next_attempt_at`` is null once it needs no more work."""

    class Status(models.TextChoices):
        WAITING = "waiting", _("waiting")
        SENT = "sent", _("sent")
        DELIVERED = "delivered", _("delivered")
        DEAD = "dead", _("failed")
        WITHDRAWN = "withdrawn", _("not wanted")

    notice = models.ForeignKey(Notice, on_delete=models.CASCADE, related_name="deliveries")
    channel = models.CharField(max_length=20)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_attempt_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True, help_text="when it was sent, or given up")
    receipt = models.CharField(max_length=120, blank=True, help_text="the gateway's own id of the message")
    error = models.CharField(max_length=300, blank=True)

    class Meta:
        verbose_name_plural = "deliveries"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["notice", "channel"], name="delivery_once"),
            models.CheckConstraint(
                condition=models.Q(status="waiting", next_attempt_at__isnull=False)
                | (~models.Q(status="waiting") & models.Q(next_attempt_at=None)),
                name="delivery_waits_or_rests",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["next_attempt_at"],
                condition=models.Q(next_attempt_at__isnull=False),
                name="delivery_due",
            ),
            models.Index(fields=["-id"], condition=models.Q(status="dead"), name="delivery_dead"),
            models.Index(
                fields=["channel", "receipt"], condition=~models.Q(receipt=""), name="delivery_receipt"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.status}"


class ChannelChoice(models.Model):
    """Whether an account wants a channel. No row: it does."""

    account = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    channel = models.CharField(max_length=20)
    is_on = models.BooleanField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["account", "channel"], name="channel_choice_once")
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.is_on}"
