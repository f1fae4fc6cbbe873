"""The words of seals on the desk."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from yicheng.core.credentials.models import Seal, SealRequest

TITLES: dict[str, str | Promise] = {
    "seals": _("Seals"),
    "seal": _("Seal"),
    "check": _("Check a sealed PDF"),
    "decide": _("Decide on the use of a seal"),
    "register": _("Register a seal"),
    "rules": _("What the seal may be set on"),
    "custodian": _("Hand the seal over"),
    "state": _("Suspend or destroy the seal"),
    "rotate": _("A new key"),
}
TONES: dict[str, str] = {
    Seal.State.IN_USE: "good",
    Seal.State.SUSPENDED: "warn",
    Seal.State.DESTROYED: "bad",
}
REQUEST_TONES: dict[str, str] = {
    SealRequest.State.WAITS: "warn",
    SealRequest.State.GRANTED: "info",
    SealRequest.State.REFUSED: "bad",
    SealRequest.State.USED: "good",
}
