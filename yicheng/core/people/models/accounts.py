"""Organisations, accounts, roles and appointments; sessions and tokens by which accounts are recognised."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.db.models.functions import Lower
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

from yicheng.core.people.contacts import email_or_none, phone_or_none
from yicheng.core.people.encryption import blind_index, seal, unseal


class Organisation(models.Model):
    """A body of the city in one tree. ``path`` holds the ids from the root: "/1/14/"."""

    code = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=120)
    name_en = models.CharField(max_length=160, blank=True)
    short_name = models.CharField(max_length=40, blank=True)
    sort_key = models.CharField(max_length=200, blank=True, help_text="pinyin, for ordering")
    kind = models.CharField(max_length=30)
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="children"
    )
    path = models.CharField(max_length=200, db_index=True)
    division_code = models.CharField(max_length=12, blank=True)
    phone = models.CharField(max_length=40, blank=True)
    is_active = models.BooleanField(default=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["path"], name="organisation_path_prefix", opclasses=["varchar_pattern_ops"])
        ]

    def __str__(self) -> str:
        return self.short_name or self.name


class AccountManager(BaseUserManager["Account"]):
    def get_by_natural_key(self, username: str | None) -> Account:
        return self.get(username=(username or "").lower())

    def by_email(self, email: str) -> Account | None:
        """The account with this e-mail address, by its blind index."""
        return self.filter(email_index=blind_index("email", email_or_none(email) or "-")).first()

    def by_phone(self, phone: str) -> Account | None:
        """The account with this number, by its blind index."""
        return self.filter(phone_index=blind_index("phone", phone_or_none(phone) or "-")).first()


class Account(AbstractBaseUser):
    """A person or a system that signs in. One identity everywhere (一号).

    E-mail, phone and real name lie sealed; the properties open them, one by one, on demand.
    ``grants_version`` grows (by database triggers) whenever what the account may do changes.
    """

    class Kind(models.TextChoices):
        RESIDENT = "resident", _("resident")
        STAFF = "staff", _("staff")
        SYSTEM = "system", _("system")

    username = models.CharField(max_length=80, unique=True)
    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.RESIDENT)
    display_name = models.CharField(max_length=80)
    email_sealed = models.TextField(blank=True)
    email_index = models.CharField(max_length=64, null=True, unique=True, editable=False)
    email_confirmed_at = models.DateTimeField(null=True, blank=True)
    phone_sealed = models.TextField(blank=True)
    phone_index = models.CharField(max_length=64, null=True, unique=True, editable=False)
    real_name_sealed = models.TextField(blank=True)
    language = models.CharField(max_length=10, default="zh-hans")
    organisation = models.ForeignKey(
        Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="staff"
    )
    is_active = models.BooleanField(default=True)
    grants_version = models.BigIntegerField(default=0)
    created_at = models.DateTimeField(auto_now_add=True)

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["display_name"]
    objects = AccountManager()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(username=Lower("username")), name="account_username_lower"
            )
        ]
        #: the few among millions of residents
        indexes: ClassVar = [
            models.Index(
                fields=["display_name", "id"],
                name="account_not_resident",
                condition=~models.Q(kind="resident"),
            )
        ]

    def __str__(self) -> str:
        return self.display_name or self.username

    def clean(self) -> None:
        self.username = self.normalize_username(self.username).lower()

    @property
    def email(self) -> str:
        return unseal(self.email_sealed)

    @email.setter
    def email(self, value: str) -> None:
        address = (value or "").strip().lower()
        self.email_sealed, self.email_index = seal(address), blind_index("email", address)

    @property
    def phone(self) -> str:
        return unseal(self.phone_sealed)

    @phone.setter
    def phone(self, value: str) -> None:
        number = phone_or_none(value or "") or ""
        self.phone_sealed, self.phone_index = seal(number), blind_index("phone", number)

    @property
    def real_name(self) -> str:
        return unseal(self.real_name_sealed)

    @real_name.setter
    def real_name(self, value: str) -> None:
        self.real_name_sealed = seal((value or "").strip())


class Role(models.Model):
    """A named bundle of rights: those declared for its code, with ``rights`` added and ``withheld`` taken away."""

    code = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=80)
    name_en = models.CharField(max_length=120, blank=True)
    rights: Any = models.JSONField(default=list)
    withheld: Any = models.JSONField(default=list)
    is_active = models.BooleanField(default=True)

    def __str__(self) -> str:
        return self.name


class Appointment(models.Model):
    """A role held by an account within a scope; empty scope columns mean everywhere."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="appointments")
    role = models.ForeignKey(Role, on_delete=models.PROTECT, related_name="appointments")
    organisation = models.ForeignKey(
        Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="appointments"
    )
    division_code = models.CharField(max_length=12, blank=True)
    application = models.CharField(max_length=30, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["account", "role", "organisation", "division_code", "application"],
                condition=models.Q(ended_at=None),
                nulls_distinct=False,
                name="appointment_once",
            )
        ]


class Session(AbstractBaseSession):
    """A browser in which somebody is signed in, or a stranger's form is half filled."""

    account = models.ForeignKey(Account, null=True, on_delete=models.CASCADE, related_name="sessions")
    address = models.CharField(max_length=45, blank=True)
    browser = models.CharField(max_length=200, blank=True)
    started_at = models.DateTimeField(auto_now_add=True)
    seen_at = models.DateTimeField(auto_now_add=True)

    @classmethod
    def get_session_store_class(cls) -> Any:
        return import_string("yicheng.core.people.sessions.SessionStore")


class ApiToken(models.Model):
    """A key by which a program speaks for an account: only its digest is kept.

    ``rights`` narrows it to some rights; empty means all that the account holds.
    """

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="tokens")
    name = models.CharField(max_length=80)
    prefix = models.CharField(max_length=12, unique=True)
    digest = models.CharField(max_length=64)
    rights = ArrayField(models.CharField(max_length=80), default=list)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
