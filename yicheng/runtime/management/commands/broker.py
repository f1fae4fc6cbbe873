"""``yicheng broker``: a small MQTT broker for trying things out."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from yicheng.core.sensing.public import serve_broker


class Command(BaseCommand):
    help = "Run a small MQTT broker for demonstrations and tests; use Mosquitto in production."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=1883)

    def handle(self, *args: Any, **options: Any) -> None:
        serve_broker(options["host"], options["port"], say=self.say)

    def say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()
