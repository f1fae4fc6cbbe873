"""How much a relic is at risk, from 0 to 100, and why, in sentences: every point has its reason."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.utils.translation import gettext as _

from yicheng.apps.heritage.limits import DOSE, HUMIDITY, TEMPERATURE, limit_of
from yicheng.apps.heritage.models import Relic
from yicheng.apps.heritage.models.relics import Preservation
from yicheng.apps.heritage.queries.climate import Curve, curves
from yicheng.core.kernel import clock
from yicheng.core.people.public import Viewer
from yicheng.core.sensing.public import Point, SeriesFact

MONTH, YEAR = timedelta(days=30), timedelta(days=365)
#: the most points that each reason can bring
MOST_CLIMATE, MOST_LIGHT, MOST_ALERTS, MOST_STATE = 30, 20, 20, 30
STATE_POINTS = {Preservation.URGENT: 30, Preservation.PARTLY: 15, Preservation.TREATED: 5}
HIGH, MIDDLE = 50, 20


@dataclass(frozen=True, slots=True)
class Reason:
    """Some points of the risk with the sentence that explains them."""

    points: int
    text: str


@dataclass(frozen=True, slots=True)
class Risk:
    """The sum of the reasons, at most 100."""

    reasons: Sequence[Reason]

    @property
    def score(self) -> int:
        """From 0 (nothing known against it) to 100."""
        return min(100, sum(one.points for one in self.reasons))

    @property
    def tone(self) -> str:
        """Good, warn or bad."""
        return "bad" if self.score >= HIGH else "warn" if self.score >= MIDDLE else "good"


def risk_of(viewer: Viewer, relic: Relic, found: Sequence[SeriesFact], *, alert_count: int) -> Risk:
    """The risk of a relic that the viewer may see, by what was measured about it in the last month and year."""
    reasons = [*_state(relic), *_alerts(alert_count)]
    since = clock.now() - MONTH
    for quantity, observed in ((HUMIDITY, "humidity"), (TEMPERATURE, "temperature")):
        points = _all_points(curves(viewer, found, observed, since=since, points=720))
        reasons += _climate(relic, quantity, points)
    light = curves(viewer, found, "illuminance", since=clock.now() - YEAR, points=365)
    reasons += _light(relic, light)
    return Risk([one for one in reasons if one.points or one.text])


def _all_points(found: Sequence[Curve]) -> Sequence[Point]:
    return [point for curve in found for point in curve.points]


def _state(relic: Relic) -> Iterator[Reason]:
    points = STATE_POINTS.get(Preservation(relic.preservation), 0)
    if points:
        yield Reason(points, _("Its state: %(state)s.") % {"state": relic.get_preservation_display()})


def _alerts(count: int) -> Iterator[Reason]:
    if count:
        yield Reason(
            min(MOST_ALERTS, 10 * count), _("Alerts that stand about it: %(count)d.") % {"count": count}
        )


def _climate(relic: Relic, quantity: str, points: Sequence[Point]) -> Iterator[Reason]:
    """The share of the month's hours outside what the material bears."""
    limit = limit_of(relic.material, quantity)
    if limit is None:
        return
    if not points:
        yield Reason(0, _quiet(quantity))
        return
    share = sum(not limit.holds(point.mean) for point in points) / len(points)
    values = {"percent": round(100 * share), "limit": band(limit.low, limit.high)}
    if quantity == HUMIDITY:
        text = _("Relative humidity was outside %(limit)s %% for %(percent)d %% of the last 30 days.")
        most = MOST_CLIMATE
    else:
        text = _("Temperature was outside %(limit)s ℃ for %(percent)d %% of the last 30 days.")
        most = MOST_CLIMATE // 2
    yield Reason(round(most * min(1.0, 2 * share)), text % values)


def _quiet(quantity: str) -> str:
    if quantity == HUMIDITY:
        return _("Nobody measures the humidity around it.")
    return _("Nobody measures the temperature around it.")


def _light(relic: Relic, found: Sequence[Curve]) -> Iterator[Reason]:
    """The dose of the last year, counted from the mean illuminance of each day that was measured."""
    limit = limit_of(relic.material, DOSE)
    if limit is None or not limit.high or not found:
        return
    dose = max(sum(point.mean * 24 for point in curve.points) for curve in found)
    share = dose / limit.high
    text = _("It had %(dose)s lx·h of light in the last year, %(percent)d %% of the %(limit)s lx·h it bears.")
    values = {"dose": f"{dose:,.0f}", "percent": round(100 * share), "limit": f"{limit.high:,.0f}"}
    yield Reason(round(MOST_LIGHT * min(1.0, share)) if share >= 0.5 else 0, text % values)


def band(low: float | None, high: float | None) -> str:
    """A limit as people write it: 45–60, ≤ 40."""
    if low is None:
        return f"≤ {high:g}"
    return f"{low:g}–{high:g}" if high is not None else f"≥ {low:g}"
