"""What runs by the clock: sweeping what is over."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from yicheng.core.kernel.schedule import Job
from yicheng.core.people import limits, tokens
from yicheng.core.people.sessions import SessionStore


def sweep() -> None:
    """Drop ended sessions, counters and tokens."""
    SessionStore.clear_expired()
    limits.sweep()
    tokens.sweep()


JOBS = (Job("people.sweep", _("Delete ended sessions and tokens"), "23 * * * *", sweep),)
