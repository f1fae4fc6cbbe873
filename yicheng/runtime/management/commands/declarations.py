"""``yicheng declarations``: everything that the installed parts declare."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import override

from yicheng.runtime.declarations import lines


class Command(BaseCommand):
    help = "Print what every part declares, slot by slot: key, owner, title."
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        with override("en"):
            for line in lines():
                self.stdout.write(line.rstrip())
