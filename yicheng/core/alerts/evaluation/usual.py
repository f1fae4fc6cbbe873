"""What is usual of a series at each time of the season: medians and robust spreads, learnt from its history."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

import numpy as np

from yicheng.core.alerts.conditions import Anomaly
from yicheng.core.alerts.evaluation.memory import slot_of

SLOTS = 24
#: from the median absolute deviation to the standard deviation of a normal distribution
TO_DEVIATION = 1.4826
#: fewer values than this in a slot say nothing
FEWEST = 5


def learn(condition: Anomaly, history: Iterable[tuple[datetime, float]]) -> tuple[tuple[float, float], ...]:
    """(median, robust standard deviation) of each 24th of the season; () while too little is known.

    The spread of a slot is at least a twentieth of the whole series' own, so that a sensor which shows the
    same figure for weeks does not make its first wobble an anomaly.
    """
    rows = list(history)
    if not rows or rows[-1][0] - rows[0][0] < condition.learns_for:
        return ()
    slots = np.fromiter((slot_of(condition, at, SLOTS) for at, _value in rows), dtype=np.int64)
    values = np.fromiter((value for _at, value in rows), dtype=np.float64)
    least = max(_spread(values) / 20, float(np.ptp(values)) / 200, 1e-9)
    pieces = [values[slots == slot] for slot in range(SLOTS)]
    if min(len(piece) for piece in pieces) < FEWEST:
        return ()
    return tuple((float(np.median(piece)), max(_spread(piece), least)) for piece in pieces)


def _spread(values: np.ndarray) -> float:
    return TO_DEVIATION * float(np.median(np.abs(values - np.median(values))))
