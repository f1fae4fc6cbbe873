"""Doors at addresses that standards fix, for what the core itself holds."""

from __future__ import annotations

from yicheng.core.web.declare import StandardDoor

STANDARD_DOORS = (
    StandardDoor("sharing.log", "sharing-log/", "yicheng.faces.api.transparency", "C2SP tlog-tiles"),
)
