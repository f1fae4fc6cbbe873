"""What checking a file found, in words, with the colour and the sign that go with them."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from yicheng.core.credentials.licences.wording import STANDINGS, Stands

__all__ = ["FILES", "REASONS", "STANDINGS", "VERDICTS"]

FILES = {
    "paper": Stands(
        _("Genuine"), _("This file is byte for byte as the city sealed it."), "good", "file-check"
    ),
    "sealed": Stands(
        _("Sealed, unchanged"),
        _(
            "The seals on this file are sound. It is not a licence of this platform: read below who sealed it."
        ),
        "info",
        "file-check",
    ),
    "changed": Stands(
        _("Changed after sealing"), _("Somebody altered this file. Do not accept it."), "bad", "file-text"
    ),
    "unsealed": Stands(
        _("No seal"),
        _("This PDF carries no electronic seal: it proves nothing by itself."),
        "warn",
        "file-text",
    ),
    "other": Stands(
        _("Not a licence"),
        _("This is neither a PDF nor a licence file. Choose the file you were given."),
        "warn",
        "file",
    ),
}
VERDICTS = {
    "valid": Stands(
        _("Valid"), _("The city signed what is written here, and it counts now."), "good", "badge-check"
    ),
    "replaced": Stands(
        _("Does not count any more"), _("It was revoked, or a newer one took its place."), "bad", "ban"
    ),
    "suspended": STANDINGS["suspended"],
    "status_unknown": Stands(
        _("Signed, status not known"),
        _("The signature is sound, but nobody could say whether the licence still counts."),
        "warn",
        "circle-help",
    ),
    "unsound": Stands(_("Not genuine"), _("This file proves nothing. Do not accept it."), "bad", "ban"),
}
REASONS = {
    "form": _("It does not have the form of a licence file."),
    "key": _("It is not signed with a key of this city."),
    "signature": _("The signature does not fit: something was changed."),
    "disclosure": _("A field was added or changed after signing."),
    "early": _("It counts from a later day on."),
    "expired": _("Its time has run out."),
    "type": _("It is signed, but it is not a licence."),
    "unbound": _("The holder's own signature is missing."),
    "binding": _("The holder's signature does not fit this file."),
}
