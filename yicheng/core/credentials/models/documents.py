"""Official documents (《党政机关公文处理工作条例》, GB/T 9704): the paper, who it goes to, what was said, each version."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from yicheng.core.cases.models import Case
from yicheng.core.credentials.models.seals import Seal
from yicheng.core.people.models import Organisation

_PERSON = settings.AUTH_USER_MODEL


class Letterhead(models.Model):
    """How an organisation's documents begin: the red words on top, the word and the counter of its numbers."""

    organisation = models.OneToOneField(Organisation, on_delete=models.PROTECT, related_name="+")
    heading = models.CharField(max_length=80, help_text="the red words, 发文机关标志")
    word = models.CharField(max_length=20, help_text="before the year in its numbers, 发文机关代字")
    seal_code = models.CharField(max_length=60, blank=True, help_text="the seal its documents bear")
    year = models.PositiveSmallIntegerField(default=0)
    last_number = models.PositiveIntegerField(default=0)


class Document(models.Model):
    """A document from its draft to the archive."""

    class Kind(models.TextChoices):
        NOTICE = "notice", pgettext_lazy("document", "Notice")
        LETTER = "letter", pgettext_lazy("document", "Letter")
        REQUEST = "request", pgettext_lazy("document", "Request for instructions")
        REPORT = "report", pgettext_lazy("document", "Report")
        REPLY = "reply", pgettext_lazy("document", "Official reply")
        OPINION = "opinion", pgettext_lazy("document", "Opinions")
        DECISION = "decision", pgettext_lazy("document", "Decision")
        CIRCULAR = "circular", pgettext_lazy("document", "Circular")
        ANNOUNCEMENT = "announcement", pgettext_lazy("document", "Announcement")
        MINUTES = "minutes", pgettext_lazy("document", "Minutes")

    class Urgency(models.TextChoices):
        PLAIN = "plain", pgettext_lazy("document", "Ordinary")
        URGENT = "urgent", pgettext_lazy("document", "Urgent")
        EXPRESS = "express", pgettext_lazy("document", "Most urgent")

    class Openness(models.TextChoices):
        OPEN = "open", _("published by ourselves")
        ON_REQUEST = "on_request", _("given on request")
        CLOSED = "closed", _("not published")

    class State(models.TextChoices):
        DRAFT = "draft", pgettext_lazy("document", "draft")
        CHECK = "check", pgettext_lazy("document", "being checked")
        REVISE = "revise", pgettext_lazy("document", "back with its drafter")
        COUNTERSIGN = "countersign", pgettext_lazy("document", "being countersigned")
        SIGN = "sign", pgettext_lazy("document", "waits for signature")
        SIGNED = "signed", pgettext_lazy("document", "signed")
        NUMBERED = "numbered", pgettext_lazy("document", "numbered")
        SEALED = "sealed", pgettext_lazy("document", "sealed")
        SENT = "sent", pgettext_lazy("document", "sent")
        FILED = "filed", pgettext_lazy("document", "filed")
        DROPPED = "dropped", pgettext_lazy("document", "given up")

    case = models.OneToOneField(Case, null=True, on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", db_index=False)
    division_code = models.CharField(max_length=12, blank=True)
    kind = models.CharField(max_length=12, choices=Kind.choices)
    title = models.CharField(max_length=120)
    body = models.TextField()
    annexes: ArrayField[list[str], list[str]] = ArrayField(models.CharField(max_length=120), default=list)
    note = models.CharField(max_length=80, blank=True, help_text="附注, in brackets below the date")
    urgency = models.CharField(max_length=8, choices=Urgency.choices, default=Urgency.PLAIN)
    openness = models.CharField(max_length=10, choices=Openness.choices, default=Openness.ON_REQUEST)
    answers = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="answered_by")
    state = models.CharField(max_length=12, choices=State.choices, default=State.DRAFT)
    drafter = models.ForeignKey(_PERSON, on_delete=models.PROTECT, related_name="+", db_index=False)
    drafted_at = models.DateTimeField()
    checked_by = models.ForeignKey(_PERSON, null=True, on_delete=models.PROTECT, related_name="+")
    signed_by = models.ForeignKey(_PERSON, null=True, on_delete=models.PROTECT, related_name="+")
    signed_at = models.DateTimeField(null=True)
    number = models.CharField(max_length=60, blank=True)
    sent_at = models.DateTimeField(null=True)
    filed_at = models.DateTimeField(null=True)
    retention = models.CharField(max_length=10, blank=True, help_text="how long the archive keeps it")

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["organisation", "-id"], name="document_by_organisation"),
            models.Index(fields=["drafter", "-id"], name="document_by_drafter"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["number"], condition=~models.Q(number=""), name="document_number_once"
            )
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def goes_up(self) -> bool:
        """Whether it goes to a body above: the paper then names who signed (上行文)."""
        return self.kind in (self.Kind.REQUEST, self.Kind.REPORT)


