"""What the tests of this package share: rules of a made-up part, three bodies, people with and without rights."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest
from django.utils import translation

from yicheng.core.alerts.declare import (
    ALERT_RULES,
    Absence,
    AlertRule,
    Audience,
    Combination,
    Duration,
    Example,
    On,
    Parent,
    RateOfChange,
    Rung,
    Scope,
    Severity,
    Threshold,
)
from yicheng.core.alerts.evaluation import live
from yicheng.core.alerts.evaluation.deadlines import run_due
from yicheng.core.alerts.models import Clockwork
from yicheng.core.kernel import clock
from yicheng.core.people.models import Account, Appointment, Organisation, Role
from yicheng.core.people.public import SYSTEM, Viewer, viewer_of_account
from yicheng.core.sensing import registry, remembered
from yicheng.core.sensing.declare import BEARERS, Bearer
from yicheng.core.sensing.ingest import keys, months
from yicheng.core.sensing.models import Device, DeviceModel
from yicheng.core.sensing.public import (
    NewDevice,
    NewReading,
    Source,
    bind,
    drain_readings,
    register_device,
    take_readings,
)

MINUTE = timedelta(minutes=1)
DAMP = AlertRule(
    key="trial.damp",
    title="Too damp",
    severity=Severity.ORANGE,
    text="%(subject)s: %(value)s %(unit)s, above %(limit)s.",
    condition=Threshold(above=60, hysteresis=2),
    scope=Scope(property="humidity", bearer_kind="trial.shelf"),
    advice="Look at the humidifier.",
    escalate=(Rung(timedelta(minutes=15), "alerts.receive_escalated"),),
    example=Example(((timedelta(0), 61.0),)),
    counter_example=Example(((timedelta(0), 60.0),)),
)
DOWN = AlertRule(
    key="trial.down", title="Gateway down", severity=Severity.YELLOW, text="%(subject)s does not answer."
)
MUTE = AlertRule(
    key="trial.mute",
    title="Device mute",
    severity=Severity.BLUE,
    text="%(subject)s is mute.",
    suppressed_by=Parent("trial.down", lambda subjects: dict.fromkeys(subjects, "gateway/1")),
)
OURS = AlertRule(
    key="trial.ours",
    title="Ours",
    severity=Severity.RED,
    text="%(subject)s",
    audience=Audience("alerts.raise", is_near=False),
)
LONG = AlertRule(
    key="trial.long",
    title="Damp for long",
    severity=Severity.RED,
    text="%(subject)s",
    condition=Duration(Threshold(above=70), lasting=30 * MINUTE),
    scope=Scope(property="humidity", bearer_kind="trial.shelf"),
    example=Example(((timedelta(0), 71.0),), until=31 * MINUTE),
    counter_example=Example(((timedelta(0), 71.0),), until=29 * MINUTE),
)
QUIET = AlertRule(
    key="trial.quiet",
    title="No readings",
    severity=Severity.BLUE,
    text="%(subject)s",
    condition=Absence(longer_than=20 * MINUTE),
    scope=Scope(property="temperature", bearer_kind="trial.shelf"),
    example=Example(((timedelta(0), 1.0),), until=21 * MINUTE),
    counter_example=Example(((timedelta(0), 1.0),), until=19 * MINUTE),
)
JUMP = AlertRule(
    key="trial.jump",
    title="Jump",
    severity=Severity.YELLOW,
    text="%(subject)s",
    condition=RateOfChange(per=60 * MINUTE, rise=10),
    scope=Scope(property="humidity", bearer_kind="trial.shelf"),
    example=Example(((timedelta(0), 50.0), (MINUTE, 61.0))),
    counter_example=Example(((timedelta(0), 50.0), (MINUTE, 60.0))),
)
BOTH = AlertRule(
    key="trial.both",
    title="Damp and warm",
    severity=Severity.ORANGE,
    text="%(subject)s",
    condition=Combination(
        all_of=(On("humidity", Threshold(above=60)), On("temperature", Threshold(above=25))),
        within=10 * MINUTE,
    ),
    scope=Scope(bearer_kind="trial.shelf"),
    example=Example(((timedelta(0), 61.0, "humidity"), (MINUTE, 26.0, "temperature"))),
    counter_example=Example(((timedelta(0), 61.0, "humidity"), (12 * MINUTE, 25.0, "temperature"))),
)
RULES = (DAMP, DOWN, MUTE, OURS, LONG, QUIET, JUMP, BOTH)
SHELF = Bearer(
    "trial.shelf",
    "Shelf",
    name_of=lambda ids: {one: f"Shelf {one}" for one in ids},
    link=lambda one: f"/shelves/{one}/",
    may_view=lambda viewer, ids: list(ids),
)
T0 = datetime(2026, 11, 23, 8, tzinfo=UTC)
_numbers = count(1)


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    """Texts are compared in the source language."""
    with translation.override("en"):
        yield


@pytest.fixture(autouse=True)
def trial_rules() -> Iterator[None]:
    """The slots hold a few more rules and a kind of shelf during a test of this package; nothing is remembered."""
    for forget in (registry.forget, remembered.forget_facts, keys.forget_keys, months.forget_months):
        forget()
    live._armed.clear()
    live._plans = None
    ALERT_RULES.fill("alerts", RULES)
    BEARERS.fill("alerts", [SHELF])
    yield
    del BEARERS._items[SHELF.key], BEARERS._owners[SHELF.key]
    for rule in RULES:
        del ALERT_RULES._items[rule.key], ALERT_RULES._owners[rule.key]


def body(code: str) -> Organisation:
    """An organisation at the root."""
    made = Organisation.objects.create(code=code, name=code.title(), kind="department", path="/")
    made.path = f"/{made.pk}/"
    made.save()
    return made


def staff(name: str, at: Organisation, *rights: str, division: str = "", everywhere: bool = False) -> Viewer:
    """A member of staff who holds these rights over the body (or everywhere) and the division."""
    account = Account.objects.create(username=name, kind="staff", display_name=name.title(), organisation=at)
    role = Role.objects.create(code=f"trial{next(_numbers)}", name=name, rights=list(rights))
    Appointment.objects.create(
        account=account, role=role, organisation=None if everywhere else at, division_code=division
    )
    return viewer_of_account(Account.objects.get(pk=account.pk).pk)


@dataclass(frozen=True)
class Town:
    """Two bodies, a duty officer of each, a leader, an engineer and somebody without rights."""

    museum: Organisation
    park: Organisation
    officer: Viewer
    parkman: Viewer
    leader: Viewer
    engineer: Viewer
    clerk: Viewer


@pytest.fixture
def town(db: None) -> Town:
    """A small town."""
    museum, park = body("museum"), body("park")
    duty = ("alerts.see_alerts", "alerts.receive", "alerts.answer", "alerts.shelve", "alerts.raise")
    return Town(
        museum,
        park,
        officer=staff("officer", museum, *duty),
        parkman=staff("parkman", park, *duty),
        leader=staff("leader", museum, "alerts.receive_escalated", "alerts.see_alerts", everywhere=True),
        engineer=staff(
            "engineer", museum, "alerts.see_alerts", "alerts.edit_rule", "alerts.publish_rule",
            "alerts.take_out", everywhere=True,
        ),
        clerk=staff("clerk", museum),
    )  # fmt: skip


class Shelf:
    """A shelf with one or more loggers, and a clock: readings arrive at the minute they were taken."""

    def __init__(self, number: int, museum: Organisation, *, loggers: int = 1) -> None:
        DeviceModel.objects.get_or_create(code="th1", defaults={"name": "Logger", "interval_s": 60})
        self.subject, self.devices = f"trial.shelf/{number}", list[Device]()
        for logger in range(loggers):
            new = NewDevice(
                "Logger", "th1", number=f"L{number}-{logger}", organisation_id=museum.pk,
                division_code="410102", is_in_service=True,
            )  # fmt: skip
            device = register_device(SYSTEM, new)
            bind(SYSTEM, device.pk, bearer_kind="trial.shelf", bearer_id=number)
            self.devices.append(device)

    def says(
        self,
        *rows: tuple[float, float],
        of: str = "humidity",
        logger: int = 0,
        now: float | None = None,
    ) -> None:
        """Rows are (minute, value); they arrive together, at minute ``now`` or that of the last one."""
        at = T0 + (rows[-1][0] if now is None else now) * MINUTE
        with clock.at(at):
            taken = [
                NewReading(self.devices[logger].number, of, value, T0 + minute * MINUTE)
                for minute, value in rows
            ]
            take_readings(Source("platform", is_trusted=True, received_at=at), taken)
            drain_readings()


def wait_until(minute: float, *, stood_still: bool = False) -> None:
    """Let the clock of the platform stand at this minute and look at what is due, as the job does."""
    with clock.at(T0 + minute * MINUTE):
        if not stood_still:
            Clockwork.objects.update(ran_at=clock.now())
        while run_due():
            pass


@pytest.fixture
def shelf(town: Town) -> Shelf:
    """Shelf 1 of the museum."""
    return Shelf(1, town.museum)
