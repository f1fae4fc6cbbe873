"""One number (一号): a person or a company as one row everywhere, and who may act for whom."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from yicheng.core.people.encryption import seal, unseal
from yicheng.core.people.identity import number_digest


class Party(models.Model):
    """A person (identity number, GB 11643) or a company (credit code, GB 32100).

    ``account`` is who signs in as this person; ``is_proven`` says that somebody checked that they are. Until then
    nothing the city knows of the number is shown to the account.
    """

    class Kind(models.TextChoices):
        PERSON = "person", _("person")
        COMPANY = "company", _("company")

    kind = models.CharField(max_length=10, choices=Kind.choices)
    number_sealed = models.TextField()
    number_index = models.CharField(max_length=64, editable=False)
    name_sealed = models.TextField(blank=True, help_text="of a person")
    company_name = models.CharField(max_length=200, blank=True, help_text="of a company, which is public")
    account = models.OneToOneField(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="party"
    )
    is_proven = models.BooleanField(default=False)
    proven_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["kind", "number_index"], name="party_once"),
            models.CheckConstraint(
                condition=models.Q(kind="person", company_name="")
                | models.Q(kind="company", name_sealed="", account=None),
                name="party_named_by_kind",
            ),
        ]

    @property
    def number(self) -> str:
        return unseal(self.number_sealed)

    @number.setter
    def number(self, value: str) -> None:
        self.number_sealed = seal(value)
        self.number_index = number_digest(value)

    @property
    def name(self) -> str:
        return unseal(self.name_sealed) if self.kind == self.Kind.PERSON else self.company_name

    @name.setter
    def name(self, value: str) -> None:
        if self.kind == self.Kind.PERSON:
            self.name_sealed = seal(value)
        else:
            self.company_name = value


class Mandate(models.Model):
    """``taker`` may act for ``giver`` in what ``scope`` says, from acceptance until its end.

    ``is_proven``: given by the giver's own proven account, or recorded by staff who saw the papers. A mandate that
    a person merely claims over a company lets them apply for it, and shows nothing.
    """

    class Scope(models.TextChoices):
        ALL = "all", _("apply, follow, and show licences")
        APPLY = "apply", _("apply and follow applications")
        LICENCES = "licences", _("see and show licences")

    giver = models.ForeignKey(Party, on_delete=models.CASCADE, related_name="mandates_given")
    taker = models.ForeignKey(Party, on_delete=models.CASCADE, related_name="mandates_taken")
    scope = models.CharField(max_length=10, choices=Scope.choices, default=Scope.APPLY)
    relation = models.CharField(max_length=20, default="family")
    is_proven = models.BooleanField(default=False)
    given_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    given_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    valid_until = models.DateField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["giver", "taker", "scope"],
                condition=models.Q(revoked_at=None),
                name="mandate_once",
            ),
            models.CheckConstraint(condition=~models.Q(giver=models.F("taker")), name="mandate_for_another"),
        ]
