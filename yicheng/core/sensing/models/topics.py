"""How messages of an MQTT broker are read: topics and payloads, as data."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _


class TopicMapping(models.Model):
    """One topic filter and how its payloads are read.

    Levels count from 1 (``devices/T1/readings``: the device at level 2); 0: not in the topic. Paths lead into a
    JSON object with dots (``data.0.temp``); empty: not there.
    """

    class Kind(models.TextChoices):
        READINGS = "readings", _("readings as the HTTP door takes them")
        FIELDS = "fields", _("a JSON object with fields of its own")
        PLAIN = "plain", _("one number as text")

    key = models.CharField(max_length=40, primary_key=True)
    topic = models.CharField(max_length=200)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    device_level = models.PositiveSmallIntegerField(default=0)
    device_path = models.CharField(max_length=80, blank=True)
    property_level = models.PositiveSmallIntegerField(default=0)
    property = models.CharField(max_length=40, blank=True, help_text="of a plain number")
    unit = models.CharField(max_length=20, blank=True, help_text="of a plain number")
    time_path = models.CharField(max_length=80, blank=True)
    sequence_path = models.CharField(max_length=80, blank=True)

    def __str__(self) -> str:
        return self.topic


class TopicField(models.Model):
    """One field of a JSON payload and the property it is."""

    mapping = models.ForeignKey(TopicMapping, on_delete=models.CASCADE, related_name="fields")
    path = models.CharField(max_length=80)
    property = models.CharField(max_length=40)
    unit = models.CharField(max_length=20, blank=True)
    channel = models.CharField(max_length=40, blank=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["mapping", "path"], name="topic_field_once")]

    def __str__(self) -> str:
        return self.path
