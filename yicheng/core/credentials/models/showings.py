"""Showing licences: the holder's log, one-time codes, keys of the holder's own wallet.

``Showing`` is append-only and partitioned by month; its table is made by hand in the migrations. It keeps no
address of strangers: that a licence was looked at is the holder's matter, who passed by is not.
"""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from yicheng.core.credentials.models.licences import LicenceVersion
from yicheng.core.people.models import Party


class Showing(models.Model):
    """Somebody was shown a licence, or a part of it."""

    class Kind(models.TextChoices):
        CODE = "code", _("printed code scanned")
        ONCE = "once", _("shown by one-time code")
        FILE = "file", _("file checked")
        PROOF = "proof", _("used in place of a paper")
        STAFF = "staff", _("opened by staff")

    pk = models.CompositePrimaryKey("division_code", "recorded_at", "id")
    id = models.BigIntegerField()
    recorded_at = models.DateTimeField()
    division_code = models.CharField(max_length=12)
    licence_id = models.BigIntegerField()
    version_id = models.BigIntegerField()
    party_id = models.BigIntegerField()
    kind = models.CharField(max_length=10, choices=Kind.choices)
    fields = ArrayField(models.CharField(max_length=40))
    viewer_kind = models.CharField(max_length=10)
    account_id = models.BigIntegerField(null=True)
    organisation_id = models.BigIntegerField(null=True)
    stated = models.CharField(max_length=120, help_text="who a stranger says to be")
    purpose = models.CharField(max_length=200)

    class Meta:
        managed = False
        db_table = "credentials_showing"


class OneTimeCode(models.Model):
    """A short-lived leave to see chosen fields once. Only the code's digest is kept."""

    digest = models.CharField(max_length=64, unique=True)
    version = models.ForeignKey(LicenceVersion, on_delete=models.CASCADE, related_name="+")
    party = models.ForeignKey(Party, on_delete=models.CASCADE, related_name="+")
    fields = ArrayField(models.CharField(max_length=40))
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField(db_index=True)
    opened_at = models.DateTimeField(null=True)
    opened_by = models.CharField(max_length=200, blank=True)


class HolderKey(models.Model):
    """The public key of a holder's wallet: credentials given out from now on are bound to it."""

    party = models.ForeignKey(Party, on_delete=models.CASCADE, related_name="+")
    jwk: Any = models.JSONField(help_text="as the wallet gave it (RFC 7517), public members only")
    thumbprint = models.CharField(max_length=43, help_text="RFC 7638, SHA-256")
    name = models.CharField(max_length=60)
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["party"], condition=models.Q(ended_at=None), name="holder_key_one"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["party", "id"], name="holder_key_of")]
