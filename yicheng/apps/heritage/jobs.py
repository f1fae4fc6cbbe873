"""What heritage does by the clock."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from yicheng.apps.heritage.actions.patrols import open_rounds
from yicheng.core.events.declare import Job


def open_patrols() -> None:
    """Early in the morning, and again at noon for a platform that slept."""
    open_rounds()


JOBS = (
    Job("heritage.open_patrols", _("Open the rounds of patrols that are due"), "7 0,12 * * *", open_patrols),
)
