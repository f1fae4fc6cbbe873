"""Devices: what they are, whose, where, on what, by which key they speak, and what was done with them."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from yicheng.core.people.models import Organisation


class Status(models.TextChoices):
    """Where a device stands in its life."""

    ISSUED = "issued", _("issued")
    IN_STORE = "in_store", _("in store")
    IN_SERVICE = "in_service", _("in service")
    IN_REPAIR = "in_repair", _("in repair")
    RETIRED = "retired", _("retired from use")


class DeviceModel(models.Model):
    """A make of device. ``interval_s``: how often it speaks; 0: only when something happens."""

    code = models.CharField(max_length=40, primary_key=True)
    name = models.CharField(max_length=120)
    name_en = models.CharField(max_length=120, blank=True)
    maker = models.CharField(max_length=80, blank=True)
    #: keys of observed properties with blanks between; empty: any
    properties = models.CharField(max_length=400, blank=True)
    interval_s = models.PositiveIntegerField(default=900)
    calibrate_every_days = models.PositiveIntegerField(default=0, help_text="0: never")
    is_gateway = models.BooleanField(default=False)
    is_from_pack = models.BooleanField(default=False)

    def __str__(self) -> str:
        return self.name


class Device(models.Model):
    """A device of the register. What it is fixed to is its bearer: a kind that a part declares, and an id."""

    number = models.CharField(max_length=60, unique=True)
    name = models.CharField(max_length=120)
    model = models.ForeignKey(DeviceModel, on_delete=models.PROTECT, related_name="devices")
    serial = models.CharField(max_length=80, blank=True)
    status = models.CharField(max_length=12, choices=Status.choices, default=Status.ISSUED)
    organisation = models.ForeignKey(Organisation, null=True, on_delete=models.PROTECT, related_name="+")
    division_code = models.CharField(max_length=12, blank=True)
    lon = models.FloatField(null=True, help_text="WGS 84 degrees")
    lat = models.FloatField(null=True, help_text="WGS 84 degrees")
    place = models.CharField(max_length=120, blank=True)
    gateway = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="members"
    )
    bearer_kind = models.CharField(max_length=60, blank=True)
    bearer_id = models.BigIntegerField(default=0)
    component = models.CharField(max_length=80, blank=True)
    interval_s = models.PositiveIntegerField(null=True, help_text="None: as its model")
    firmware = models.CharField(max_length=40, blank=True)
    calibrated_on = models.DateField(null=True)
    calibration_due_on = models.DateField(null=True)
    replaced_by = models.OneToOneField("self", null=True, on_delete=models.PROTECT, related_name="replaces")
    has_wrong_clock = models.BooleanField(default=False)
    registered_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(bearer_kind="", bearer_id=0) | (~Q(bearer_kind="") & Q(bearer_id__gt=0)),
                name="device_bearer_whole",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["bearer_kind", "bearer_id"], name="device_bearer"),
            models.Index(fields=["division_code", "id"], name="device_division"),
            models.Index(fields=["organisation", "id"], name="device_organisation"),
            models.Index(fields=["lon", "lat"], name="device_point"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.name}"


class DeviceKey(models.Model):
    """By what a device or a gateway proves itself; only the digest is kept."""

    device = models.ForeignKey(Device, on_delete=models.PROTECT, related_name="keys")
    prefix = models.CharField(max_length=12, unique=True)
    digest = models.CharField(max_length=64)
    per_minute = models.PositiveIntegerField(help_text="readings it may send in a minute")
    issued_at = models.DateTimeField()
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    expires_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
    used_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"yd_{self.prefix}"


class Binding(models.Model):
    """That a device was fixed to something, from when until when."""

    device = models.ForeignKey(Device, on_delete=models.PROTECT, related_name="bindings")
    bearer_kind = models.CharField(max_length=60)
    bearer_id = models.BigIntegerField()
    component = models.CharField(max_length=80, blank=True)
    bound_at = models.DateTimeField()
    unbound_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["device"], condition=Q(unbound_at=None), name="binding_one_at_a_time"
            )
        ]
        indexes: ClassVar = [models.Index(fields=["bearer_kind", "bearer_id"], name="binding_bearer")]

    def __str__(self) -> str:
        return f"{self.device_id} {self.bearer_kind}/{self.bearer_id}"


class LogEntry(models.Model):
    """One line of a device's life: what was done with it, when, by whom."""

    class Kind(models.TextChoices):
        REGISTERED = "registered", _("registered")
        STATUS = "status", _("state changed")
        BOUND = "bound", _("bound")
        UNBOUND = "unbound", _("unbound")
        REPLACED = "replaced", _("replaced")
        KEY = "key", _("key changed")
        CALIBRATION = "calibration", _("calibrated")
        MAINTENANCE = "maintenance", _("maintained")
        FIRMWARE = "firmware", _("firmware changed")

    device = models.ForeignKey(Device, on_delete=models.PROTECT, related_name="log")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    at = models.DateTimeField()
    account = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    note = models.CharField(max_length=300, blank=True)

    def __str__(self) -> str:
        return f"{self.device_id} {self.kind}"


class Hearing(models.Model):
    """When a device was heard last, and whether it is silent; apart from the device because it changes all the time."""

    device = models.OneToOneField(Device, on_delete=models.CASCADE, primary_key=True, related_name="hearing")
    heard_at = models.DateTimeField(null=True)
    #: batches heard since it fell silent: it counts as back when it has spoken twice
    heard_since = models.PositiveSmallIntegerField(default=0)
    is_silent = models.BooleanField(default=False)
    changed_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["device"], condition=Q(is_silent=True), name="hearing_silent")
        ]

    def __str__(self) -> str:
        return f"{self.device_id} {self.heard_at}"
