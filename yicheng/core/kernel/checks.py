"""Django system checks over the declarations: each core package adds its own cross-references.

A package names a function in ``declare.py``: ``CHECKS = (check_rights, ...)``, each
returning messages; the kernel runs them all under ``yicheng check``.
"""

from __future__ import annotations

from collections.abc import Iterable
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from django.core.checks import CheckMessage, Error, register

from yicheng.core.kernel.application import parts


@register("declarations")
def check_declarations(**_: Any) -> Iterable[CheckMessage]:
    """Run the cross-reference checks of every part."""
    for part in parts():
        name = f"{part.name}.declare"
        if not find_spec(name):
            continue
        for check in getattr(import_module(name), "CHECKS", ()):
            for fault in check():
                yield Error(fault, id=f"{part.label}.{check.__name__}")
