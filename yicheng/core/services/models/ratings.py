"""How people rate what they got: an invitation a transaction, one rating for it, and what follows a low one."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from yicheng.core.services.ratings.levels import Satisfaction


class RatingInvitation(models.Model):
    """That somebody may rate one transaction, once: an application, a matter settled at a window."""

    subject = models.CharField(max_length=60, unique=True, help_text="application/12: what is rated")
    code_digest = models.CharField(max_length=64, unique=True)
    title = models.CharField(max_length=200, help_text="what was done, in the words of the one who rates")
    item = models.ForeignKey("services.ServiceItem", null=True, on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey("people.Organisation", on_delete=models.PROTECT, related_name="+")
    window = models.ForeignKey(
        "services.Window", null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    division_code = models.CharField(max_length=12, blank=True)
    account = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    invited_at = models.DateTimeField()
    expires_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["window", "-invited_at"], name="invitation_window"),
        ]

    def __str__(self) -> str:
        return self.subject


class Rating(models.Model):
    """What was said about a transaction. Words are shown to the public only once somebody has read them."""

    class Channel(models.TextChoices):
        LINK = "link", _("By link")
        CODE = "code", _("By code")
        KIOSK = "kiosk", _("At a kiosk")
        TABLET = "tablet", _("At the window's tablet")

    invitation = models.OneToOneField(RatingInvitation, on_delete=models.PROTECT, related_name="rating")
    level = models.PositiveSmallIntegerField(choices=Satisfaction.choices)
    words = models.CharField(max_length=500, blank=True)
    channel = models.CharField(max_length=6, choices=Channel.choices)
    rated_at = models.DateTimeField()
    organisation = models.ForeignKey("people.Organisation", on_delete=models.PROTECT, related_name="+")
    division_code = models.CharField(max_length=12, blank=True)
    is_counted = models.BooleanField(default=True, help_text="false: judged to be unfounded")
    words_published_at = models.DateTimeField(null=True)
    words_withheld_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(level__range=(1, 5)), name="service_rating_one_to_five"),
            models.CheckConstraint(
                condition=Q(words_published_at=None) | Q(words_withheld_at=None),
                name="service_rating_words_either_way",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["organisation", "-id"], name="service_rating_body"),
            models.Index(fields=["division_code", "-id"], name="service_rating_division"),
            models.Index(
                fields=["-id"], condition=Q(words_published_at__isnull=False), name="service_rating_words"
            ),
            models.Index(
                fields=["-id"],
                condition=Q(words_published_at=None, words_withheld_at=None) & ~Q(words=""),
                name="service_rating_unread",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.invitation_id}: {self.level}"


class RatingReason(models.Model):
    """A reason that was ticked."""

    rating = models.ForeignKey(Rating, on_delete=models.CASCADE, related_name="reasons")
    reason = models.CharField(max_length=20)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["rating", "reason"], name="reason_once")]

    def __str__(self) -> str:
        return self.reason


class Rectification(models.Model):
    """What a low rating led to. Its steps, times and limit stand in the case."""

    rating = models.OneToOneField(
        Rating, primary_key=True, on_delete=models.PROTECT, related_name="rectification"
    )
    case = models.OneToOneField("cases.Case", null=True, on_delete=models.PROTECT, related_name="+")
    fault = models.CharField(max_length=200, blank=True, help_text="why no case could be opened")
    called_back_at = models.DateTimeField(null=True)
    contested = models.CharField(max_length=1000, blank=True, help_text="why the body finds it unfounded")
    is_upheld = models.BooleanField(
        null=True, help_text="whether the contest was agreed to; null: not judged"
    )
    answer = models.CharField(max_length=1000, blank=True, help_text="what the one who rated reads")
    answered_at = models.DateTimeField(null=True)
    appeal = models.CharField(max_length=500, blank=True)
    appealed_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(answered_at=None) | ~Q(answer=""), name="rectification_answer_whole"
            ),
            models.CheckConstraint(
                condition=Q(appealed_at=None) | ~Q(appeal=""), name="rectification_appeal_whole"
            ),
        ]

    def __str__(self) -> str:
        return str(self.rating_id)


class RatingMonth(models.Model):
    """Counts of a month: by body, item and window. Kept with each rating, so that figures cost the same always."""

    month = models.DateField(help_text="its first day")
    organisation = models.ForeignKey("people.Organisation", on_delete=models.PROTECT, related_name="+")
    item = models.ForeignKey("services.ServiceItem", null=True, on_delete=models.PROTECT, related_name="+")
    window = models.ForeignKey("services.Window", null=True, on_delete=models.PROTECT, related_name="+")
    invited = models.PositiveIntegerField(default=0)
    very_good = models.PositiveIntegerField(default=0)
    good = models.PositiveIntegerField(default=0)
    fair = models.PositiveIntegerField(default=0)
    poor = models.PositiveIntegerField(default=0)
    very_poor = models.PositiveIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["month", "organisation", "item", "window"],
                nulls_distinct=False,
                name="rating_month_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.month} {self.organisation_id} {self.item_id} {self.window_id}"
