"""``yicheng messages extract|check|compile``: the translations of every part."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from yicheng.runtime import catalogues


class Command(BaseCommand):
    help = "Bring catalogues up to date with the source, check that they are complete, or compile them."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("verb", choices=("extract", "check", "compile"))
        parser.add_argument(
            "parts", nargs="*", type=Path, help="folders such as yicheng/apps/urban; all if none"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        folders = [path.resolve() for path in options["parts"]] or catalogues.folders()
        pairs = [(folder, language) for folder in folders for language in catalogues.LANGUAGES]
        if options["verb"] == "compile":
            self.stdout.write(f"{catalogues.compile_stale()} compiled")
        elif options["verb"] == "extract":
            self._extract(pairs)
        else:
            self._check(pairs)

    def _extract(self, pairs: list[tuple[Path, str]]) -> None:
        for folder, language in pairs:
            missing = catalogues.extract(folder, language)
            if missing:
                self.stdout.write(f"{catalogues.catalogue_path(folder, language)}: {missing} to translate")

    def _check(self, pairs: list[tuple[Path, str]]) -> None:
        found = [fault for folder, language in pairs for fault in catalogues.faults(folder, language)]
        for fault in found:
            self.stderr.write(fault)
        if found:
            raise CommandError(
                f"{len(found)} texts to mend; `yicheng messages extract` brings catalogues up to date"
            )
