"""What can make an alert: typed conditions, the same for rules that parts declare and rules that staff make.

Limits are in the unit of the series they are asked of. A condition that is met turns into an alert
after the rule's ``on_delay`` and ends after its ``off_delay``.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time, timedelta
from typing import Literal

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Threshold:
    """A reading above ``above`` or below ``below``.

    It is met until the reading has come back by ``hysteresis``: above 60 with 2 ends at 58.
    """

    above: float | None = None
    below: float | None = None
    hysteresis: float = 0.0

    def __post_init__(self) -> None:
        if self.above is None and self.below is None:
            raise ValueError("a threshold needs a limit: above, below or both")
        if self.hysteresis < 0:
            raise ValueError("hysteresis can't be negative")
        if self.above is not None and self.below is not None and self.below > self.above:
            raise ValueError("the lower limit lies above the upper one")


@dataclass(frozen=True, slots=True)
class Duration:
    """A threshold that holds without a break for ``lasting``; raised by the clock, not by the next reading."""

    threshold: Threshold
    lasting: timedelta

    def __post_init__(self) -> None:
        _positive(self.lasting, "lasting")


@dataclass(frozen=True, slots=True)
class RateOfChange:
    """Within ``per`` the readings rise by more than ``rise``, or fall by more than ``fall``.

    Measured between the lowest and the highest reading of the window, to a 24th of it. Over when the
    window's change is below the limit less ``hysteresis``.
    """

    per: timedelta
    rise: float | None = None
    fall: float | None = None
    hysteresis: float = 0.0

    def __post_init__(self) -> None:
        _positive(self.per, "per")
        if self.rise is None and self.fall is None:
            raise ValueError("a rate of change needs a limit: rise, fall or both")


@dataclass(frozen=True, slots=True)
class Absence:
    """No reading for longer than ``longer_than``. Found by the clock; over with the next reading."""

    longer_than: timedelta

    def __post_init__(self) -> None:
        _positive(self.longer_than, "longer_than")


@dataclass(frozen=True, slots=True)
class Anomaly:
    """A reading that is unlike the readings of the same time of day before it.

    ``deviations``: how many robust standard deviations (median absolute deviation) from what was usual;
    ``learns_for``: nothing is raised before so much of the series is known.
    """

    deviations: float = 6.0
    season: timedelta = DAY
    learns_for: timedelta = timedelta(days=7)

    def __post_init__(self) -> None:
        if self.deviations <= 0:
            raise ValueError("deviations must be above zero")
        _positive(self.season, "season")


Operator = Literal["is", "is_not", "above", "below", "contains"]


@dataclass(frozen=True, slots=True)
class Where:
    """A field of a fact's payload that must fit: ``Where("grade", "is", "1")``."""

    field: str
    operator: Operator
    value: str | float | bool


@dataclass(frozen=True, slots=True)
class FactHappened:
    """A fact of the platform, by event key, whose fields fit ``where``; ends with the fact ``until``, if any.

    The alert is about the event's subject, or about the subject that the payload's field ``subject`` names.
    """

    event: str
    where: tuple[Where, ...] = ()
    until: str = ""
    until_where: tuple[Where, ...] = ()
    subject: str = ""


@dataclass(frozen=True, slots=True)
class On:
    """One part of a combination: a condition on a property of the same bearer."""

    property: str
    condition: Threshold


@dataclass(frozen=True, slots=True)
class Combination:
    """Several conditions on one bearer, over its devices and over applications.

    ``all_of``: every one met within ``within`` of each other; else ``any_of``: at least ``at_least`` of them.
    Parts are thresholds on properties and facts about the same subject.
    """

    all_of: tuple[On | FactHappened, ...] = ()
    any_of: tuple[On | FactHappened, ...] = ()
    at_least: int = 1
    within: timedelta = HOUR

    def __post_init__(self) -> None:
        _positive(self.within, "within")
        if bool(self.all_of) == bool(self.any_of):
            raise ValueError("a combination has parts in all_of or in any_of")
        if not 1 <= self.at_least <= max(1, len(self.any_of)):
            raise ValueError("at_least counts the parts of any_of")

    @property
    def parts(self) -> tuple[On | FactHappened, ...]:
        """Its parts, however many must be met."""
        return self.all_of or self.any_of

    @property
    def needed(self) -> int:
        """How many parts must be met."""
        return len(self.all_of) or self.at_least


Condition = Threshold | Duration | RateOfChange | Absence | Anomaly | FactHappened | Combination


@dataclass(frozen=True, slots=True)
class Hours:
    """When a rule counts: on ``weekdays`` (0 Monday) from ``start`` to ``end`` in the city's time; past midnight
    where ``end`` is not after ``start``. The day is that of the start."""

    start: time = time(0)
    end: time = time(0)
    weekdays: tuple[int, ...] = (0, 1, 2, 3, 4, 5, 6)


def _positive(length: timedelta, name: str) -> None:
    if length <= timedelta(0):
        raise ValueError(f"{name} must be longer than nothing")
