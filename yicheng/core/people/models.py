"""Organisations, accounts, roles and appointments."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models


class Organisation(models.Model):
    """A body of the city in one tree. ``path`` holds the ids from the root: "/1/14/"."""

    code = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=120)
    name_en = models.CharField(max_length=160, blank=True)
    short_name = models.CharField(max_length=40, blank=True)
    sort_key = models.CharField(max_length=200, blank=True, help_text="pinyin, for ordering")
    kind = models.CharField(max_length=30)
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="children")
    path = models.CharField(max_length=200, db_index=True)
    division_code = models.CharField(max_length=12, blank=True)
    phone = models.CharField(max_length=40, blank=True)
    is_active = models.BooleanField(default=True)

    def __str__(self) -> str:
        return self.short_name or self.name


class AccountManager(BaseUserManager["Account"]):
    def get_by_natural_key(self, username: str | None) -> Account:
        return self.get(username__iexact=username)


class Account(AbstractBaseUser):
    """A person or a system that signs in. One identity everywhere (一号)."""

    class Kind(models.TextChoices):
        RESIDENT = "resident"
        STAFF = "staff"
        SYSTEM = "system"

    username = models.CharField(max_length=80, unique=True)
    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.RESIDENT)
    display_name = models.CharField(max_length=80)
    email = models.EmailField(blank=True)
    language = models.CharField(max_length=10, default="zh-hans")
    organisation = models.ForeignKey(Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="staff")
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["display_name"]
    objects = AccountManager()

    def __str__(self) -> str:
        return self.display_name or self.username


class Role(models.Model):
    """A named bundle of rights. ``rights`` are keys of the slot ``people.rights``."""

    code = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=80)
    name_en = models.CharField(max_length=120, blank=True)
    rights: Any = models.JSONField(default=list)
    is_active = models.BooleanField(default=True)

    def __str__(self) -> str:
        return self.name


class Appointment(models.Model):
    """A role held by an account within a scope; empty scope columns mean everywhere."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="appointments")
    role = models.ForeignKey(Role, on_delete=models.PROTECT, related_name="appointments")
    organisation = models.ForeignKey(Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="appointments")
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
