"""What urban management knows about a case beyond the core's row: who reported, what was found, how it was rated."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from yicheng.core.services.public import Satisfaction


class UrbanCase(models.Model):
    """One urban matter. Place, class, stage, times and history stand in ``cases.Case`` and its steps."""

    class Refusal(models.TextChoices):
        NOT_OURS = "not_ours", _("Not a matter of urban management")
        NOT_FOUND = "not_found", _("Nothing was found on the spot")
        UNCLEAR = "unclear", _("Place or matter too unclear to act on")
        SOLVED = "solved", _("Already solved")

    case = models.OneToOneField(
        "cases.Case", primary_key=True, on_delete=models.CASCADE, related_name="urban"
    )
    reporter = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    contact_sealed = models.TextField(blank=True, help_text="name and phone of a reporter, sealed")
    follow_hash = models.CharField(
        max_length=64,
        unique=True,
        null=True,
        help_text="SHA-256 of the follow link's token",
    )
    is_verified = models.BooleanField(null=True, help_text="what the collector found; null: not asked")
    check_passed = models.BooleanField(null=True, help_text="what the last check on the spot found")
    refusal = models.CharField(max_length=10, choices=Refusal.choices, blank=True)
    assisting = models.ForeignKey(
        "people.Organisation", null=True, on_delete=models.PROTECT, related_name="+"
    )
    supporters_count = models.PositiveIntegerField(default=0, help_text="others who reported the same")

    def __str__(self) -> str:
        return str(self.case_id)


class Supporter(models.Model):
    """Somebody else who reported the same matter (“me too”): follows it like the reporter."""

    urban_case = models.ForeignKey(UrbanCase, on_delete=models.CASCADE, related_name="supporters")
    account = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    follow_hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["urban_case", "account"],
                condition=models.Q(account__isnull=False),
                name="supports_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.urban_case_id}/{self.pk}"


class Rating(models.Model):
    """How the reporter found it (GB/T 39735: five levels); once for each close of a case."""

    urban_case = models.ForeignKey(UrbanCase, on_delete=models.CASCADE, related_name="ratings")
    closed_at = models.DateTimeField(help_text="which close of the case it is about")
    level = models.PositiveSmallIntegerField(choices=Satisfaction.choices)
    words = models.CharField(max_length=500, blank=True)
    rated_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(level__range=(1, 5)), name="rating_level_one_to_five"),
            models.UniqueConstraint(fields=["urban_case", "closed_at"], name="rating_once_a_close"),
        ]

    def __str__(self) -> str:
        return f"{self.urban_case_id}: {self.level}"


class AlarmWord(models.Model):
    """A word that makes a report urgent; from the city pack."""

    word = models.CharField(max_length=20, unique=True)

    def __str__(self) -> str:
        return self.word
