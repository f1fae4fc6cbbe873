"""What the tests of this package share: rules of a made-up part, three bodies, people with and without rights."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from itertools import count

import pytest
from django.utils import translation

from yicheng.core.alerts.declare import (
    ALERT_RULES,
    AlertRule,
    Audience,
    Example,
    Parent,
    Rung,
    Scope,
    Severity,
    Threshold,
)
from yicheng.core.people.models import Account, Appointment, Organisation, Role
from yicheng.core.people.public import Viewer, viewer_of_account

MINUTE = timedelta(minutes=1)
DAMP = AlertRule(
    key="trial.damp",
    title="Too damp",
    severity=Severity.ORANGE,
    text="%(subject)s: %(value)s %(unit)s, above %(limit)s.",
    condition=Threshold(above=60, hysteresis=2),
    scope=Scope(property="humidity", bearer_kind="trial.thing"),
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
RULES = (DAMP, DOWN, MUTE, OURS)
_numbers = count(1)


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    """Texts are compared in the source language."""
    with translation.override("en"):
        yield


@pytest.fixture(autouse=True)
def trial_rules() -> Iterator[None]:
    """The slot holds a few more rules during a test of this package."""
    ALERT_RULES.fill("alerts", RULES)
    yield
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
