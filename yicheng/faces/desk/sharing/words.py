"""The words of sharing on the desk."""

from __future__ import annotations

from datetime import date

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from yicheng.core.kernel import clock

SEE = "sharing.see"
DATA = _("Data")
TITLES: dict[str, str | Promise] = {
    "requests": _("Requests for data"),
    "grants": _("Granted data"),
    "log": _("Proof of use"),
    "choose": _("Which data do you need?"),
    "ask": _("Request data"),
    "request": _("Request for data"),
    "grant": _("Grant"),
    "revoke": _("Revoke the grant"),
    "narrow": _("Give less"),
    "receipts": _("Receipts"),
    "subscribe": _("Follow the changes"),
    "undelivered": _("Changes that were not delivered"),
    "lodge": _("Lodge checkpoints elsewhere"),
}
STATES: dict[str, tuple[str | Promise, str]] = {
    "asked": (_("with the provider"), "info"),
    "granted": (_("granted"), "good"),
    "narrowed": (_("granted in part"), "good"),
    "refused": (_("refused"), "bad"),
    "disputed": (_("with the data office"), "warn"),
}
RUNNING: dict[str, tuple[str | Promise, str]] = {
    "running": (_("in force"), "good"),
    "soon": (_("ends soon"), "warn"),
    "waiting": (_("not begun"), "info"),
    "over": (_("over"), "outline"),
    "revoked": (_("revoked"), "bad"),
}


def standing(starts_on: date, ends_on: date, *, is_revoked: bool) -> str:
    """A word of ``RUNNING`` for a grant."""
    today = timezone.localdate(clock.now())
    if is_revoked:
        return "revoked"
    if today > ends_on:
        return "over"
    if today < starts_on:
        return "waiting"
    return "soon" if (ends_on - today).days <= 14 else "running"
