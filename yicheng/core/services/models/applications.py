"""What people asked for: applications with their answers sealed, consents, signatures, opinions and results."""

from __future__ import annotations

import secrets
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from yicheng.core.cases.models import Case
from yicheng.core.people.models import Organisation, Party
from yicheng.core.services.models.halls import Hall, Window
from yicheng.core.services.models.items import ItemVersion


def new_code() -> str:
    """What a slip carries: 128 bits that nobody guesses."""
    return secrets.token_hex(16)


class Application(models.Model):
    """One matter of one person or company. ``party`` is who asks; ``applicant`` the account that follows it;
    ``agent`` who acts for the party under a mandate; ``clerk`` who took it at a window.

    ``revision`` grows with every saving, so that a second tab is told instead of overwriting. ``token`` is what the
    submit button carries: it counts once.
    """

    class Status(models.TextChoices):
        DRAFT = "draft", pgettext_lazy("application", "Not handed in yet")
        SUBMITTED = "submitted", pgettext_lazy("application", "Handed in")
        RETURNED = "returned", pgettext_lazy("application", "Something is missing")
        ACCEPTED = "accepted", pgettext_lazy("application", "Accepted, being handled")
        REJECTED = "rejected", pgettext_lazy("application", "Not accepted")
        DECIDED = "decided", pgettext_lazy("application", "Decided")
        DELIVERED = "delivered", pgettext_lazy("application", "Delivered")
        WITHDRAWN = "withdrawn", pgettext_lazy("application", "Withdrawn")

    class Source(models.TextChoices):
        PORTAL = "portal", pgettext_lazy("source of an application", "on line")
        WINDOW = "window", pgettext_lazy("source of an application", "at a window")
        STATION = "station", pgettext_lazy("source of an application", "at a station")
        KIOSK = "kiosk", pgettext_lazy("source of an application", "at a kiosk")

    class Decision(models.TextChoices):
        NONE = "", pgettext_lazy("decision", "not yet")
        GRANTED = "granted", pgettext_lazy("decision", "granted")
        REFUSED = "refused", pgettext_lazy("decision", "refused")

    class Delivery(models.TextChoices):
        ONLINE = "online", _("On line, in my account")
        WINDOW = "window", _("I collect it at the window")
        POST = "post", _("By post")

    number = models.CharField(max_length=40, null=True, unique=True, help_text="that of the case")
    code = models.CharField(max_length=32, unique=True, default=new_code, editable=False)
    token = models.UUIDField(null=True, unique=True)
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+", db_index=False)
    agent = models.ForeignKey(Party, null=True, on_delete=models.PROTECT, related_name="+")
    applicant = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    clerk = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    version = models.ForeignKey(ItemVersion, on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+", db_index=False, help_text="who decides"
    )
    division_code = models.CharField(max_length=12, blank=True)
    source = models.CharField(max_length=10, choices=Source.choices)
    hall = models.ForeignKey(Hall, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    window = models.ForeignKey(Window, null=True, on_delete=models.PROTECT, related_name="+")
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.DRAFT)
    decision = models.CharField(max_length=10, choices=Decision.choices, blank=True)
    decision_note = models.TextField(blank=True)
    answers_sealed = models.TextField(blank=True)
    known_sealed = models.TextField(blank=True, help_text="what sources knew when it was begun")
    revision = models.PositiveIntegerField(default=0)
    reached_step = models.CharField(max_length=80, blank=True, help_text="the step to go on with")
    case = models.OneToOneField(Case, null=True, on_delete=models.PROTECT, related_name="application_of")
    delivery = models.CharField(max_length=10, choices=Delivery.choices, default=Delivery.ONLINE)
    delivery_sealed = models.TextField(blank=True, help_text="where to send it")
    created_at = models.DateTimeField()
    saved_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True)
    accepted_at = models.DateTimeField(null=True)
    decided_at = models.DateTimeField(null=True)
    delivered_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["applicant", "-id"], name="application_by_applicant"),
            models.Index(fields=["party", "-id"], name="application_by_party"),
            models.Index(fields=["organisation", "-id"], name="application_by_body"),
            models.Index(fields=["hall", "-id"], name="application_by_hall"),
            models.Index(
                fields=["saved_at"], condition=models.Q(status="draft"), name="application_old_drafts"
            ),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(status="draft", case=None)
                | models.Q(status="withdrawn")
                | models.Q(case__isnull=False, number__isnull=False),
                name="application_has_a_case",
            ),
        ]

    def __str__(self) -> str:
        return self.number or f"draft {self.pk}"


class KnownField(models.Model):
    """A field that was filled with what the city knows: from which source, by which receipt."""

    application = models.ForeignKey(
        Application, on_delete=models.CASCADE, related_name="known", db_index=False
    )
    field = models.CharField(max_length=80)
    source = models.CharField(max_length=80, help_text="key of the source")
    title = models.CharField(max_length=200)
    receipt = models.CharField(max_length=200, blank=True)
    read_at = models.DateTimeField()
    is_changed = models.BooleanField(default=False, help_text="the applicant wrote something else")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["application", "field"], name="known_field_once")
        ]


class Consent(models.Model):
    """What the applicant agreed to, in the words shown, and how."""

    class Way(models.TextChoices):
        TICKED = "ticked", _("ticked on line")
        SIGNED = "signed", _("signed on paper")
        SPOKEN = "spoken", _("said at the window")

    application = models.ForeignKey(
        Application, on_delete=models.CASCADE, related_name="consents", db_index=False
    )
    kind = models.CharField(max_length=30)
    text = models.TextField()
    way = models.CharField(max_length=10, choices=Way.choices)
    given_at = models.DateTimeField()
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["application", "kind"], name="consent_once")]


class Signature(models.Model):
    """Somebody else whose signature an application needs: a co-owner, a spouse, a partner."""

    application = models.ForeignKey(
        Application, on_delete=models.CASCADE, related_name="signatures", db_index=False
    )
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+")
    signed_at = models.DateTimeField(null=True)
    refused_at = models.DateTimeField(null=True)
    digest = models.CharField(max_length=64, blank=True, help_text="SHA-256 of the answers signed")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["application", "party"], name="signature_once")
        ]


class Opinion(models.Model):
    """What one body said in one step: a review, an inspection, the decision."""

    application = models.ForeignKey(
        Application, on_delete=models.CASCADE, related_name="opinions", db_index=False
    )
    kind = models.CharField(max_length=20)
    element = models.CharField(max_length=80)
    organisation = models.ForeignKey(Organisation, null=True, on_delete=models.PROTECT, related_name="+")
    account = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    outcome = models.CharField(max_length=20)
    note = models.TextField(blank=True)
    given_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["application", "id"], name="opinion_by_application")]


class Result(models.Model):
    """What came of an application: a licence, a document, an entry; ``link`` opens it for its holder."""

    application = models.ForeignKey(
        Application, on_delete=models.CASCADE, related_name="results", db_index=False
    )
    kind = models.CharField(max_length=30)
    title = models.CharField(max_length=200)
    reference = models.CharField(max_length=80)
    link = models.CharField(max_length=300, blank=True)
    issued_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["application", "kind", "reference"], name="result_once")
        ]
