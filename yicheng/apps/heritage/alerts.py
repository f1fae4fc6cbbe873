"""Early warning: a rule for every row of ``limits``, and the rules of custody (carried off, tampered with)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import timedelta

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from yicheng.apps.heritage.kinds import CARRIED_OFF, FOUND_ON_PATROL, PLACE, RELIC, SITE, TAMPERED
from yicheng.apps.heritage.limits import (
    DOSE,
    HUMIDITY,
    ILLUMINANCE,
    LIMITS,
    QUANTITIES,
    SWING,
    TEMPERATURE,
    VIBRATION,
    Limit,
    rule_key,
)
from yicheng.apps.heritage.models import KeepingPlace, Relic, Site
from yicheng.apps.heritage.permissions import ALERTED
from yicheng.core.alerts.declare import (
    DAY,
    AlertRule,
    Audience,
    Condition,
    Described,
    Duration,
    Example,
    Opens,
    RateOfChange,
    Rung,
    Scope,
    Severity,
    SubjectKind,
    Threshold,
)
from yicheng.core.kernel.languages import in_language
from yicheng.core.sensing.public import series_of

SEVERITY = {HUMIDITY: Severity.ORANGE, SWING: Severity.YELLOW, TEMPERATURE: Severity.YELLOW,
            ILLUMINANCE: Severity.YELLOW, DOSE: Severity.ORANGE, VIBRATION: Severity.ORANGE}  # fmt: skip
ADVICE: dict[str, str | Promise] = {
    HUMIDITY: _(
        "Look at the cabinet's seal and its buffer; dry or moisten the cabinet, not the relic. Tell the conservator when it lasts longer than a day."
    ),
    SWING: _("Keep doors shut and the air conditioning steady; don't open the cabinet before it is calm."),
    TEMPERATURE: _("Change the room's climate slowly, by no more than 2 ℃ a day."),
    ILLUMINANCE: _("Dim the lamps or draw the blinds; light the case only when somebody stands before it."),
    DOSE: _("Take the relic off show and let another one take its place until the year is over."),
    VIBRATION: _("Stop the works or the traffic nearby; look at the relic's stand and cushions."),
}
TEXT = _("%(subject)s: %(value)s %(unit)s, outside the limit of %(limit)s %(unit)s.")
SWING_TEXT = _("%(subject)s: within a day it changed by %(value)s %(unit)s; it bears %(limit)s %(unit)s.")
_TOLD = Audience(right=ALERTED)


def _series_of_material(material: str) -> Callable[[], Iterable[int]]:
    """The series about relics of the material, and about the places that hold such relics."""

    def series() -> Iterable[int]:
        rows = Relic.objects.filter(material=material).values_list("pk", "place_id")
        bearers = {(RELIC, relic) for relic, _place in rows} | {(PLACE, place) for _relic, place in rows}
        return [one.id for one in series_of(sorted(bearers))]

    return series


def _condition(limit: Limit) -> Condition:
    if limit.quantity == SWING:
        return RateOfChange(per=DAY, rise=limit.high, fall=limit.high, hysteresis=limit.hysteresis)
    threshold = Threshold(above=limit.high, below=limit.low, hysteresis=limit.hysteresis)
    return Duration(threshold, limit.lasting) if limit.lasting else threshold


def _examples(limit: Limit) -> tuple[Example, Example]:
    """Past the limit for long enough; up to the limit, and past it for too short a time."""
    high = limit.high or 0.0
    hours = timedelta(hours=1)
    if limit.quantity == SWING:
        far, near = high + 1, high - 1
        return Example(((0 * hours, 50.0), (6 * hours, 50.0 - far))), Example(
            ((0 * hours, 50.0), (6 * hours, 50.0 - near))
        )
    most = 2 * limit.lasting + hours
    return (
        Example(((0 * hours, high * 1.2), (most, high * 1.2))),
        Example(((0 * hours, high), (most, high), (most + hours, high * 0.99))),
    )


def _rule(limit: Limit) -> AlertRule:
    title, observed, _unit = QUANTITIES[limit.quantity]
    example, counter_example = _examples(limit)
    is_case = SEVERITY[limit.quantity] <= Severity.ORANGE
    return AlertRule(
        key=rule_key(limit),
        title=format_lazy("{title} · {material}", title=title, material=limit.material.label),
        severity=SEVERITY[limit.quantity],
        text=SWING_TEXT if limit.quantity == SWING else TEXT,
        condition=_condition(limit),
        scope=Scope(property=observed, series=_series_of_material(limit.material)),
        audience=_TOLD,
        advice=ADVICE[limit.quantity],
        opens=Opens() if is_case else None,
        escalate=(Rung(timedelta(hours=4), "alerts.receive_escalated"),) if is_case else (),
        example=example,
        counter_example=counter_example,
    )


def _relics(ids: Sequence[str]) -> Mapping[str, Described]:
    rows = Relic.objects.filter(pk__in=[int(one) for one in ids if one.isdecimal()])
    return {
        str(row.pk): Described(
            f"{row.number} {in_language(row.name, row.name_en)}",
            reverse("heritage.relic", args=[row.pk]),
            row.organisation_id,
            row.division_code,
        )
        for row in rows
    }


def _places(ids: Sequence[str]) -> Mapping[str, Described]:
    rows = KeepingPlace.objects.filter(pk__in=[int(one) for one in ids if one.isdecimal()])
    return {
        str(row.pk): Described(
            row.name, reverse("heritage.place", args=[row.pk]), row.organisation_id, row.division_code
        )
        for row in rows
    }


def _sites(ids: Sequence[str]) -> Mapping[str, Described]:
    rows = Site.objects.filter(pk__in=[int(one) for one in ids if one.isdecimal()])
    return {
        str(row.pk): Described(
            f"{row.number} {in_language(row.name, row.name_en)}",
            reverse("heritage.site", args=[row.pk]),
            row.organisation_id,
            row.division_code,
            row.lon,
            row.lat,
        )
        for row in rows
    }


ALERT_SUBJECTS = (
    SubjectKind(SITE, _("Site"), _sites),
    SubjectKind(RELIC, _("Relic"), _relics),
    SubjectKind(PLACE, _("Store, showcase or hall"), _places),
)
ALERT_RULES = (
    *(_rule(limit) for limit in LIMITS),
    AlertRule(
        key=CARRIED_OFF,
        title=_("Relic moved without an order"),
        severity=Severity.RED,
        text=_("%(subject)s left its place (%(place)s) and no order allows it: %(sign)s."),
        audience=_TOLD,
        advice=_(
            "Shut the exits, look at the place and the cameras, call the guard; report to the bureau at once."
        ),
        opens=Opens(),
        escalate=(Rung(timedelta(minutes=5), "alerts.receive_escalated"),),
    ),
    AlertRule(
        key=FOUND_ON_PATROL,
        title=_("Found on patrol"),
        severity=Severity.YELLOW,
        text=_("%(subject)s: %(found)s"),
        audience=_TOLD,
        advice=_("Look at it, make it safe, and tell the bureau when it is more than a day's repair."),
        opens=Opens(),
    ),
    AlertRule(
        key=TAMPERED,
        title=_("Chip tampered with"),
        severity=Severity.RED,
        text=_("Somebody is at the chip of %(subject)s (%(device)s)."),
        audience=_TOLD,
        advice=_("Go and look at once; don't touch the relic before pictures are taken."),
        opens=Opens(),
    ),
)
