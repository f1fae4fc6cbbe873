"""``yicheng run``: the whole platform in the foreground."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from yicheng.runtime import platform


class Command(BaseCommand):
    help = "Run the platform: database, web, worker. Ctrl-C stops all of it."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        given = platform.Options()
        parser.add_argument("--host", default=given.host)
        parser.add_argument("--port", type=int, default=given.port, help="0: any free one")
        parser.add_argument(
            "--workers", type=int, help="web worker processes; one per processor, at least two"
        )
        parser.add_argument("--threads", type=int, default=given.threads, help="threads of each")
        parser.add_argument("--no-worker", action="store_true", help="no reactions and jobs on this machine")

    def handle(self, *args: Any, **options: Any) -> None:
        port = options["port"] or platform.free_port(options["host"], wanted=0)
        chosen = platform.Options(
            options["host"],
            port,
            options["workers"] or platform.Options().workers,
            options["threads"],
            not options["no_worker"],
        )
        try:
            platform.prepare(self.say)
        except BaseException:
            platform.stop_database(self.say)
            raise
        platform.run(chosen, say=self.say)

    def say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()
