"""What kiosks say of themselves."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from yicheng.core.sensing.declare import ObservedProperty

PROPERTIES = (ObservedProperty("paper", _("Sheets of paper left"), "{count}", (0, 100_000), 0),)
