"""The audit trail as seen from below: packages under ``journal`` record through this slot.

``journal`` stands above ``people`` and ``places`` and fills the slot; everybody else calls
``journal.public.record``, which is the same function.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from yicheng.core.kernel.slots import Slot


@dataclass(frozen=True, slots=True)
class Recorder:
    """Who keeps records: ``record(viewer, action=…, subject=…, division=…, detail=…)``."""

    key: str
    record: Callable[..., None]


RECORDERS: Slot[Recorder] = Slot("kernel.recorders", Recorder, module="recorder", attribute="RECORDERS")


def record(
    viewer: Any, *, action: str, subject: str, division: str = "", detail: Mapping[str, Any] | None = None
) -> None:
    """Write one line of the audit trail, in the caller's transaction."""
    for recorder in RECORDERS:
        recorder.record(viewer, action=action, subject=subject, division=division, detail=detail)
