"""Freshly stored readings as columns, ordered by series and time: what the worker computes with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from yicheng.core.sensing.packing import micros

Column = NDArray[Any]
_PACKED = np.dtype([("series", "<i8"), ("us", "<i8"), ("value", "<f8"), ("quality", "u1"), ("timing", "u1")])
_WHOLE = np.dtype([*_PACKED.descr, ("received", "<i8")])


@dataclass(slots=True)
class Fresh:
    """Columns of equal length. ``starts``: where each series begins; ``series_ids``: in the same order."""

    series: Column
    us: Column
    values: Column
    qualities: Column
    timings: Column
    received: Column
    starts: Column
    series_ids: Column

    @property
    def ends(self) -> Column:
        """Where the newest reading of each series lies."""
        return np.append(self.starts[1:], len(self.series)) - 1

    def packed(self) -> bytes:
        """All of it, to be kept."""
        whole = np.empty(len(self.series), _WHOLE)
        for name, column in (("series", self.series), ("us", self.us), ("value", self.values)):
            whole[name] = column
        whole["quality"], whole["timing"], whole["received"] = self.qualities, self.timings, self.received
        return whole.tobytes()

    @staticmethod
    def unpacked(payload: bytes) -> Fresh:
        """What ``packed`` made."""
        return _ordered(np.frombuffer(payload, _WHOLE))


def gather(batches: Sequence[tuple[datetime, bytes]]) -> Fresh:
    """The readings of packed batches, each with the moment it was received."""
    parts = [np.frombuffer(payload, _PACKED) for _received, payload in batches]
    whole = np.empty(sum(map(len, parts)), _WHOLE)
    packed = np.concatenate(parts)
    for name in _PACKED.names or ():
        whole[name] = packed[name]
    whole["received"] = np.repeat([micros(received) for received, _payload in batches], [*map(len, parts)])
    return _ordered(whole)


def _ordered(whole: Column) -> Fresh:
    whole = whole[np.lexsort((whole["us"], whole["series"]))]
    series_ids, starts = np.unique(whole["series"], return_index=True)
    return Fresh(
        whole["series"],
        whole["us"],
        whole["value"],
        whole["quality"],
        whole["timing"].copy(),
        whole["received"],
        starts,
        series_ids,
    )
