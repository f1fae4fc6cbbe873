"""How a licence stands, in words, with the colour and the sign that go with them."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class Stands:
    """A verdict: the word, what it means, its tone and sign."""

    word: str | Promise
    means: str | Promise
    tone: str
    icon: str


STANDINGS = {
    "valid": Stands(
        _("Valid"), _("The city issued this licence, and it counts today."), "good", "badge-check"
    ),
    "suspended": Stands(_("Suspended"), _("It does not count until it is restored."), "warn", "pause"),
    "revoked": Stands(_("Revoked"), _("It does not count any more. Do not accept it."), "bad", "ban"),
    "expired": Stands(
        _("Expired"), _("Its time has run out. Ask for the renewed one."), "warn", "calendar-clock"
    ),
    "replaced": Stands(
        _("Replaced"), _("A newer version of this licence was issued. Ask for that one."), "warn", "copy"
    ),
    "not_yet": Stands(_("Not yet valid"), _("It counts from a later day on."), "info", "calendar-clock"),
}
