"""Who speaks at a door: a key becomes a source, and what it may send is counted.

Keys are remembered for seconds, unknown ones too, so that a guesser costs no query each time.
The count is a bucket per key in this process: with several web processes a key may send as many
times its share, and a flood from one key never slows another.
"""

from __future__ import annotations

from dataclasses import dataclass
from time import monotonic

from django.db.models import Q
from django.utils.crypto import constant_time_compare

from yicheng.core.kernel import clock
from yicheng.core.sensing.facts import Source
from yicheng.core.sensing.models import DeviceKey, Status
from yicheng.core.sensing.tokens import PATTERN, digest

KEPT_S = 10.0
MOST_KEPT = 50_000


@dataclass(slots=True)
class Known:
    """A key as this process remembers it. ``left`` readings remain in its bucket at ``counted_at``."""

    id: int
    digest: str
    device_id: int
    device_number: str
    is_gateway: bool
    per_minute: int
    read_at: float
    left: float
    counted_at: float

    def source(self, door: str) -> Source:
        """The source that this key stands for."""
        return Source(
            door=door,  # type: ignore[arg-type]
            key_id=self.id,
            device_id=self.device_id,
            is_gateway=self.is_gateway,
        )

    def may_send(self, count: int) -> bool:
        """Take ``count`` readings out of the bucket; it holds a minute's share and fills steadily."""
        now = monotonic()
        self.left = min(float(self.per_minute), self.left + (now - self.counted_at) * self.per_minute / 60)
        self.counted_at = now
        if count > self.left:
            return False
        self.left -= count
        return True

    def wait_s(self, count: int) -> int:
        """After how many seconds so many may be sent."""
        return max(1, min(60, round((count - self.left) * 60 / max(1, self.per_minute)) + 1))


_known: dict[str, Known | float] = {}


def find_key(key: str) -> Known | None:
    """The key as it is known; None when it is unknown, expired or revoked."""
    found = PATTERN.fullmatch(key)
    if found is None:
        return None
    prefix, now = found.group(1), monotonic()
    known = _known.get(prefix)
    if known is None or now - (known if isinstance(known, float) else known.read_at) > KEPT_S:
        known = _read(prefix, before=known if isinstance(known, Known) else None)
        if len(_known) > MOST_KEPT:
            _known.clear()
        _known[prefix] = now if known is None else known
    if known is None or isinstance(known, float) or not constant_time_compare(known.digest, digest(key)):
        return None
    return known


def forget_keys() -> None:
    """Drop what this process remembers of keys."""
    _known.clear()


def _read(prefix: str, *, before: Known | None) -> Known | None:
    now = clock.now()
    row = (
        DeviceKey.objects.filter(prefix=prefix, revoked_at=None)
        .filter(Q(expires_at=None) | Q(expires_at__gt=now))
        .exclude(device__status=Status.RETIRED)
        .select_related("device__model")
        .first()
    )
    if row is None:
        return None
    if row.used_at is None or (now - row.used_at).total_seconds() > 600:
        DeviceKey.objects.filter(pk=row.pk).update(used_at=now)
    is_same = before is not None and before.per_minute == row.per_minute
    return Known(
        row.pk,
        row.digest,
        row.device_id,
        row.device.number,
        row.device.model.is_gateway,
        row.per_minute,
        monotonic(),
        before.left if before and is_same else float(row.per_minute),
        before.counted_at if before and is_same else monotonic(),
    )
