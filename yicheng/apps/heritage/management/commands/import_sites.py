"""``yicheng import_sites FILE --name "…"``: a published list of protected sites, from the command line."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from yicheng.apps.heritage.actions.sitelists import take_site_list
from yicheng.core.kernel.errors import Refusal
from yicheng.core.people.public import SYSTEM


class Command(BaseCommand):
    """See the module's text."""

    help = "Take a published list of protected sites (CSV, XLSX); doubtful rows wait at the desk."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--name", required=True, help="the list as it is cited")

    def handle(self, *_args: Any, **options: Any) -> None:
        try:
            with options["file"].open("rb") as file:
                taken = take_site_list(SYSTEM, file, name=options["name"])
        except Refusal as refusal:
            raise CommandError(str(refusal)) from None
        except OSError as error:
            raise CommandError(f"{error.filename}: {error.strerror}") from None
        said = {"created": taken.created, "present": taken.present, "doubtful": taken.doubtful}
        self.stdout.write(_("%(created)d new sites, %(present)d here already, %(doubtful)d doubtful.") % said)
        for row in taken.refused:
            self.stdout.write(_("Line %(line)d: %(reason)s") % {"line": row.line, "reason": row.reason})
