"""What an application shows of itself in ``yicheng demo``: a believable data set made through its actions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.utils.functional import Promise

from yicheng.core.kernel.slots import Slot


@dataclass(frozen=True, slots=True)
class SignIn:
    """An account of the demonstration, printed for whoever tries the platform."""

    role: str | Promise
    name: str
    password: str


@dataclass(frozen=True, slots=True)
class Demonstration:
    """``build(scale, say)`` makes the data set: scale 1 is a living city, 0.02 enough for a test.

    It tells its progress to ``say`` in short sentences. ``is_built`` is cheap; the command remembers
    itself that a build was interrupted, and starts over with an empty database. The functions are
    called after migrations, with the city pack loaded; those of a higher ``order`` build on what the others made.
    """

    key: str
    title: str | Promise
    build: Callable[[float, Callable[[str], None]], None]
    is_built: Callable[[], bool]
    sign_ins: Callable[[], Sequence[SignIn]]
    order: int = 0


DEMONSTRATIONS: Slot[Demonstration] = Slot(
    "kernel.demonstrations", Demonstration, module="demo", attribute="DEMONSTRATIONS"
)
