"""``yicheng worker``: reactions and jobs, until told to stop."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from yicheng.runtime.parent import stop_with_supervisor
from yicheng.runtime.worker import work


class Command(BaseCommand):
    help = "Run the reactions to facts and the jobs by the clock. Start as many as you like."
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        stop_with_supervisor()
        work()
