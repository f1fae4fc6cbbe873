"""Whether a database connection that was kept open still lives, mostly without asking the server.

Django sends ``SELECT 1`` before each request. A server that has ended closes its end, which can be
seen on the socket at once; only a connection that stood idle for a while is asked, because a router
may have forgotten it.
"""

from __future__ import annotations

import select
import time
from typing import Any

IDLE_S = 20.0


class Watched:
    """For a ``DatabaseWrapper``: ``is_usable`` looks first, and asks after ``IDLE_S`` seconds without use."""

    connection: Any
    _seen_at = 0.0

    def is_usable(self) -> bool:
        if self.connection is None:
            return False
        now = time.monotonic()
        is_fresh = now - self._seen_at < IDLE_S
        if is_fresh and not self.errors_occurred and is_quiet(self.connection):  # type: ignore[attr-defined]
            self._seen_at = now
            return True
        answers: bool = super().is_usable()  # type: ignore[misc]
        self._seen_at = now if answers else 0.0
        return answers


def is_quiet(connection: Any) -> bool:
    """Open, and nothing to read: an idle server says nothing, a gone one has closed its end."""
    if connection.closed:
        return False
    look = select.poll()
    look.register(connection.fileno(), select.POLLIN | select.POLLHUP | select.POLLERR)
    return not look.poll(0)
