"""``yicheng listen``: readings from an MQTT broker, until told to stop."""

from __future__ import annotations

import signal
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from yicheng.core.sensing.public import mqtt_listener
from yicheng.runtime.parent import stop_with_supervisor


class Command(BaseCommand):
    help = "Listen to the MQTT broker that YICHENG_MQTT names, or --broker; `yicheng run` does it by itself."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--broker", default="", help="mqtt://user:password@host:1883")
        parser.add_argument("--client", default="", help="the name of the session at the broker")
        parser.add_argument("--per-minute", type=int, help="readings that one device may send in a minute")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            listener = mqtt_listener(
                options["broker"], client_id=options["client"], per_minute=options["per_minute"], say=self.say
            )
        except ValueError as fault:
            raise CommandError(str(fault)) from None
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, listener.stop)
        stop_with_supervisor()
        listener.run()

    def say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()
