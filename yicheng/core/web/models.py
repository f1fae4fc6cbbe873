"""The city's own name and place, and the list views that people saved."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models


class CityProfile(models.Model):
    """The one row that says whose platform this is, from ``city.toml`` of the loaded pack."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    code = models.CharField(max_length=6)
    name = models.CharField(max_length=60)
    name_en = models.CharField(max_length=80)
    lon = models.FloatField(help_text="centre of the first map, degrees")
    lat = models.FloatField(help_text="centre of the first map, degrees")
    zoom = models.FloatField(default=11)
    hotline = models.CharField(max_length=30, blank=True)

    class Meta:
        constraints: ClassVar = [models.CheckConstraint(condition=models.Q(id=1), name="one_city")]

    def __str__(self) -> str:
        return self.name


class SavedView(models.Model):
    """A list as somebody likes to see it: the query string of its filters and order, by name."""

    account = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="saved_views"
    )
    page = models.CharField(max_length=80, help_text="key of the page the list is on")
    name = models.CharField(max_length=40)
    query = models.CharField(max_length=1000)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["account", "page", "name"], name="saved_view_once"),
        ]

    def __str__(self) -> str:
        return self.name
