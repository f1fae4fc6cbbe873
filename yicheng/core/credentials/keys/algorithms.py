"""What the platform signs with, and what it cannot sign with, said plainly."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from yicheng.core.kernel.errors import Invalid

#: ECDSA over P-256 with SHA-256: read by every PDF program, every JOSE library and most tokens
DEFAULT = "ES256"

#: known, and why not here
UNSUPPORTED: Mapping[str, str | Promise] = {
    "SM2": _(
        "SM2 with SM3 (GB/T 32918, GB/T 35276): neither the cryptography library nor the PDF library at hand signs "
        "with it, and PDF programs outside China do not read it. Use a signing service of a licensed supplier."
    ),
    "RS256": _("RSA: three times slower here, with signatures four times as long. Use ES256."),
}


def check(algorithm: str) -> None:
    """Refuse by name what cannot be signed with. Raises ``Invalid``."""
    if algorithm == DEFAULT:
        return
    why = UNSUPPORTED.get(algorithm)
    raise Invalid(
        _("The platform cannot sign with %(algorithm)s. %(why)s"), algorithm=algorithm, why=why or ""
    )
