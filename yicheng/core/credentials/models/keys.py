"""Keys that sign, with their certificates. The private half lies sealed here, or in a token that never gives it away."""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class Key(models.Model):
    """One key pair. ``purpose`` says what it signs: ``root``, ``seal/<code>``, ``licences``.

    A retired key signs no more; its certificate stays, so that what it signed can be checked.
    """

    purpose = models.CharField(max_length=80)
    kid = models.CharField(max_length=43, unique=True, help_text="thumbprint of the public key, RFC 7638")
    algorithm = models.CharField(max_length=10)
    certificate = models.BinaryField(help_text="DER")
    serial = models.CharField(max_length=48, unique=True, help_text="of the certificate, hexadecimal")
    sealed = models.TextField(blank=True, help_text="the private key under the platform's newest key")
    token_label = models.CharField(
        max_length=80, blank=True, help_text="the name of the key in the PKCS#11 token"
    )
    created_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["purpose"], condition=models.Q(retired_at=None), name="key_in_force"
            ),
            models.CheckConstraint(
                condition=models.Q(sealed="") ^ models.Q(token_label=""), name="key_sealed_or_in_token"
            ),
        ]