class DocumentPaper(models.Model):
    """The sealed PDF."""

    document = models.OneToOneField(Document, on_delete=models.PROTECT, related_name="paper")
    seal = models.ForeignKey(Seal, on_delete=models.PROTECT, related_name="+")
    pdf = models.BinaryField()
    digest = models.CharField(max_length=64)
    sealed_at = models.DateTimeField()
    sealed_by = models.ForeignKey(_PERSON, null=True, on_delete=models.PROTECT, related_name="+")


class DocumentVersion(models.Model):
    """The text as somebody left it; never changed afterwards."""

    document = models.ForeignKey(Document, on_delete=models.CASCADE, related_name="versions", db_index=False)
    number = models.PositiveIntegerField()
    title = models.CharField(max_length=120)
    body = models.TextField()
    state = models.CharField(max_length=12, choices=Document.State.choices)
    written_by = models.ForeignKey(_PERSON, null=True, on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["document", "number"], name="document_version_once")
        ]


class DocumentOpinion(models.Model):
    """A department is asked to countersign, and answers."""

    class Answer(models.TextChoices):
        WAITS = "waits", pgettext_lazy("document", "asked")
        AGREES = "agrees", pgettext_lazy("document", "agrees")
        OBJECTS = "objects", pgettext_lazy("document", "has objections")

    document = models.ForeignKey(Document, on_delete=models.CASCADE, related_name="opinions", db_index=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    round = models.PositiveSmallIntegerField()
    is_on_desk = models.BooleanField(default=False)
    answer = models.CharField(max_length=8, choices=Answer.choices, default=Answer.WAITS)
    words = models.CharField(max_length=1000, blank=True)
    answered_by = models.ForeignKey(_PERSON, null=True, on_delete=models.PROTECT, related_name="+")
    answered_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["document", "round", "organisation"], name="opinion_once")
        ]


class DocumentRecipient(models.Model):
    """A body that a document goes to, and what became of it there."""

    class Role(models.TextChoices):
        MAIN = "main", pgettext_lazy("document", "main recipient")
        COPY = "copy", pgettext_lazy("document", "copy")

    class State(models.TextChoices):
        NOT_SENT = "not_sent", pgettext_lazy("document", "not sent yet")
        ARRIVED = "arrived", pgettext_lazy("document", "to be received")
        RECEIVED = "received", pgettext_lazy("document", "received")
        RETURNED = "returned", pgettext_lazy("document", "returned")
        FILED = "filed", pgettext_lazy("document", "filed")

    document = models.ForeignKey(
        Document, on_delete=models.CASCADE, related_name="recipients", db_index=False
    )
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", db_index=False)
    role = models.CharField(max_length=4, choices=Role.choices)
    state = models.CharField(max_length=8, choices=State.choices, default=State.NOT_SENT)
    arrived_at = models.DateTimeField(null=True)
    handled_by = models.ForeignKey(_PERSON, null=True, on_delete=models.PROTECT, related_name="+")
    handled_at = models.DateTimeField(null=True)
    words = models.CharField(max_length=400, blank=True, help_text="why returned, or how it is dealt with")

    class Meta:
        indexes: ClassVar = [models.Index(fields=["organisation", "-id"], name="recipient_by_organisation")]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["document", "organisation"], name="recipient_once")
        ]
