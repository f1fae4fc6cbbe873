"""What the relic's page shows of sensing and alerts: readings, chips, warnings, risk."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from yicheng.apps.heritage.kinds import PLACE, RELIC
from yicheng.apps.heritage.limits import QUANTITIES, limits_of
from yicheng.apps.heritage.models import Relic
from yicheng.apps.heritage.permissions import DRILL, KEEP_RELICS
from yicheng.apps.heritage.queries.climate import KEEP_DEVICES, Measured, chips_of, curves, measured
from yicheng.apps.heritage.risk import band, risk_of
from yicheng.core.alerts.declare import Severity
from yicheng.core.alerts.public import active_of
from yicheng.core.kernel import clock
from yicheng.core.people.public import Viewer
from yicheng.core.sensing.declare import PROPERTIES
from yicheng.core.web.declare import Panel
from yicheng.core.web.public import badge

WEEK = timedelta(days=7)
#: a point an hour
POINTS = 168
DRAWN = ("humidity", "temperature")
UNITS = {"Cel": "℃", "lx.h": "lx·h", "{state}": "", "{count}": ""}
STATES = {"tamper", "movement", "presence", "door", "water", "smoke"}
TONES = {Severity.RED: "bad", Severity.ORANGE: "warn", Severity.YELLOW: "warn", Severity.BLUE: "info"}


def readings_panel(viewer: Viewer, relic: Relic) -> Mapping[str, Any] | None:
    """The newest readings and a week as a chart; absent while nothing speaks about the relic."""
    found = measured(relic)
    if not found:
        return None
    series = [one.series for one in found]
    since = clock.now() - WEEK
    charts = []
    for observed in DRAWN:
        drawn = curves(viewer, series, observed, since=since, points=POINTS)
        if any(curve.points for curve in drawn):
            charts.append(
                {
                    "id": f"week-{observed}",
                    "title": PROPERTIES.get(observed).title,
                    "options": _options(drawn),
                }
            )
    return {"rows": [row_of(one) for one in found], "charts": charts}


def row_of(one: Measured) -> dict[str, Any]:
    """A newest reading in words."""
    known = PROPERTIES.get(one.series.property)
    return {
        "title": known.title,
        "device": one.series.device_name,
        "where": one.series.component,
        "value": _value(one),
        "is_out": one.is_out,
        "is_own": one.is_own,
        "at": one.latest.time if one.latest else None,
    }


def _value(one: Measured) -> str:
    if one.latest is None:
        return "–"
    if one.series.property in STATES:
        return _("yes") if one.latest.value else _("no")
    known = PROPERTIES.get(one.series.property)
    unit = UNITS.get(one.series.unit, one.series.unit)
    return f"{number_format(round(one.latest.value, known.decimals))} {unit}".strip()


def _options(drawn: Sequence[Any]) -> dict[str, Any]:
    return {
        "legend": {},
        "tooltip": {"trigger": "axis"},
        "xAxis": {"type": "time"},
        "yAxis": {"type": "value", "scale": True},
        "series": [
            {
                "name": curve.series.device_name,
                "type": "line",
                "showSymbol": False,
                "data": [
                    [timezone.localtime(point.time).isoformat(), round(point.mean, 1)]
                    for point in curve.points
                ],
            }
            for curve in drawn
        ],
    }


def chips_panel(viewer: Viewer, relic: Relic) -> Mapping[str, Any] | None:
    """The chips on the relic, with what may be done to each."""
    may_keep = viewer.may(KEEP_RELICS, organisation_id=relic.organisation_id, division=relic.division_code)
    chips = [
        {
            "chip": one,
            "state": badge(_("silent"), "bad") if one.is_silent else badge(_("speaks"), "good"),
            "may_keep": may_keep
            and viewer.may(KEEP_DEVICES, organisation_id=one.organisation_id, division=one.division_code),
        }
        for one in chips_of(relic)
    ]
    return {"chips": chips, "may_bind": may_keep and viewer.may(KEEP_DEVICES)}


def warnings_panel(viewer: Viewer, relic: Relic) -> Mapping[str, Any] | None:
    """Alerts that stand about the relic or its place, and its risk with the reasons."""
    subjects = [f"{RELIC}/{relic.pk}", f"{PLACE}/{relic.place_id}"]
    standing = [one for about in active_of(subjects).values() for one in about]
    real = [one for one in standing if not one.is_drill]
    found = measured(relic)
    risk = risk_of(viewer, relic, [one.series for one in found], alert_count=len(real))
    return {
        "standing": [
            {"alert": one, "level": badge(Severity(one.severity).label, TONES[Severity(one.severity)])}
            for one in standing
        ],
        "risk": risk,
        "score": badge(str(risk.score), risk.tone),
        "may_drill": viewer.may(DRILL, organisation_id=relic.organisation_id, division=relic.division_code),
    }


def limits_panel(_viewer: Viewer, relic: Relic) -> Mapping[str, Any] | None:
    """What the relic's material bears."""
    rows = [
        {
            "title": QUANTITIES[one.quantity][0],
            "band": f"{band(one.low, one.high)} {QUANTITIES[one.quantity][2]}",
            "source": _("set by the city") if one.is_by_city else one.source,
        }
        for one in limits_of(relic.material)
    ]
    return {"limits": rows} if rows else None


PANELS = (
    Panel(
        "heritage.relic_warnings", "heritage.relic", "heritage/panels/warnings.html", warnings_panel, order=10
    ),
    Panel(
        "heritage.relic_readings", "heritage.relic", "heritage/panels/readings.html", readings_panel, order=20
    ),
    Panel("heritage.relic_chips", "heritage.relic", "heritage/panels/chips.html", chips_panel, order=30),
    Panel(
        "heritage.relic_limits", "heritage.relic_side", "heritage/panels/limits.html", limits_panel, order=50
    ),
)
