"""The door that devices knock at over HTTP, whatever server stands before it: key, body, receipt."""

from __future__ import annotations

import logging

from django.utils.translation import gettext_lazy as _

from yicheng.core.kernel.errors import Invalid, Refusal, SignInRequired, TooMany
from yicheng.core.sensing.facts import Receipt, Source
from yicheng.core.sensing.ingest import quarantine
from yicheng.core.sensing.ingest.keys import Known, find_key
from yicheng.core.sensing.ingest.parsing import Parsed, TooLarge, inflate, parse
from yicheng.core.sensing.ingest.taking import take_readings
from yicheng.core.sensing.registry import Reason

log = logging.getLogger(__name__)
JSON, LINES = "application/json", ("application/x-ndjson", "application/ndjson", "application/jsonl")


class UnknownKey(SignInRequired):
    """The key is unknown, expired or revoked."""

    code = "unknown_key"


class WrongMedia(Refusal):
    """A body of another kind than this door takes."""

    status = 415
    code = "unsupported_media"


class Flooded(TooMany):
    """More readings than the key may send; ``wait_s``: come back after so many seconds."""

    def __init__(self, wait_s: int) -> None:
        super().__init__(
            _("This key sends more than it may. Come back in %(seconds)s seconds."), seconds=wait_s
        )
        self.wait_s = wait_s


def receive(key: str, body: bytes, *, content_type: str, encoding: str = "", address: str = "") -> Receipt:
    """Take a body of readings in; all of it is stored when this returns. Raises the refusals above and ``Invalid``."""
    known = find_key(key)
    if known is None:
        raise UnknownKey(_("The key is unknown, expired or revoked. Ask who keeps the device for a new one."))
    source = known.source("http")
    if content_type != JSON and content_type not in LINES:
        raise WrongMedia(_("Send application/json or application/x-ndjson."))
    if not known.may_send(1):  # a flood of bodies that cannot be read is a flood too
        raise Flooded(known.wait_s(1))
    try:
        plain = inflate(body, encoding)
        parsed = parse(plain, own_device=known.device_number, is_lines=content_type in LINES)
    except (Invalid, TooLarge) as refusal:
        quarantine.keep(source, Reason.MALFORMED, body, detail=str(refusal), address=address)
        raise
    return store_parsed(known, source, parsed, address=address)


def store_parsed(known: Known, source: Source, parsed: Parsed, *, address: str = "") -> Receipt:
    """Count what was read against the key, store it, keep what could not be read."""
    count = len(parsed.readings)
    if count > 1 and not known.may_send(count - 1):
        raise Flooded(known.wait_s(count - 1))
    taken = take_readings(source, parsed.readings)
    if not parsed.faults:
        return taken
    _piece, fault = parsed.faults[0]
    together = b"\n".join(piece for piece, _fault in parsed.faults[:50])
    quarantine.keep(
        source, Reason.MALFORMED, together, detail=fault, address=address, count=len(parsed.faults)
    )
    faults = len(parsed.faults)
    return Receipt(
        taken.stored,
        taken.repeated,
        taken.set_aside,
        taken.refused + faults,
        {**taken.reasons, Reason.MALFORMED.value: faults},
    )
