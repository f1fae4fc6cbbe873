"""How a field is shown to whom it was granted: the catalogue's masks under the words that people choose by."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

#: mask of the catalogue → what it does
MASKS: Mapping[str, str | Promise] = {
    "middle": _("first and last letter only: 张*明"),
    "tail": _("last four letters only: ****5678"),
    "ends": _("first two and last two letters"),
    "year": _("year only"),
    "digest": _("digest: can be compared, not read"),
    "hide": _("empty"),
}
