"""Writes bundles: all receipts, or those of some grants or one organisation, proven against the newest checkpoint."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO, Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from yicheng.core.kernel.errors import Conflict
from yicheng.core.sharing.models import Checkpoint, LogState, ReceiptEntry
from yicheng.core.sharing.receipts import bundle, keys, merkle, receipt, tiles
from yicheng.core.sharing.receipts.bundle import Lodged

CHUNK = 5_000
MOST_LODGED = 400


def export(target: Path | IO[bytes], *, wanted: Q | None = None) -> int:
    """Write a bundle of the entries that ``wanted`` selects (None: all); answers how many receipts are in it.

    ``wanted`` names whole grants: a bundle of a part of a grant's receipts would look as if some were dropped.
    """
    state = LogState.objects.first()
    if state is None:
        raise Conflict(_("The log holds no receipt yet: nobody has used shared data."))
    rows = ReceiptEntry.objects.filter(position__lt=state.size).order_by("position")
    positions: Sequence[int] = range(state.size)
    if wanted is not None:
        rows = rows.filter(wanted)
        positions = list(rows.values_list("position", flat=True).iterator(chunk_size=CHUNK))
    nodes = tiles.nodes()
    return bundle.write(
        target,
        keys=[str(one) for one in keys.verifiers()],
        checkpoint=state.note,
        entries=_entries(rows),
        rest=merkle.rest(nodes, positions, state.size),
        lodged=list(_lodged(nodes, state.size)),
    )


def _entries(rows: QuerySet[ReceiptEntry]) -> Iterator[tuple[int, bytes]]:
    columns: Any = rows.values_list("position", "serial", "body")
    for position, serial, body in columns.iterator(chunk_size=CHUNK):
        yield position, receipt.entry(serial, bytes(body))


def _lodged(nodes: merkle.Nodes, size: int) -> Iterator[Lodged]:
    """The newest checkpoints that were lodged elsewhere, each with its proof."""
    lodged = Checkpoint.objects.filter(lodgements__error="", size__lte=size).distinct().order_by("-size")
    for one in lodged[:MOST_LODGED]:
        yield Lodged(one.size, one.note, tuple(merkle.consistency(nodes, one.size, size)))
