"""The one pool of materials of an application: what was brought, what was proved without bringing, what is missing."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import pgettext_lazy

from yicheng.core.services.models.applications import Application


class Material(models.Model):
    """One material of the item's list for one application. ``proof``: a licence or record proves it, so that
    nobody had to bring it; ``receipt`` is that of the call which proved it."""

    class Way(models.TextChoices):
        FILE = "file", pgettext_lazy("material", "File")
        PAPER = "paper", pgettext_lazy("material", "Paper seen at the window")
        PROOF = "proof", pgettext_lazy("material", "Proved by the city's own records")

    class Check(models.TextChoices):
        OPEN = "open", pgettext_lazy("material", "Not checked yet")
        GOOD = "good", pgettext_lazy("material", "In order")
        MISSING = "missing", pgettext_lazy("material", "Missing or not in order")

    application = models.ForeignKey(
        Application, on_delete=models.CASCADE, related_name="materials", db_index=False
    )
    code = models.CharField(max_length=60, help_text="of the item's list")
    way = models.CharField(max_length=10, choices=Way.choices)
    check_state = models.CharField(max_length=10, choices=Check.choices, default=Check.OPEN)
    check_note = models.CharField(max_length=300, blank=True)
    checked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    checked_at = models.DateTimeField(null=True)
    source = models.CharField(max_length=80, blank=True, help_text="key of the source that proved it")
    proof_title = models.CharField(max_length=200, blank=True)
    reference = models.CharField(max_length=120, blank=True, help_text="number of the licence or record")
    receipt = models.CharField(max_length=200, blank=True)
    given_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["application", "code"], name="material_in_pool_once"),
            models.CheckConstraint(
                condition=~models.Q(way="proof") | ~models.Q(source=""), name="proof_names_its_source"
            ),
        ]

    @property
    def subject(self) -> str:
        """What its files are attached to."""
        return f"servicematerial/{self.pk}"


class MissingNotice(models.Model):
    """The one notice of all that is missing (一次性告知): the clock stands until it is answered."""

    application = models.ForeignKey(
        Application, on_delete=models.CASCADE, related_name="missing_notices", db_index=False
    )
    text = models.TextField()
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    asked_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["application"],
                condition=models.Q(answered_at=None),
                name="one_open_missing_notice",
            )
        ]
        indexes: ClassVar = [models.Index(fields=["application", "id"], name="missing_by_application")]
