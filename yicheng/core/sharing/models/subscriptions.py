"""Who is told of changes, how far they were told, and what could not be delivered.

The changes themselves (``sharing_change``) say only which row of which entry: what a subscriber gets is read
under its grant when it is sent. That table is made by hand in the migrations, partitioned by month.
"""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from yicheng.core.sharing.models.grants import Grant


class Subscription(models.Model):
    """An address that receives the changes of granted data, in order. ``cursor``: the last change it took."""

    class State(models.TextChoices):
        RUNNING = "running", _("running")
        STOPPED = "stopped", _("stopped: the address does not take it")
        ENDED = "ended", _("ended")

    grant = models.ForeignKey(Grant, on_delete=models.PROTECT, related_name="subscriptions")
    url = models.CharField(max_length=500)
    secret_sealed = models.TextField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.RUNNING)
    cursor = models.BigIntegerField()
    batch = models.PositiveSmallIntegerField(default=200, help_text="events in one call")
    attempts = models.PositiveSmallIntegerField(default=0, help_text="failed ones since the last success")
    next_at = models.DateTimeField(db_index=True)
    leased_until = models.DateTimeField(null=True, help_text="a worker is at it")
    last_error = models.CharField(max_length=300, blank=True)
    last_sent_at = models.DateTimeField(null=True)
    sent = models.BigIntegerField(default=0)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField()


class Undelivered(models.Model):
    """A change that the address refused for what it is; the others went on. Kept until sent again."""

    subscription = models.ForeignKey(Subscription, on_delete=models.CASCADE, related_name="undelivered")
    change = models.BigIntegerField()
    error = models.CharField(max_length=300)
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["subscription", "change"], name="undelivered_once")
        ]
