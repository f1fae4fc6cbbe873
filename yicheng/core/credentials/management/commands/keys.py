"""``yicheng keys``: which keys sign, a new one in place of one, a key of a hardware token taken into use."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from yicheng.core.credentials.keys import jws, ring
from yicheng.core.credentials.models import Key
from yicheng.core.journal.public import record
from yicheng.core.kernel.errors import Refusal
from yicheng.core.people.public import SYSTEM


class Command(BaseCommand):
    help = "List the keys that sign, let a new one follow, or take one of a PKCS#11 token into use."

    def add_arguments(self, parser: CommandParser) -> None:
        deeds = parser.add_subparsers(dest="deed", required=True)
        deeds.add_parser("list", help="every key, the ones in force first")
        rotate = deeds.add_parser("rotate", help="let the next key sign for a purpose")
        rotate.add_argument("purpose", choices=jws.PURPOSES)
        adopt = deeds.add_parser("adopt", help="let a key of the configured token sign for a purpose")
        adopt.add_argument("purpose", help="licences, or seal/<code>")
        adopt.add_argument("label", help="the name of key and certificate in the token")

    def handle(self, *_args: Any, **given: Any) -> None:
        try:
            getattr(self, f"_{given['deed']}")(given)
        except Refusal as refusal:
            raise CommandError(str(refusal)) from refusal

    def _list(self, _given: dict[str, Any]) -> None:
        rows = Key.objects.defer("sealed").order_by("purpose", "-id")
        for row in rows:
            state = "retired" if row.retired_at else "signs"
            kept = f"token {row.token_label}" if row.token_label else "sealed here"
            self.stdout.write(
                f"{row.purpose:40} {state:8} {row.algorithm} {row.kid} {kept}, until {row.ends_at:%Y-%m-%d}"
            )

    def _rotate(self, given: dict[str, Any]) -> None:
        kid = jws.rotate_key(given["purpose"])
        self._noted("rotate", given["purpose"], kid)

    def _adopt(self, given: dict[str, Any]) -> None:
        kid = ring.adopt(given["purpose"], given["label"]).kid
        self._noted("adopt", given["purpose"], kid)

    def _noted(self, what: str, purpose: str, kid: str) -> None:
        record(SYSTEM, action=f"credentials.{what}_key", subject=f"key/{kid}", detail={"purpose": purpose})
        self.stdout.write(f"{purpose}: {kid} signs from now on")
