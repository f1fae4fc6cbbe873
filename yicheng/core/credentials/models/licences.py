"""Licences: what kinds there are, what was issued to whom in which words, and what became of it.

What a licence says of its holder lies sealed in its version; a version never changes. Renewing or changing
adds a version with a printed code of its own, so that an old paper is recognised as replaced.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from yicheng.core.cases.models import Case
from yicheng.core.people.models import Account, Organisation, Party


class LicenceType(models.Model):
    """A kind of licence, laid down with the city pack. Its words stand in its versions."""

    code = models.CharField(max_length=40, unique=True)
    holder_kind = models.CharField(max_length=10, blank=True, help_text="person or company; empty: both")
    authority = models.ForeignKey(
        Organisation,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="it and those below it issue; empty: whoever holds the right",
    )
    is_active = models.BooleanField(default=True)

    def __str__(self) -> str:
        return self.code


class TypeVersion(models.Model):
    """How licences of a kind read and look from a day on; those issued before keep the version they have."""

    type = models.ForeignKey(LicenceType, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    name = models.CharField(max_length=80)
    name_en = models.CharField(max_length=120, blank=True)
    validity_months = models.PositiveSmallIntegerField(null=True, help_text="empty: without end")
    seal = models.CharField(
        max_length=40, blank=True, help_text="code of the seal; empty: the issuing body's"
    )
    template = models.TextField(blank=True, help_text="typst; empty: the platform's own layout")
    made_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["type", "number"], name="licence_type_version_once"),
        ]

    def __str__(self) -> str:
        return self.name


class LicenceField(models.Model):
    """A field of a version of a kind of licence."""

    class Kind(models.TextChoices):
        TEXT = "text", _("text")
        LONG = "long", _("long text")
        DATE = "date", _("date")
        NUMBER = "number", _("number")

    version = models.ForeignKey(TypeVersion, on_delete=models.CASCADE, related_name="fields")
    key = models.CharField(max_length=40)
    name = models.CharField(max_length=60)
    name_en = models.CharField(max_length=80, blank=True)
    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.TEXT)
    is_required = models.BooleanField(default=True)
    is_public = models.BooleanField(default=False, help_text="shown to whoever scans the printed code")
    position = models.PositiveSmallIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["version", "key"], name="licence_field_once"),
        ]


class Licence(models.Model):
    """Something the city has licensed to somebody. Expiry is a matter of the day, not of a column."""

    class Status(models.TextChoices):
        VALID = "valid", _("valid")
        SUSPENDED = "suspended", _("suspended")
        REVOKED = "revoked", _("revoked")

    number = models.CharField(max_length=40, unique=True)
    type = models.ForeignKey(LicenceType, on_delete=models.PROTECT, related_name="licences")
    holder = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="licences")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    division_code = models.CharField(max_length=12, blank=True)
    case = models.ForeignKey(Case, null=True, on_delete=models.PROTECT, related_name="+")
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.VALID)
    version = models.OneToOneField(
        "LicenceVersion", null=True, on_delete=models.PROTECT, related_name="current_of"
    )
    valid_until = models.DateField(null=True, help_text="of the current version; empty: without end")
    issued_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["organisation", "-issued_at", "-id"], name="licence_by_body"),
            models.Index(fields=["-issued_at", "-id"], name="licence_newest"),
            models.Index(
                fields=["valid_until"], name="licence_running_out", condition=Q(valid_until__isnull=False)
            ),
            models.Index(fields=["status"], name="licence_halted", condition=~Q(status="valid")),
        ]

    def __str__(self) -> str:
        return self.number


class LicenceVersion(models.Model):
    """The words of a licence from a day on: sealed, numbered, with the code that is printed on it."""

    licence = models.ForeignKey(Licence, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    type_version = models.ForeignKey(TypeVersion, on_delete=models.PROTECT, related_name="+")
    code = models.CharField(max_length=27, unique=True, help_text="128 random bits: see licences/codes.py")
    fields_sealed = models.TextField()
    valid_from = models.DateField()
    valid_until = models.DateField(null=True)
    issued_at = models.DateTimeField()
    replaced_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["licence", "number"], name="licence_version_once"),
        ]
        #: for status lists
        indexes: ClassVar = [
            models.Index(
                fields=["id"], name="licence_version_replaced", condition=Q(replaced_at__isnull=False)
            ),
        ]


class LicenceChange(models.Model):
    """What was done to a licence, by whom, why."""

    class Kind(models.TextChoices):
        ISSUED = "issued", _("issued")
        RENEWED = "renewed", _("renewed")
        CHANGED = "changed", _("changed")
        SUSPENDED = "suspended", _("suspended")
        RESTORED = "restored", _("restored")
        REVOKED = "revoked", _("revoked")

    licence = models.ForeignKey(Licence, on_delete=models.PROTECT, related_name="changes")
    version = models.ForeignKey(LicenceVersion, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    reason = models.CharField(max_length=400, blank=True)
    happened_at = models.DateTimeField()
    account = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="+")


class LicencePaper(models.Model):
    """The sealed PDF of a version: made once, kept encrypted, known again by its digest."""

    version = models.OneToOneField(LicenceVersion, on_delete=models.PROTECT, related_name="paper")
    sealed = models.TextField(help_text="the file in base 64, encrypted")
    sha256 = models.CharField(max_length=64, db_index=True)
    size = models.PositiveIntegerField(help_text="bytes of the file")
    made_at = models.DateTimeField()
