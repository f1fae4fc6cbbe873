"""What a part may declare about alerts: rules, and what the things are that alerts are about."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import IntegerChoices
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from yicheng.core.alerts.conditions import (
    DAY,
    HOUR,
    Absence,
    Anomaly,
    Combination,
    Condition,
    Duration,
    FactHappened,
    Hours,
    On,
    RateOfChange,
    Threshold,
    Where,
)
from yicheng.core.cases.declare import PROCESSES
from yicheng.core.events.declare import EVENTS
from yicheng.core.kernel.slots import Slot
from yicheng.core.people.declare import RIGHTS

__all__ = [
    "ALERT_RULES",
    "ALERT_SUBJECTS",
    "CHECKS",
    "DAY",
    "HOUR",
    "Absence",
    "AlertRule",
    "Anomaly",
    "Audience",
    "Combination",
    "Condition",
    "Described",
    "Duration",
    "Example",
    "FactHappened",
    "Hours",
    "On",
    "Opens",
    "Parent",
    "RateOfChange",
    "Rung",
    "Scope",
    "Severity",
    "SubjectKind",
    "Threshold",
    "Where",
]

Text = str | Promise
Told = tuple[str, Mapping[str, Any]]


class Severity(IntegerChoices):
    """The four levels of public warnings (GB/T 27962, ranks I to IV); the most serious is the smallest number."""

    RED = 1, _("red")
    ORANGE = 2, _("orange")
    YELLOW = 3, _("yellow")
    BLUE = 4, _("blue")


@dataclass(frozen=True, slots=True)
class Scope:
    """Which series a rule watches.

    ``property`` is the observed property (``relative_humidity``), ``bearer_kind`` the kind of thing the series
    is about (``relic``); empty: any. ``series`` narrows to ids of series by whatever the application
    knows (material, grade): called when rules are read, at most once a minute; it must cost one query.
    ``division`` is a code prefix, ``hours`` when the rule counts.
    """

    property: str = ""
    bearer_kind: str = ""
    series: Callable[[], Iterable[int]] | None = None
    division: str = ""
    hours: Hours | None = None


@dataclass(frozen=True, slots=True)
class Audience:
    """Who is told: accounts that hold ``right``, in the subject's organisation or above it only when ``is_near``.

    Who holds ``right`` for the subject's organisation and division may also see and answer the alert.
    """

    right: str = "alerts.receive"
    is_near: bool = True


@dataclass(frozen=True, slots=True)
class Opens:
    """The case that an alert opens: the application's own process and class, or the generic ``alerts.incident``."""

    process: str = "alerts.incident"
    class_code: str = "A01"


@dataclass(frozen=True, slots=True)
class Parent:
    """The fault that explains this alert: while ``rule`` is active, this one is suppressed by design.

    ``of`` answers subject → the subject under which the parent's alert stands (a device → its gateway);
    None: the same subject.
    """

    rule: str
    of: Callable[[Sequence[str]], Mapping[str, str]] | None = None


@dataclass(frozen=True, slots=True)
class Rung:
    """If nobody has acknowledged ``after`` the alert was raised, those who hold ``right`` are told as well."""

    after: timedelta
    right: str
    is_near: bool = True


@dataclass(frozen=True, slots=True)
class Example:
    """What the rule is shown in its contract test, told from the start of a made-up series.

    ``readings`` are (time since the start, value), for a combination (time, value, property); ``facts`` are
    (event key, payload fields); ``until`` is when one looks (default: with the last reading or fact).
    """

    readings: tuple[tuple[Any, ...], ...] = ()
    facts: tuple[Told, ...] = ()
    until: timedelta | None = None


@dataclass(frozen=True, slots=True)
class AlertRule:
    """What makes an alert, about what, how serious, who is told and what follows.

    ``text`` is a whole sentence with named placeholders: ``subject``, ``value``, ``limit``, ``unit``, and what
    ``raise_alert`` is given as ``values`` (of a fact: its payload's fields). ``advice`` says what to do.
    A rule without ``condition`` is raised and cleared by its application alone. ``opens`` None: no case.
    The ``example`` must raise it and the ``counter_example`` must not: a contract test asks both.
    """

    key: str
    title: Text
    severity: Severity
    text: Text
    condition: Condition | None = None
    scope: Scope = Scope()
    audience: Audience = Audience()
    advice: Text = ""
    opens: Opens | None = None
    suppressed_by: Parent | None = None
    escalate: tuple[Rung, ...] = ()
    on_delay: timedelta = timedelta(0)
    off_delay: timedelta = timedelta(0)
    example: Example | None = None
    counter_example: Example | None = None


@dataclass(frozen=True, slots=True)
class Described:
    """A thing that alerts are about, as their pages show it. ``link`` is a path of this platform."""

    title: str
    link: str = ""
    organisation_id: int | None = None
    division_code: str = ""
    lon: float | None = None
    lat: float | None = None


@dataclass(frozen=True, slots=True)
class SubjectKind:
    """A kind of thing that alerts are about: ``relic`` of the subject ``relic/12``.

    ``describe`` answers id → what it is, for many ids in one query.
    """

    key: str
    title: Text
    describe: Callable[[Sequence[str]], Mapping[str, Described]]


ALERT_RULES: Slot[AlertRule] = Slot("alerts.rules", AlertRule, module="alerts", attribute="ALERT_RULES")
ALERT_SUBJECTS: Slot[SubjectKind] = Slot(
    "alerts.subjects", SubjectKind, module="alerts", attribute="ALERT_SUBJECTS"
)


def check_rules() -> Iterable[str]:
    """Rights, processes, parents and events that rules name exist; conditions come with both examples."""
    for rule in ALERT_RULES:
        yield from _rights(rule)
        if rule.opens is not None and rule.opens.process not in PROCESSES:
            yield f"alert rule {rule.key}: there is no process {rule.opens.process!r}"
        if rule.suppressed_by is not None and rule.suppressed_by.rule not in ALERT_RULES:
            yield f"alert rule {rule.key}: there is no rule {rule.suppressed_by.rule!r} to suppress it"
        for event in facts_of(rule):
            if event not in EVENTS and event.partition(".")[0] in _present():
                yield f"alert rule {rule.key}: there is no event {event!r}"
        if rule.condition is not None and (rule.example is None or rule.counter_example is None):
            yield f"alert rule {rule.key}: it needs an example and a counter-example"


def _rights(rule: AlertRule) -> Iterable[str]:
    for right in (rule.audience.right, *(rung.right for rung in rule.escalate)):
        if right not in RIGHTS:
            yield f"alert rule {rule.key}: there is no right {right!r}"


def _present() -> set[str]:
    return {EVENTS.owner(event.key) for event in EVENTS}


def facts_of(rule: AlertRule) -> set[str]:
    """The event keys a rule waits for."""
    condition = rule.condition
    facts = [condition] if isinstance(condition, FactHappened) else []
    if isinstance(condition, Combination):
        facts = [part for part in condition.parts if isinstance(part, FactHappened)]
    return {key for fact in facts for key in (fact.event, fact.until) if key}


CHECKS = (check_rules,)
