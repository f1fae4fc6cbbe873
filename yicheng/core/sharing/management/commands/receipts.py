"""``yicheng receipts export|verify|checkpoint|key``: what proves the use of shared data."""

from __future__ import annotations

import sys
import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db.models import Q


class Command(BaseCommand):
    help = "Exports receipts of shared data as a bundle, and proves a bundle offline."
    requires_system_checks: Any = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        doing = parser.add_subparsers(dest="doing", required=True)
        exporting = doing.add_parser("export", help="write a bundle: all receipts, or some")
        exporting.add_argument("bundle", type=Path, help="file to write (.zip)")
        exporting.add_argument(
            "--grant", type=int, action="append", default=[], help="only this grant; again for more"
        )
        exporting.add_argument(
            "--organisation", default="", help="only grants given or used by this one (its code)"
        )
        verifying = doing.add_parser("verify", help="prove a bundle; needs no running platform")
        verifying.add_argument("bundle", type=Path)
        verifying.add_argument("--key", default="", help="the log's verifier key that you trust: name+id+key")
        verifying.add_argument(
            "--checkpoint", type=Path, action="append", default=[], help="a checkpoint you keep"
        )
        verifying.add_argument("--receipt", type=Path, action="append", default=[], help="a receipt you hold")
        doing.add_parser("checkpoint", help="print the newest signed checkpoint")
        doing.add_parser("key", help="print the log's verifier keys, the one in force first")

    def handle(self, *_args: Any, **options: Any) -> None:
        doing = {
            "export": self._export,
            "verify": self._verify,
            "checkpoint": self._checkpoint,
            "key": self._key,
        }
        doing[options["doing"]](options)

    def _export(self, options: dict[str, Any]) -> None:
        from yicheng.core.people.models import Organisation
        from yicheng.core.sharing.receipts.export import export

        wanted = Q(grant_id__in=options["grant"]) if options["grant"] else None
        if options["organisation"]:
            body = Organisation.objects.filter(code=options["organisation"]).first()
            if body is None:
                raise CommandError(f"There is no organisation “{options['organisation']}”.")
            wanted = Q(provider_id=body.pk) | Q(consumer_id=body.pk)
        count = export(options["bundle"], wanted=wanted)
        self.stdout.write(f"{count} receipts in {options['bundle']}")

    def _verify(self, options: dict[str, Any]) -> None:
        from yicheng.core.sharing.receipts.bundle import BundleBroken
        from yicheng.core.sharing.receipts.verify import verify

        began = time.monotonic()
        try:
            proven = verify(
                options["bundle"],
                key=options["key"],
                lodged=[path.read_text() for path in options["checkpoint"]],
                receipts=[path.read_text() for path in options["receipt"]],
            )
        except (BundleBroken, OSError) as error:
            self.stderr.write(f"NOT PROVEN: {error}")
            sys.exit(1)
        whole = "all" if proven.is_whole else f"of {proven.size}"
        self.stdout.write(f"PROVEN: {proven.receipts} receipts ({whole}), none changed, none dropped")
        self.stdout.write(f"log   {proven.origin}, root {proven.root.hex()}")
        self.stdout.write(f"key   {proven.key}{'' if options['key'] else '  (from the bundle: compare it)'}")
        self.stdout.write(f"kept  {len(proven.lodged)} earlier checkpoints, all the beginning of this log")
        for grant, (first, last) in sorted(proven.grants.items())[:200]:
            self.stdout.write(f"grant {grant}: receipts {first} to {last}")
        self.stdout.write(f"{time.monotonic() - began:.1f} s")

    def _checkpoint(self, _options: dict[str, Any]) -> None:
        from yicheng.core.sharing.models import LogState

        state = LogState.objects.first()
        if state is None:
            raise CommandError("The log holds no receipt yet.")
        self.stdout.write(state.note, ending="")

    def _key(self, _options: dict[str, Any]) -> None:
        from yicheng.core.sharing.receipts.keys import signer, verifiers

        signer()
        for one in verifiers():
            self.stdout.write(str(one))
