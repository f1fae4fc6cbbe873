"""Self-service kiosks and window tablets: devices of the register that people touch, with paper and a place."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class Kiosk(models.Model):
    """A kiosk or a tablet. Number, place, body, keys and silence stand with the device in ``sensing``."""

    class Kind(models.TextChoices):
        KIOSK = "kiosk", _("Self-service kiosk")
        TABLET = "tablet", _("Window tablet")

    device = models.OneToOneField(
        "sensing.Device", primary_key=True, on_delete=models.PROTECT, related_name="+"
    )
    kind = models.CharField(max_length=6, choices=Kind.choices)
    window = models.ForeignKey("services.Window", null=True, on_delete=models.PROTECT, related_name="+")
    sheets_left = models.PositiveIntegerField(default=0, help_text="by what was filled in and printed")
    sheets_full = models.PositiveIntegerField(default=0, help_text="how many it holds; 0: does not print")
    refilled_at = models.DateTimeField(null=True)
    visits = models.PositiveIntegerField(default=0, help_text="how many people used it so far")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(sheets_left__lte=F("sheets_full")), name="kiosk_holds_its_paper"
            ),
            models.CheckConstraint(
                condition=~Q(kind="tablet") | Q(window__isnull=False), name="tablet_has_a_window"
            ),
        ]

    def __str__(self) -> str:
        return str(self.device)
