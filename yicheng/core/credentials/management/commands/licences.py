"""``yicheng licences verify|bundle``: check a licence file without a network, or write what that takes."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from yicheng.core.credentials.licences import sdjwt
from yicheng.core.credentials.licences.offline import Verdict, judge

SAID = {
    "valid": "VALID: signed by the city, and it counts by the list of %(when)s.",
    "replaced": "DOES NOT COUNT: revoked or replaced, by the list of %(when)s.",
    "suspended": "SUSPENDED by the list of %(when)s.",
    "status_unknown": "SIGNED, STATUS NOT KNOWN: the bundle holds no fresh list for it. Fetch it again.",
    "unsound": "NOT GENUINE (%(reason)s): it proves nothing.",
}
LEFT_OUT = {"status", "cnf", "_sd_alg"}


class Command(BaseCommand):
    help = "Checks a licence file (.sd-jwt) with the city's published keys, or writes them down. verify needs no database."
    requires_system_checks: Any = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        doing = parser.add_subparsers(dest="doing", required=True)
        verifying = doing.add_parser("verify", help="check a licence file; needs no running platform")
        verifying.add_argument("file", type=Path)
        verifying.add_argument("--keys", type=Path, required=True, help="the bundle: keys and status lists")
        verifying.add_argument("--nonce", help="what you asked the holder's wallet to sign")
        verifying.add_argument("--audience", help="your own name in that signature")
        bundling = doing.add_parser("bundle", help="write keys and status lists to take along")
        bundling.add_argument("file", type=Path)
        bundling.add_argument("--issuer", required=True, help="the platform's public address")

    def handle(self, *_args: Any, **options: Any) -> None:
        if options["doing"] == "verify":
            self._verify(options)
        else:
            self._bundle(options)

    def _verify(self, options: dict[str, Any]) -> None:
        bundle = _read_bundle(options["keys"])
        try:
            text = options["file"].read_bytes()[: sdjwt.LARGEST + 1].decode("ascii", errors="replace")
        except OSError as error:
            raise CommandError(f"{options['file']} cannot be read: {error.strerror}") from error
        verdict = judge(
            text,
            keys=bundle["jwks"],
            lists=bundle.get("status_lists", {}),
            now=datetime.now(UTC),
            audience=options["audience"],
            nonce=options["nonce"],
        )
        self._say(verdict)
        if verdict.word != "valid":
            raise CommandError("Do not rely on this file.", returncode=2)

    def _say(self, verdict: Verdict) -> None:
        moment = datetime.fromtimestamp(verdict.status_at, UTC) if verdict.status_at else None
        values = {"when": f"{moment:%Y-%m-%d %H:%M} UTC" if moment else "–", "reason": verdict.reason}
        self.stdout.write(SAID[verdict.word] % values)
        if verdict.is_bound and not verdict.is_held:
            self.stdout.write("It belongs to a wallet whose signature is missing: it may be a copy.")
        for name, value in verdict.claims.items():
            if name not in LEFT_OUT:
                self.stdout.write(f"  {name}: {value}")

    def _bundle(self, options: dict[str, Any]) -> None:
        from yicheng.core.credentials.licences.credential import offline_bundle

        made = offline_bundle(base=options["issuer"].rstrip("/"))
        options["file"].write_text(json.dumps(made), encoding="utf-8")
        self.stdout.write(
            f"{len(made['jwks']['keys'])} keys, {len(made['status_lists'])} lists in {options['file']}"
        )


def _read_bundle(path: Path) -> dict[str, Any]:
    try:
        bundle = json.loads(path.read_bytes())
        bundle["jwks"]["keys"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise CommandError(
            f"{path} is no bundle of keys and lists. Fetch it from the platform: /credentials/offline.json"
        ) from error
    return dict(bundle)
