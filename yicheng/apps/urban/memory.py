"""What this process remembers for a short while: small facts that the hot path asks for at every step.

Django's cache is a table here, a query like any other; a change counts after ``seconds`` at the latest.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Generic, TypeVar

K = TypeVar("K")
V = TypeVar("V")

MOST_KEPT = 5_000


class Memory(Generic[K, V]):
    """Values by key, each read anew by ``read`` when it has grown old."""

    def __init__(self, read: Callable[[K], V], *, seconds: float) -> None:
        self.read, self.seconds = read, seconds
        self._kept: dict[K, tuple[float, V]] = {}

    def get(self, key: K) -> V:
        """The value, from memory while it is young."""
        kept = self._kept.get(key)
        if kept is not None and time.monotonic() < kept[0]:
            return kept[1]
        return self.renew(key)

    def renew(self, key: K) -> V:
        """The value, read now."""
        if len(self._kept) >= MOST_KEPT:
            self._kept.clear()
        value = self.read(key)
        self._kept[key] = (time.monotonic() + self.seconds, value)
        return value

    def fill(self, values: Mapping[K, V]) -> None:
        """Values that were read just now, many at once."""
        if len(self._kept) + len(values) > MOST_KEPT:
            self._kept.clear()
        until = time.monotonic() + self.seconds
        self._kept.update({key: (until, value) for key, value in values.items()})

    def forget(self) -> None:
        """Read everything anew next time."""
        self._kept.clear()
