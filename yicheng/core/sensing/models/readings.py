"""Series and readings. Readings lie partitioned by month and are never changed (see the second migration)."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from yicheng.core.sensing.models.devices import Device, DeviceKey


class Series(models.Model):
    """What one device observes of one property on one channel.

    ``division_code`` is the one in which it began and never changes, so that a cluster keeps a series on one node.
    """

    device = models.ForeignKey(Device, on_delete=models.PROTECT, related_name="series")
    property = models.CharField(max_length=40)
    channel = models.CharField(max_length=40, blank=True)
    division_code = models.CharField(max_length=12, blank=True)
    keep_days = models.PositiveIntegerField(
        null=True, help_text="None: as long as the platform keeps readings"
    )
    created_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["device", "property", "channel"], name="series_once")
        ]

    def __str__(self) -> str:
        return f"{self.device_id} {self.property} {self.channel}".strip()


class Reading(models.Model):
    """One stored reading, in the property's canonical unit."""

    pk = models.CompositePrimaryKey("division_code", "series_id", "time")
    division_code = models.CharField(max_length=12)
    series_id = models.BigIntegerField()
    time = models.DateTimeField()
    value = models.FloatField()
    quality = models.SmallIntegerField()
    timing = models.SmallIntegerField()
    received_at = models.DateTimeField()

    class Meta:
        managed = False
        db_table = "sensing_reading"


class LatestReading(models.Model):
    """The newest reading of a series and how many came; written in batches by the worker."""

    series = models.OneToOneField(Series, on_delete=models.CASCADE, primary_key=True, related_name="latest")
    time = models.DateTimeField()
    value = models.FloatField()
    quality = models.SmallIntegerField()
    received_at = models.DateTimeField()
    count = models.BigIntegerField(default=0)
    late_count = models.BigIntegerField(default=0)
    out_of_order_count = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.series_id} {self.value}"


class _Rollup(models.Model):
    """Lowest, highest, sum and number of the good readings of a stretch."""

    pk = models.CompositePrimaryKey("division_code", "series_id", "begins_at")
    division_code = models.CharField(max_length=12, blank=True)
    series_id = models.BigIntegerField()
    begins_at = models.DateTimeField()
    count = models.IntegerField()
    low = models.FloatField()
    high = models.FloatField()
    total = models.FloatField()

    class Meta:
        abstract = True


class HourRollup(_Rollup):
    """By hour of UTC."""

    class Meta:
        db_table = "sensing_hour"


class DayRollup(_Rollup):
    """By day of UTC."""

    class Meta:
        db_table = "sensing_day"


class FreshBatch(models.Model):
    """Stored readings that the worker has not yet shown to watchers; packed, see ``packing``."""

    received_at = models.DateTimeField()
    count = models.IntegerField()
    payload: Any = models.BinaryField()


class ParkedBatch(models.Model):
    """Readings that a watcher failed on; shown to it again by the clock."""

    watcher = models.CharField(max_length=80)
    payload: Any = models.BinaryField()
    error = models.TextField()
    attempts = models.PositiveSmallIntegerField(default=1)
    next_attempt_at = models.DateTimeField(null=True, db_index=True)
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.watcher


class SeenSequence(models.Model):
    """A device's own counter, as it was seen; the same one again is a repetition."""

    pk = models.CompositePrimaryKey("device_id", "sequence", "property", "channel")
    device_id = models.BigIntegerField()
    sequence = models.BigIntegerField()
    property = models.CharField(max_length=40)
    channel = models.CharField(max_length=40, blank=True)
    received_at = models.DateTimeField(db_index=True)


class OddReading(models.Model):
    """A reading that is no new measurement: repeated, contradicting a stored one, or of an impossible time."""

    class Kind(models.TextChoices):
        REPEATED = "repeated", _("repeated")
        CONTRADICTING = "contradicting", _("another value at the same time")
        CLOCK = "clock", _("impossible time")

    series = models.ForeignKey(Series, on_delete=models.CASCADE, related_name="odd_readings")
    kind = models.CharField(max_length=14, choices=Kind.choices)
    time = models.DateTimeField(help_text="as the device said")
    value = models.FloatField()
    received_at = models.DateTimeField(db_index=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["series", "-id"], name="odd_reading_series")]

    def __str__(self) -> str:
        return f"{self.series_id} {self.kind}"


class RefusedPayload(models.Model):
    """What could not be taken in, kept for inspection with the reason."""

    class Reason(models.TextChoices):
        MALFORMED = "malformed", _("cannot be read")
        UNKNOWN_DEVICE = "unknown_device", _("unknown device")
        FOREIGN_DEVICE = "foreign_device", _("device of somebody else")
        RETIRED_DEVICE = "retired_device", _("retired device")
        UNKNOWN_PROPERTY = "unknown_property", _("unknown property")
        UNKNOWN_UNIT = "unknown_unit", _("unknown unit")
        BAD_VALUE = "bad_value", _("no number")
        BAD_KEY = "bad_key", _("unknown or revoked key")
        TOO_MUCH = "too_much", _("more than its key may send")
        UNMAPPED = "unmapped", _("no mapping for this topic")

    received_at = models.DateTimeField(db_index=True)
    door = models.CharField(max_length=10)
    reason = models.CharField(max_length=20, choices=Reason.choices)
    detail = models.CharField(max_length=300, blank=True)
    topic = models.CharField(max_length=200, blank=True)
    address = models.CharField(max_length=45, blank=True)
    key = models.ForeignKey(DeviceKey, null=True, on_delete=models.SET_NULL, related_name="+")
    count = models.IntegerField(default=1)
    size = models.IntegerField(help_text="bytes as it came; at most 4,096 of them are kept")
    payload: Any = models.BinaryField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["reason", "-id"], name="refused_reason")]

    def __str__(self) -> str:
        return f"{self.reason} {self.detail}"


class SilenceWatch(models.Model):
    """One row: when silence was looked for last, and since when the platform has been listening."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    checked_at = models.DateTimeField()
    listening_since = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.CheckConstraint(condition=models.Q(id=1), name="one_silence_watch")]
