"""What the map asks with: a viewport and filters, parsed from a query string at the border."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from math import isfinite

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from yicheng.core.cases.public import CaseFilter, Corners
from yicheng.core.kernel.errors import Invalid
from yicheng.core.people.public import Viewer
from yicheng.core.web.declare import Box

SHOWN = {
    "open": _("Open cases"),
    "overdue": _("Overdue cases"),
    "closed": _("Closed cases"),
    "all": _("All cases"),
}
#: a screen tile is 512 pixels wide at zoom 0
WORLD_PX = 512
STAFF = ("staff", "system")


def box_of(query: Mapping[str, str]) -> Box:
    """The viewport of ``west``, ``south``, ``east``, ``north`` (degrees) and ``zoom``. Raises ``Invalid``."""
    try:
        west, south, east, north, zoom = (
            float(query[name]) for name in ("west", "south", "east", "north", "zoom")
        )
    except (KeyError, ValueError):
        raise _faulty() from None
    if not all(map(isfinite, (west, south, east, north, zoom))):
        raise _faulty()
    if not (-180 <= west < east <= 180 and -90 <= south < north <= 90 and 0 <= zoom <= 24):
        raise _faulty()
    return Box(west, south, east, north, zoom)


def corners(box: Box) -> Corners:
    """West, south, east, north."""
    return box.west, box.south, box.east, box.north


def degrees_of(pixels: float, box: Box) -> float:
    """How many degrees of longitude so many pixels of the screen are."""
    return float(pixels * 360 / (WORLD_PX * 2**box.zoom))


def case_filter(viewer: Viewer, query: Mapping[str, str]) -> CaseFilter:
    """Which cases to show. Who is not staff sees what is published. Raises ``Invalid`` on days that are none."""
    shown = query.get("shown", "open")
    if shown not in SHOWN:
        raise Invalid(
            _("Cases are shown as open, overdue, closed or all."), fields={"shown": _("Choose one.")}
        )
    until = _day(query, "until")
    return CaseFilter(
        shown=shown,  # type: ignore[arg-type]
        class_code=query.get("class", "")[:20],
        since=_midnight(_day(query, "since")),
        until=_midnight(until + timedelta(days=1) if until else None),
        published_only=viewer.kind not in STAFF,
    )


def _day(query: Mapping[str, str], name: str) -> date | None:
    text = query.get(name, "")
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        refusal = _("Give a day such as 2026-05-01.")
        raise Invalid(refusal, fields={name: refusal}) from None


def _midnight(day: date | None) -> datetime | None:
    return timezone.make_aware(datetime.combine(day, time())) if day else None


def _faulty() -> Invalid:
    return Invalid(
        _("A viewport has west, south, east and north in degrees, and a zoom from 0 to 24."), code="viewport"
    )
