"""``yicheng import cases FILE --mapping …`` and ``yicheng import parts FILE``: files in from the command line."""

# ruff: noqa: N999 (the command is called "import")

from __future__ import annotations

import csv
import time
from argparse import ArgumentParser
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from yicheng.apps.urban.actions.outside_cases import Replay, replay_cases
from yicheng.apps.urban.actions.parts import stage_parts, take_parts
from yicheng.apps.urban.models import FileImport
from yicheng.apps.urban.queries.imports import report_of_refused
from yicheng.core.kernel.errors import Refusal
from yicheng.core.people.public import SYSTEM


class Command(BaseCommand):
    """See the module's text."""

    help = "Bring in a file: cases of another system with their own history, or a census of parts."

    def add_arguments(self, parser: ArgumentParser) -> None:
        kinds = parser.add_subparsers(dest="kind", required=True)
        cases = kinds.add_parser("cases", help="cases of another system (CSV, CSV.gz, XLSX)")
        cases.add_argument("file", type=Path)
        cases.add_argument("--mapping", type=Path, required=True, help="what its columns mean (TOML)")
        parts = kinds.add_parser("parts", help="a census of parts (CSV, CSV.gz, XLSX, GeoJSON)")
        parts.add_argument("file", type=Path)
        parts.add_argument("--datum", default="cgcs2000", choices=["cgcs2000", "wgs84", "gcj02", "bd09"])
        parts.add_argument("--only-sound", action="store_true", help="leave refused lines out")
        for one in (cases, parts):
            one.add_argument(
                "--refused", type=Path, help="write the refused lines with their reasons to this CSV"
            )

    def handle(self, *_args: Any, **options: Any) -> None:
        began = time.monotonic()
        work: Callable[[dict[str, Any]], FileImport] = getattr(self, f"_{options['kind']}")
        try:
            done = work(options)
        except Refusal as refusal:
            raise CommandError(str(refusal)) from None
        except OSError as error:
            raise CommandError(f"{error.filename}: {error.strerror}") from None
        if options["refused"] and done.refused_count:
            with options["refused"].open("w", encoding="utf-8-sig", newline="") as target:
                csv.writer(target).writerows(report_of_refused(done))
            self.stdout.write(_("Refused lines: %(file)s") % {"file": options["refused"]})
        self.stdout.write(_("Done in %(seconds).1f s.") % {"seconds": time.monotonic() - began})

    def _cases(self, options: dict[str, Any]) -> FileImport:
        mapping = options["mapping"].read_text(encoding="utf-8")
        with options["file"].open("rb") as file:
            replay = replay_cases(SYSTEM, file, mapping=mapping, name=options["file"].name)
        self._tell(replay)
        return replay.kept

    def _tell(self, replay: Replay) -> None:
        kept, timeliness = replay.kept, replay.timeliness
        said = {
            "read": kept.read_count,
            "created": kept.created_count,
            "here": kept.unchanged_count,
            "refused": kept.refused_count,
            "doubtful": kept.doubtful_count,
        }
        self.stdout.write(
            _("%(read)d lines read: %(created)d new cases, %(here)d here already, %(refused)d refused.")
            % said
        )
        self.stdout.write(
            _("On time %(on_time)d, overdue %(late)d, not said %(unknown)d.")
            % {name: timeliness[name] for name in ("on_time", "late", "unknown")}
        )
        self.stdout.write(_("%(doubtful)d lines were taken with doubts or refused for these reasons:") % said)
        for reason, count in replay.reasons.most_common(30):
            self.stdout.write(f"{count:>9,}  {reason}")

    def _parts(self, options: dict[str, Any]) -> FileImport:
        with options["file"].open("rb") as file:
            staged = stage_parts(SYSTEM, file, name=options["file"].name, datum=options["datum"])
        if staged.refused_count and not options["only_sound"]:
            said = {"refused": staged.refused_count, "read": staged.read_count}
            self.stderr.write(
                _(
                    "%(refused)d of %(read)d lines are refused; nothing was taken. Mend them, or add --only-sound."
                )
                % said
            )
            return staged
        taken = take_parts(SYSTEM, staged.pk, only_sound=options["only_sound"])
        said = {
            name: getattr(taken, f"{name}_count") for name in ("created", "changed", "unchanged", "refused")
        }
        self.stdout.write(
            _(
                "%(created)d new parts, %(changed)d changed, %(unchanged)d as they were, %(refused)d lines refused."
            )
            % said
        )
        return taken
