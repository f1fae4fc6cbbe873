"""``yicheng city check PATH`` and ``yicheng city load PATH``: a city pack, told of or brought in."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from yicheng.core.kernel.clockwork import note_city
from yicheng.core.kernel.pack import SECTIONS, FaultyPack, Finding, Tally, check_pack, load_pack, open_pack


class Command(BaseCommand):
    help = "Check a city pack, or load it into the database."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("verb", choices=("check", "load"))
        parser.add_argument("path", type=Path, help="the pack's folder, such as cities/mine")

    def handle(self, *args: Any, **options: Any) -> None:
        pack = open_pack(options["path"])
        findings = check_pack(pack)
        self.tell(findings)
        errors = sum(finding.severity == "error" for finding in findings)
        if errors:
            text = ngettext(
                "%(count)d fault: nothing was changed.", "%(count)d faults: nothing was changed.", errors
            )
            raise CommandError(text % {"count": errors})
        if options["verb"] == "check":
            self.stdout.write(_("The pack of %(city)s is sound.") % {"city": pack.city.name})
            return
        try:
            self.report(load_pack(pack))
            if note_city(pack.city):
                self.stdout.write(
                    _("Clock and languages are now those of %(city)s (%(zone)s): restart what runs.")
                    % {"city": pack.city.name, "zone": pack.city.time_zone}
                )
        except FaultyPack as fault:
            self.tell(fault.findings)
            raise CommandError(_("Nothing was changed.")) from fault

    def tell(self, findings: Iterable[Finding]) -> None:
        for finding in findings:
            style = self.style.ERROR if finding.severity == "error" else self.style.WARNING
            self.stderr.write(style(str(finding)))

    def report(self, tallies: dict[str, Tally]) -> None:
        for key, tally in tallies.items():
            counts = _("%(created)d new, %(changed)d changed, %(unchanged)d unchanged, %(retired)d retired")
            self.stdout.write(f"{SECTIONS.get(key).title}: {counts % tally.__dict__}")
