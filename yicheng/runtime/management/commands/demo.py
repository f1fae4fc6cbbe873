"""``yicheng demo``: the platform with a city that lives, for whoever wants to see it."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import override

from yicheng.runtime import platform, show


class Command(BaseCommand):
    help = "Make a living city and run it; addresses and sign-ins are printed. Ctrl-C stops all of it."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--scale", type=float, default=1.0, help="1: some thousands of cases")
        parser.add_argument(
            "--pack", type=Path, help="the city pack's folder; the first one with a demo folder if none"
        )
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=8000, help="another one is taken when it is in use")
        parser.add_argument("--prepare-only", action="store_true", help="make everything, serve nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            with override("en"):
                show.prepare(
                    pack=options["pack"] or show.default_pack(), scale=options["scale"], say=self.say
                )
                accounts = list(show.sign_ins())
        except BaseException as error:
            platform.stop_database(self.say)
            if isinstance(error, KeyboardInterrupt):
                raise CommandError("stopped; the next start makes anew what was not finished") from error
            if isinstance(error, show.DemoFailed):
                raise CommandError(str(error)) from error
            raise
        self.tell(accounts)
        if options["prepare_only"]:
            platform.stop_database(self.say)
            return
        port = platform.free_port(options["host"], wanted=options["port"])
        platform.run(platform.Options(host=options["host"], port=port), say=self.say)

    def tell(self, accounts: list[str]) -> None:
        if accounts:
            self.say("\nSign in as (name, password, role):")
            for line in accounts:
                self.say(line)
            self.say("")

    def say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()
