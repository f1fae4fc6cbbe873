"""What a part may declare about observing: properties, what bears devices, who watches readings."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from django.utils.functional import Promise

from yicheng.core.kernel.slots import Slot
from yicheng.core.people.public import Viewer
from yicheng.core.sensing.facts import Batch
from yicheng.core.sensing.units import is_unit


@dataclass(frozen=True, slots=True)
class ObservedProperty:
    """What can be observed. ``unit`` is the canonical one (UCUM): every reading is stored in it.

    A value outside ``plausible`` is stored with quality bad. ``decimals`` is how it is shown.
    """

    key: str
    title: str | Promise
    unit: str
    plausible: tuple[float, float]
    decimals: int = 1


@dataclass(frozen=True, slots=True)
class Bearer:
    """A kind of thing that bears devices: ``heritage.relic``.

    ``name_of(ids)`` answers id → name; ``link(id)`` the address of its page; ``may_view(viewer, ids)`` those of
    the ids that this viewer may see.
    """

    key: str
    title: str | Promise
    name_of: Callable[[Iterable[int]], Mapping[int, str]]
    link: Callable[[int], str]
    may_view: Callable[[Viewer, Iterable[int]], Iterable[int]]


@dataclass(frozen=True, slots=True)
class Watcher:
    """Who is shown every stored reading. ``handle`` is called by the worker, in its transaction.

    Batches come in the order in which they were stored, each at least once: a killed worker shows the
    batch again. A watcher that raises is shown that batch again later, alone; others go on.
    """

    key: str
    handle: Callable[[Batch], None]


PROPERTIES: Slot[ObservedProperty] = Slot(
    "sensing.properties", ObservedProperty, module="sensing", attribute="PROPERTIES"
)
BEARERS: Slot[Bearer] = Slot("sensing.bearers", Bearer, module="sensing", attribute="BEARERS")
WATCHERS: Slot[Watcher] = Slot("sensing.watchers", Watcher, module="watchers", attribute="WATCHERS")


def check_properties() -> Iterable[str]:
    """Units are known, ranges are in order."""
    for one in PROPERTIES:
        if not is_unit(one.unit):
            yield f"property {one.key}: {one.unit!r} is no known unit"
        if one.plausible[0] >= one.plausible[1]:
            yield f"property {one.key}: its plausible range is empty"


CHECKS = (check_properties,)
