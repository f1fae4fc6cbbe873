"""Facts against rules: what other parts tell becomes an alert, ends one, or is a part of a combination."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec

from yicheng.core.alerts.actions.raising import take
from yicheng.core.alerts.conditions import Combination, FactHappened
from yicheng.core.alerts.declare import ALERT_RULES, Described, facts_of
from yicheng.core.alerts.evaluation.combining import run_combined_clock, take_fact
from yicheng.core.alerts.evaluation.facts import fits
from yicheng.core.alerts.evaluation.live import city_zone
from yicheng.core.alerts.evaluation.memory import Turn, counts_at
from yicheng.core.alerts.evaluation.replaying import asked_of
from yicheng.core.alerts.evaluation.states import States
from yicheng.core.alerts.facts import Find, Over
from yicheng.core.alerts.registry import LiveRule, live_rules
from yicheng.core.alerts.subjects import described
from yicheng.core.events.declare import EVENTS, Event


def watched_events() -> set[str]:
    """The facts that rules wait for, or may: those of declared rules, and those open to rules that staff make."""
    declared = {key for rule in ALERT_RULES for key in facts_of(rule)}
    return declared | {event.key for event in EVENTS if event.for_rules}


def take_facts(events: Sequence[Event]) -> None:
    """Called by the worker with a batch of facts; may be given a fact again."""
    waiting: dict[str, list[LiveRule]] = defaultdict(list)
    for live in live_rules().by_id.values():
        for key in facts_of(live.rule):
            waiting[key].append(live)
    about = _about(events, waiting)
    finds: list[Find | Over] = []
    states = States()
    for event in events:
        fields = _fields(event)
        for live in waiting.get(event.key, ()):
            finds += _asked(live, event, fields, states=states, about=about)
    states.save()
    take(finds)


def _asked(
    live: LiveRule,
    event: Event,
    fields: Mapping[str, Any],
    *,
    states: States,
    about: Mapping[str, Described],
) -> Iterable[Find | Over]:
    condition = live.rule.condition
    subject = _subject(live, event, fields)
    if not event.division.startswith(live.rule.scope.division):
        return
    whose = about.get(subject) or _whose(subject, event, fields)
    if isinstance(condition, FactHappened):
        if condition.until == event.key and fits(condition.until_where, fields):
            yield Over(live.rule.key, subject, event.occurred_at)
        elif (
            condition.event == event.key
            and fits(condition.where, fields)
            and counts_at(live.rule.scope.hours, event.occurred_at, city_zone())
        ):
            yield Find(live.rule.key, subject, event.occurred_at, whose, _values(fields))
    elif isinstance(condition, Combination):
        for turn in _combined(live, condition, event, fields, subject=subject, states=states):
            if turn.is_raise:
                yield Find(live.rule.key, subject, turn.at, whose, _values(fields), value=turn.value)
            else:
                yield Over(live.rule.key, subject, turn.at)


def _combined(
    live: LiveRule,
    condition: Combination,
    event: Event,
    fields: Mapping[str, Any],
    *,
    subject: str,
    states: States,
) -> Iterable[Turn]:
    if not states.is_loaded(live.id, subject):
        states.load_subjects([live.id], [subject])
    asked = asked_of(live.rule, city_zone())
    memory = states.memory((live.id, 0, subject), about=subject)
    yield from run_combined_clock(condition, asked, memory, event.occurred_at)
    for number, part in enumerate(condition.parts):
        if not isinstance(part, FactHappened):
            continue
        is_end = part.until == event.key and fits(part.until_where, fields)
        if is_end or (part.event == event.key and fits(part.where, fields)):
            yield from take_fact(condition, asked, memory, number, at=event.occurred_at, is_end=is_end)


def _subject(live: LiveRule, event: Event, fields: Mapping[str, Any]) -> str:
    condition = live.rule.condition
    name = condition.subject if isinstance(condition, FactHappened) else _named(condition, event.key)
    return str(fields.get(name) or event.subject) if name else event.subject


def _named(condition: object, key: str) -> str:
    parts = condition.parts if isinstance(condition, Combination) else ()
    return next(
        (
            part.subject
            for part in parts
            if isinstance(part, FactHappened) and key in (part.event, part.until)
        ),
        "",
    )


def _about(events: Iterable[Event], waiting: Mapping[str, list[LiveRule]]) -> Mapping[str, Described]:
    subjects = {
        _subject(live, event, _fields(event)) for event in events for live in waiting.get(event.key, ())
    }
    return described(subjects)


def _whose(subject: str, event: Event, fields: Mapping[str, Any]) -> Described:
    """What a fact says itself of its subject, where nobody describes its kind."""
    body = fields.get("organisation_id")
    return Described(
        str(fields.get("title") or fields.get("number") or subject),
        organisation_id=body if isinstance(body, int) else None,
        division_code=event.division,
    )


def _fields(event: Event) -> Mapping[str, Any]:
    found: Mapping[str, Any] = msgspec.to_builtins(event.payload)
    return found


def _values(fields: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if isinstance(value, str | int | float | bool)}
