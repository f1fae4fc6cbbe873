"""What alerts look like in a living city: gauges in six underpasses during a night of rain, and its warnings."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from django.utils import translation
from django.utils.translation import gettext as now
from django.utils.translation import gettext_lazy as _

from yicheng.core.alerts.actions.authoring import DraftCondition, DraftRule
from yicheng.core.alerts.actions.issuing import NewWarning
from yicheng.core.alerts.declare import Severity
from yicheng.core.alerts.evaluation.deadlines import run_due
from yicheng.core.alerts.models import Alert, Clockwork, PublicWarning
from yicheng.core.alerts.public import (
    acknowledge,
    cancel_warning,
    judge,
    publish_rule,
    publish_warning,
    raise_alert,
    save_rule,
    shelve,
    update_warning,
)
from yicheng.core.cases.public import responsible_body
from yicheng.core.kernel import clock
from yicheng.core.kernel.declare import Demonstration, SignIn
from yicheng.core.people.models import Account, Organisation, Role
from yicheng.core.people.public import SYSTEM, NewStaff, Viewer, make_staff, viewer_of_account
from yicheng.core.places.public import divisions
from yicheng.core.sensing.models import Device, DeviceModel
from yicheng.core.sensing.public import (
    NewDevice,
    NewReading,
    Source,
    drain_readings,
    register_devices,
    take_readings,
)

#: for demonstrations only; ``yicheng demo`` prints it beside the user names
PASSWORD = "yicheng-demo-2026"  # noqa: S105
NUMBERS = tuple(f"DEMO-WL-{number}" for number in range(1, 7))
STEP, LASTS = timedelta(minutes=10), timedelta(hours=30)
PEOPLE = (
    ("alerts.officer", "duty_officer", _("Duty officer")),
    ("alerts.leader", "duty_leader", _("Leader on duty")),
    ("alerts.engineer", "alert_engineer", _("Keeper of alert rules")),
    ("alerts.editor", "warning_editor", _("Editor of public warnings")),
)


def build(scale: float, say: Callable[[str], None]) -> None:
    """Goes on where nothing is left half done: everything hangs on the warnings, which come last."""
    if is_built():
        return
    with translation.override("zh-hans"):
        people = _people()
        begins = clock.now() - LASTS
        with clock.at(begins - timedelta(hours=1)):
            _gauges()
            rules = _rules(people["alert_engineer"])
        say("rain on six underpasses")
        _rain(begins, NUMBERS[: max(3, round(6 * min(1.0, scale * 10)))])
        _answers(people["duty_officer"], rules)
        _warn(people["warning_editor"], begins)


def is_built() -> bool:
    """Whether all of it is there."""
    return PublicWarning.objects.filter(origin=PublicWarning.Origin.ISSUED).exists()


def sign_ins() -> Sequence[SignIn]:
    """The accounts to try."""
    there = set(
        Account.objects.filter(username__in=[one[0] for one in PEOPLE]).values_list("username", flat=True)
    )
    return [SignIn(title, name, PASSWORD) for name, _role, title in PEOPLE if name in there]


def _people() -> dict[str, Viewer]:
    """One for each role that the city's pack knows; the platform itself where it knows none."""
    body = Organisation.objects.filter(pk=responsible_body("A01", "") or 0).first()
    known = set(Role.objects.filter(code__in=[one[1] for one in PEOPLE]).values_list("code", flat=True))
    if body is None or not known:
        return dict.fromkeys((one[1] for one in PEOPLE), SYSTEM)
    wanted = [
        NewStaff(name, str(title), body.code, role, within=False)
        for name, role, title in PEOPLE
        if role in known and not Account.objects.filter(username=name).exists()
    ]
    made = make_staff(SYSTEM, wanted, password=PASSWORD) if wanted else {}
    ids = dict(
        Account.objects.filter(username__in=[one[0] for one in PEOPLE]).values_list("username", "pk")
    ) | dict(made)
    return {role: viewer_of_account(ids[name]) if name in ids else SYSTEM for name, role, _title in PEOPLE}


def _gauges() -> None:
    DeviceModel.objects.get_or_create(
        code="demo-gauge", defaults={"name": now("Water-level gauge"), "interval_s": 600}
    )
    counties = [one for one in divisions(2) if one.lon is not None] or list(divisions(2))
    body = responsible_body("A01", "")
    rows = [
        NewDevice(
            now("Gauge of underpass %(number)s") % {"number": number + 1},
            "demo-gauge",
            number=code,
            organisation_id=body,
            division_code=counties[number % len(counties)].code if counties else "",
            lon=counties[number % len(counties)].lon if counties else None,
            lat=counties[number % len(counties)].lat if counties else None,
            is_in_service=True,
        )
        for number, code in enumerate(NUMBERS)
        if not Device.objects.filter(number=code).exists()
    ]
    register_devices(SYSTEM, rows)


