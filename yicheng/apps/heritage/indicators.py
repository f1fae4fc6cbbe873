"""How well heritage is watched over: figures with their formula, target and the rows behind each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from yicheng.apps.heritage.kinds import PLACE
from yicheng.apps.heritage.models import Relic
from yicheng.apps.heritage.models.relics import Grade
from yicheng.apps.heritage.queries import performance
from yicheng.apps.heritage.queries.periods import Period
from yicheng.core.alerts.public import title_of
from yicheng.core.kernel.languages import in_language
from yicheng.core.people.public import Viewer
from yicheng.core.web.public import moment

Text = str | Promise


@dataclass(frozen=True, slots=True)
class Indicator:
    """The share of what was due that was done. ``target`` is the percentage to reach at least.

    ``rows`` answers what was due, each row annotated with ``is_done``, with the scope columns of its keeper;
    ``thing``, ``note`` and ``link`` show one of them. ``is_of_now``: the state of today, whatever the period.
    """

    key: str
    title: Text
    meaning: Text
    target: int
    rows: Callable[[Viewer, Period], QuerySet[Any]]
    thing: Callable[[Any], Any]
    note: Callable[[Any], Any]
    link: Callable[[Any], str]
    done: Text
    undone: Text
    is_of_now: bool = False


def _borne(device: Any) -> str:
    page = "heritage.place" if device.bearer_kind == PLACE else "heritage.relic"
    return reverse(page, args=[device.bearer_id])


def _missing(relic: Relic) -> str:
    found: Any = relic
    gaps = []
    if not found.is_measured:
        gaps.append(_t("size or weight"))
    if relic.grade == Grade.FIRST and not found.has_components:
        gaps.append(_t("components"))
    if not found.was_looked_at and not found.is_done:
        gaps.append(_t("a look at its condition"))
    return _t("missing: %(gaps)s") % {"gaps": ", ".join(gaps)} if gaps and not found.is_done else "–"


def _heard(device: Any) -> Any:
    hearing = getattr(device, "hearing", None)
    return moment(hearing.heard_at) if hearing and hearing.heard_at else _t("never heard")


WARNINGS = Indicator(
    key="warnings",
    title=_("Warnings handled in time"),
    meaning=_(
        "Of the real warnings about relics and their places: answered in the time of their level"
        " (red 5 minutes, orange 30 minutes, yellow 4 hours, blue a day), and the case in its time limit."
    ),
    target=95,
    rows=performance.warnings_due,
    thing=lambda alert: f"{title_of(alert)} · {alert.subject_title}",
    note=lambda alert: moment(alert.raised_at),
    link=lambda alert: reverse("desk.alert", args=[alert.pk]),
    done=_("in time"),
    undone=_("too late"),
)
DEVICES = Indicator(
    key="devices",
    title=_("Devices alive"),
    meaning=_("Of the chips and sensors on relics and in their places: those that are not silent now."),
    target=98,
    rows=performance.devices_due,
    thing=lambda device: f"{device.number} {device.name}",
    note=_heard,
    link=_borne,
    done=_("speaks"),
    undone=_("silent"),
    is_of_now=True,
)
RECORDS = Indicator(
    key="records",
    title=_("Records complete"),
    meaning=_(
        "Of the relics of the register: measured or weighed, looked at within a year, and those of the"
        " first grade with their components."
    ),
    target=90,
    rows=performance.records_due,
    thing=lambda relic: f"{relic.number} {in_language(relic.name, relic.name_en)}",
    note=_missing,
    link=lambda relic: reverse("heritage.relic", args=[relic.pk]),
    done=_("complete"),
    undone=_("incomplete"),
    is_of_now=True,
)
COUNTS = Indicator(
    key="counts",
    title=_("Counts done"),
    meaning=_("Of the stores and halls that keep relics: those of which a count was closed in the year."),
    target=100,
    rows=performance.counts_due,
    thing=lambda place: f"{place.code} {place.name}",
    note=lambda place: moment(place.counted_at) if place.counted_at else "–",
    link=lambda place: reverse("heritage.place", args=[place.pk]),
    done=_("counted"),
    undone=_("not counted"),
)
PATROLS = Indicator(
    key="patrols",
    title=_("Patrols done"),
    meaning=_(
        "Of the rounds that were due: those walked by their last day, every point of the list answered."
    ),
    target=95,
    rows=performance.patrols_due,
    thing=lambda row: row.plan.title,
    note=lambda row: f"{date_format(row.opens_on)} – {date_format(row.due_on)}",
    link=lambda row: reverse("heritage.patrol", args=[row.pk]),
    done=_("walked"),
    undone=_("not walked in time"),
)
INDICATORS: dict[str, Indicator] = {one.key: one for one in (PATROLS, WARNINGS, COUNTS, DEVICES, RECORDS)}
