"""The log of receipts as people and other systems look at it: its state, kept checkpoints, where they are lodged."""

from __future__ import annotations

from dataclasses import dataclass

from yicheng.core.people.public import Viewer
from yicheng.core.sharing.models import Checkpoint, Lodgement, LodgingPlace, LogState
from yicheng.core.sharing.receipts.keys import signer

RIGHT = "sharing.keep_log"


@dataclass(frozen=True, slots=True)
class State:
    """How many receipts, the signed checkpoint ("" while there is none), the key it is checked with."""

    size: int
    note: str
    key: str


@dataclass(frozen=True, slots=True)
class Place:
    """A place where checkpoints are lodged, with what became of the last one."""

    place: LodgingPlace
    last: Lodgement | None


def state() -> State:
    """The newest state; open to everybody, it says nothing of anybody."""
    found = LogState.objects.first()
    return State(found.size if found else 0, found.note if found else "", str(signer().verifier))


def checkpoints(viewer: Viewer, *, limit: int = 20) -> list[Checkpoint]:
    """The newest kept checkpoints; needs ``sharing.see``."""
    viewer.require("sharing.see")
    return list(Checkpoint.objects.order_by("-size")[:limit])


def places(viewer: Viewer) -> list[Place]:
    """Where checkpoints are lodged; needs ``sharing.see``."""
    viewer.require("sharing.see")
    rows = list(LodgingPlace.objects.filter(ended_at=None).order_by("id"))
    newest = Lodgement.objects.filter(place__in=rows).order_by("place_id", "-at").distinct("place_id")
    last = {one.place_id: one for one in newest}
    return [Place(row, last.get(row.pk)) for row in rows]
