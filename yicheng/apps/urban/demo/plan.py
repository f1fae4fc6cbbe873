"""What is to become of each case of the demonstration, decided by chance before it begins."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, TypeVar

from django.utils import timezone

from yicheng.apps.urban.demo.ground import Ground, Spot
from yicheng.apps.urban.demo.tables import ReportRow

T = TypeVar("T")
DAYS = 90
Fate = Literal[
    "plain",
    "not_found",
    "refused",
    "duplicate",
    "sent_back",
    "not_ours",
    "rework",
    "joint",
    "pause",
    "more_time",
    "failed_check",
]

FATES: Mapping[Fate, float] = {
    "plain": 68,
    "not_found": 4,
    "refused": 5,
    "duplicate": 3,
    "sent_back": 2,
    "not_ours": 5,
    "rework": 4,
    "joint": 3,
    "pause": 1.5,
    "more_time": 2,
    "failed_check": 2.5,
}
SOURCES = {"inspector": 50, "portal": 32, "hotline": 13, "open311": 5}
RATINGS = {5: 44, 4: 30, 3: 14, 2: 7, 1: 5}
#: how much of a day's reports each hour brings, from midnight
HOURS = (1, 1, 0.5, 0.5, 0.5, 1, 3, 7, 11, 12, 11, 9, 7, 8, 10, 11, 10, 9, 8, 7, 6, 4, 3, 2)


@dataclass(frozen=True, slots=True)
class Plan:
    """One case to be played."""

    number: int
    opened_at: datetime
    row: ReportRow
    spot: Spot
    source: str
    fate: Fate
    is_late: bool
    has_photo: bool
    rating: int | None
    variant: int

    @property
    def chance(self) -> random.Random:
        """Its own luck, the same at every run."""
        return random.Random(f"life/{self.number}")


def plans(ground: Ground, *, count: int, until: datetime, seed: int, variants: int) -> list[Plan]:
    """The cases of the last three months in order of time; more of them lately, none at night."""
    chance = random.Random(f"{seed}/plans")
    moments = sorted(_moment(chance, until) for _ in range(count))
    return [_plan(number, moment, ground, chance, variants) for number, moment in enumerate(moments)]


def _plan(number: int, moment: datetime, ground: Ground, chance: random.Random, variants: int) -> Plan:
    source = _pick(chance, SOURCES)
    return Plan(
        number=number,
        opened_at=moment,
        row=ground.report(chance),
        spot=ground.spot(chance),
        source=source,
        fate=_pick(chance, FATES),
        is_late=chance.random() < 0.16,
        has_photo=chance.random() < (0.6 if source in ("inspector", "portal") else 0.1),
        rating=_pick(chance, RATINGS) if source == "portal" and chance.random() < 0.6 else None,
        variant=chance.randrange(variants),
    )


def _moment(chance: random.Random, until: datetime) -> datetime:
    """A moment of the last ninety days, by the hours in which people report."""
    days_back = DAYS * (1 - chance.random() ** 0.85)
    local = timezone.localtime(until - timedelta(days=days_back))
    hour = chance.choices(range(24), HOURS)[0]
    moment = local.replace(hour=hour, minute=chance.randrange(60), second=chance.randrange(60), microsecond=0)
    return min(moment, until - timedelta(minutes=chance.randint(2, 400)))


def _pick(chance: random.Random, shares: Mapping[T, float]) -> T:
    return chance.choices(list(shares), list(shares.values()))[0]
