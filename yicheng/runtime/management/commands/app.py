"""``yicheng app parks``: a new application."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from yicheng.runtime.home import PROJECT
from yicheng.runtime.scaffolding import NewApplication, Unusable, make


class Command(BaseCommand):
    help = "Make a new application of the usual shape under yicheng/apps, installed and passing every test."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", help="folder and label: parks")
        parser.add_argument("--title", default="", help="its English title; the name if none")
        parser.add_argument("--chinese", default="", help="its Chinese title; the English one if none")

    def handle(self, *args: Any, **options: Any) -> None:
        title = options["title"] or options["name"].replace("_", " ").capitalize()
        try:
            made = make(
                NewApplication(options["name"], title, options["chinese"] or title),
                package=PROJECT / "yicheng",
            )
        except Unusable as fault:
            raise CommandError(str(fault)) from fault
        self.stdout.write(f"{len(made)} files in yicheng/apps/{options['name']}; read its README.md next.")
        self.stdout.write("Then: yicheng docs, make test-fast")
