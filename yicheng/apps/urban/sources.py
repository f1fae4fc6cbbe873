"""Where reports come from, in words."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

SOURCES: Mapping[str, str | Promise] = {
    "portal": _("Resident, on the portal"),
    "inspector": _("Collector in the street"),
    "hotline": _("Hotline"),
    "open311": _("Another application (Open311)"),
    "import": _("Imported from a file"),
    "replay": _("Replayed from another system"),
    "sensor": _("Device"),
}


def source_title(key: str) -> str:
    """The source in the reader's language; an unknown one as it is."""
    return str(SOURCES.get(key, key))
