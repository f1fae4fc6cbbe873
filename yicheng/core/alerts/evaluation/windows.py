"""A sliding window over a series in 24 pieces, each with its lowest and highest value: constant size at any rate."""

from __future__ import annotations

from datetime import datetime

PIECES = 24
_WIDTH = 3


def changes(window: list[float], at: datetime, value: float, *, per_s: float) -> tuple[float, float]:
    """Take a reading into the window; answers how far the newest value has risen and fallen within it.

    ``window`` is flat: start (s), low, high of each piece, oldest first; pieces that have left it are
    dropped. A rise is measured from the lowest value of the window to the newest, a fall from the highest.
    """
    _take(window, at.timestamp(), value, piece_s=per_s / PIECES)
    oldest = at.timestamp() - per_s
    while window and window[0] + per_s / PIECES <= oldest:
        del window[:_WIDTH]
    return value - min(window[1::_WIDTH]), max(window[2::_WIDTH]) - value


def _take(window: list[float], at_s: float, value: float, *, piece_s: float) -> None:
    start = at_s - at_s % piece_s
    if window and window[-_WIDTH] >= start:
        window[-2], window[-1] = min(window[-2], value), max(window[-1], value)
    else:
        window += (start, value, value)