def _rules(engineer: Viewer) -> list[str]:
    text = now("%(subject)s: the water stands at %(value)s m, limit %(limit)s m.")
    drafts = (
        DraftRule(
            title=now("Water in an underpass"), severity=Severity.YELLOW, text=text, property="water_level",
            conditions=[DraftCondition("threshold", above=0.15, hysteresis=0.05)],
            advice=now("Send somebody to look; get pumps ready."), escalate_after_s=3600,
        ),
        DraftRule(
            title=now("Underpass flooded"), severity=Severity.RED, text=text, property="water_level",
            conditions=[DraftCondition("duration", above=0.35, hysteresis=0.05, period_s=1200)],
            advice=now("Close the road at both ends, pump, send traffic round."), opens_case=True, escalate_after_s=900,
        ),
        DraftRule(
            title=now("Water rises fast"), severity=Severity.ORANGE, text=now("%(subject)s: the water rises fast, now %(value)s m."),
            property="water_level", conditions=[DraftCondition("rate", above=0.2, period_s=3600)],
            advice=now("Warn the teams nearby."),
        ),
    )  # fmt: skip
    return [publish_rule(engineer, save_rule(engineer, draft).pk).key for draft in drafts]


def _rain(begins: datetime, numbers: Sequence[str]) -> None:
    """Readings arrive when they are taken; the clock of the rules goes along."""
    for batch in _hours(begins, numbers):
        at = batch[-1].time or begins
        with clock.at(at):
            Clockwork.objects.update(ran_at=at)
            take_readings(Source("platform", is_trusted=True, received_at=at), batch)
            drain_readings()
            while run_due():
                pass


def _hours(begins: datetime, numbers: Sequence[str]) -> Iterator[list[NewReading]]:
    batch: list[NewReading] = []
    for step in range(LASTS // STEP):
        at = begins + step * STEP
        batch += [
            NewReading(code, "water_level", _depth(step, number), at) for number, code in enumerate(numbers)
        ]
        if step % 3 == 2:
            yield batch
            batch = []


def _depth(step: int, number: int) -> float:
    """Metres: dry, then a shower whose height differs from place to place; one place drains badly."""
    peak = (0.12, 0.55, 0.28, 0.42, 0.18, 0.08)[number]
    hours = step / 6 - 8 - number * 0.7
    depth = peak * math.exp(-((hours / 2.2) ** 2))
    if number == 1 and hours > 0:
        depth = max(depth, peak * math.exp(-hours / 40))
    return round(max(0.0, depth + 0.004 * math.sin(step * (number + 3))), 3)


def _answers(officer: Viewer, rules: Sequence[str]) -> None:
    """What the duty officer did: answered some, judged some, shelved one, held a drill."""
    standing = list(Alert.objects.filter(rule__key__in=rules, closed_at=None).order_by("id"))
    for number, alert in enumerate(standing):
        if number % 3 == 0 or not alert.is_met:
            with clock.at(alert.raised_at + timedelta(minutes=7 + 5 * number)):
                if alert.state in ("unack", "returned"):
                    acknowledge(officer, alert.pk, note=now("The team is on its way."))
                judge(officer, alert.pk, is_false=number % 4 == 3)
    last = Alert.objects.filter(rule__key__in=rules, state="unack").order_by("severity", "-id").last()
    if last is not None:
        shelve(
            officer,
            last.pk,
            until=clock.now() + timedelta(hours=12),
            reason=now("Pumps are at work until noon."),
        )
    gauge = Device.objects.get(number=NUMBERS[-1])
    raise_alert(SYSTEM, rules[1], f"device/{gauge.pk}", values={"value": 0.6, "limit": 0.35}, is_drill=True)


def _warn(editor: Viewer, begins: datetime) -> None:
    if editor is SYSTEM:
        return
    rain = NewWarning(
        "11B03",
        Severity.YELLOW,
        now("Within the next six hours more than 50 mm of rain are expected in the city."),
        instruction=now("Do not drive through standing water; keep away from underpasses."),
        area=now("The whole city"),
        divisions=[one.code for one in divisions(2)],
        urgency="Expected",
        certainty="Likely",
    )
    with clock.at(begins + timedelta(hours=5)):
        first = publish_warning(editor, rain)
    with clock.at(begins + timedelta(hours=9)):
        worse = replace(
            rain,
            severity=Severity.ORANGE,
            expires_at=clock.now() + timedelta(days=2),
            description=now("More than 50 mm of rain have fallen in three hours; it goes on."),
        )
        update_warning(editor, first.pk, worse)
    with clock.at(begins + timedelta(hours=1)):
        fog = publish_warning(
            editor, NewWarning("11B17", Severity.BLUE, now("Fog in the morning, sight below 500 m."))
        )
    with clock.at(begins + timedelta(hours=4)):
        cancel_warning(editor, fog.pk, reason=now("The fog has gone."))


DEMONSTRATIONS = (Demonstration("alerts", _("Alerts and warnings"), build, is_built, sign_ins),)
