"""The log of receipts: what waits for its place, what has one, the tree over it, and its signed states.

``ReceiptEntry`` is append-only and partitioned by month; its table is made by hand in the
migrations. A tile holds up to 256 hashes of one level of the tree, eight levels apart (C2SP
``tlog-tiles``); a full one is never changed again, the database sees to it.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _


class SigningKey(models.Model):
    """The city's Ed25519 key for receipts and checkpoints; the private half lies sealed."""

    name = models.CharField(max_length=120, help_text="origin of the log: data.example.gov/sharing")
    public = models.BinaryField(max_length=32)
    sealed = models.TextField()
    created_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["name"], condition=models.Q(retired_at=None), name="one_signing_key"
            )
        ]


class QueuedReceipt(models.Model):
    """A signed receipt that waits for its place in the log; written by the call itself, gone within a second."""

    call = models.CharField(max_length=32)
    at = models.DateTimeField()
    grant_id = models.BigIntegerField()
    provider_id = models.BigIntegerField()
    consumer_id = models.BigIntegerField()
    resource = models.CharField(max_length=80)
    kind = models.CharField(max_length=10)
    rows = models.BigIntegerField()
    body = models.BinaryField(help_text="the receipt as it was signed")


class ReceiptEntry(models.Model):
    """A receipt in its place."""

    pk = models.CompositePrimaryKey("division_code", "recorded_at", "position")
    position = models.BigIntegerField()
    recorded_at = models.DateTimeField()
    division_code = models.CharField(max_length=12)
    call = models.CharField(max_length=32)
    at = models.DateTimeField()
    grant_id = models.BigIntegerField()
    serial = models.BigIntegerField(help_text="counts the receipts of a grant from 1")
    provider_id = models.BigIntegerField()
    consumer_id = models.BigIntegerField()
    resource = models.CharField(max_length=80)
    kind = models.CharField(max_length=10)
    rows = models.BigIntegerField()
    body = models.BinaryField()

    class Meta:
        managed = False
        db_table = "sharing_receipt"


class ReceiptCount(models.Model):
    """How many receipts of a grant the log holds."""

    grant_id = models.BigIntegerField(primary_key=True)
    count = models.BigIntegerField()


class Tile(models.Model):
    """Up to 256 hashes side by side: level 0 over the entries, level 1 over full tiles of level 0, and so on."""

    level = models.SmallIntegerField()
    index = models.BigIntegerField()
    hashes = models.BinaryField(max_length=8192)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["level", "index"], name="tile_once")]


class LogState(models.Model):
    """The one row that says how far the log is: its newest signed checkpoint."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    size = models.BigIntegerField()
    root = models.BinaryField(max_length=32)
    note = models.TextField()
    signed_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.CheckConstraint(condition=models.Q(id=1), name="one_log_state")]


class Checkpoint(models.Model):
    """A signed state that is kept: one a minute while the log grows, and each that was lodged elsewhere."""

    size = models.BigIntegerField(primary_key=True)
    root = models.BinaryField(max_length=32)
    note = models.TextField()
    signed_at = models.DateTimeField()


class LodgingPlace(models.Model):
    """Where checkpoints are kept out of the platform's reach: whoever holds one can prove a rewriting."""

    class Kind(models.TextChoices):
        FILE = "file", _("file")
        EMAIL = "email", _("e-mail")
        WEBHOOK = "webhook", _("web address")

    kind = models.CharField(max_length=10, choices=Kind.choices)
    address = models.CharField(max_length=300, help_text="file name, e-mail address, https address")
    title = models.CharField(max_length=120)
    every_hours = models.PositiveSmallIntegerField(default=24)
    next_at = models.DateTimeField(db_index=True)
    created_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["kind", "address"], condition=models.Q(ended_at=None), name="lodging_place_once"
            )
        ]


class Lodgement(models.Model):
    """A checkpoint sent to a place, or the error that kept it."""

    place = models.ForeignKey(LodgingPlace, on_delete=models.PROTECT, related_name="lodgements")
    checkpoint = models.ForeignKey(Checkpoint, on_delete=models.PROTECT, related_name="lodgements")
    at = models.DateTimeField()
    error = models.CharField(max_length=300, blank=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["place", "-at"], name="lodgement_by_place")]


class ExchangeDay(models.Model):
    """Who used whose data on a day, how often: counts only, open to everybody."""

    day = models.DateField()
    provider = models.ForeignKey("people.Organisation", on_delete=models.PROTECT, related_name="+")
    consumer = models.ForeignKey("people.Organisation", on_delete=models.PROTECT, related_name="+")
    resource = models.CharField(max_length=80)
    kind = models.CharField(max_length=10, help_text="query, file, delivery")
    calls = models.BigIntegerField()
    rows = models.BigIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["day", "provider", "consumer", "resource", "kind"], name="exchange_day_once"
            )
        ]
