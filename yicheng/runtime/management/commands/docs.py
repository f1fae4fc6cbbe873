"""``yicheng docs``: the reference, made from the code."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from yicheng.runtime.home import PROJECT
from yicheng.runtime.reference import write


class Command(BaseCommand):
    help = "Write docs/reference from the declarations, settings and commands."
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        changed = write(PROJECT / "docs" / "reference")
        self.stdout.write(f"docs/reference: {len(changed)} pages changed")
