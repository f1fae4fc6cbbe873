"""One line of a device's life."""

from __future__ import annotations

from yicheng.core.kernel import clock
from yicheng.core.people.public import Viewer
from yicheng.core.sensing.models import Device, LogEntry


def changed(viewer: Viewer, device: Device, kind: str, *, note: str = "") -> None:
    """Write down what was done with the device, in the caller's transaction."""
    LogEntry.objects.create(
        device=device, kind=kind, at=clock.now(), account_id=viewer.account_id, note=note[:300]
    )
