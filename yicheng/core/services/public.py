"""What other parts may call of government services."""

from __future__ import annotations

__all__: list[str] = []
