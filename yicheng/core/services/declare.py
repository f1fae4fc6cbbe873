"""What a part may declare about government services."""

from __future__ import annotations

from collections.abc import Callable, Iterable

#: one sentence per fault; they run under ``yicheng check``
CHECKS: tuple[Callable[[], Iterable[str]], ...] = ()

__all__ = ["CHECKS"]
