"""The watcher: every stored batch of readings against every rule that is for its series."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import groupby
from operator import attrgetter
from zoneinfo import ZoneInfo

from django.utils import timezone

from yicheng.core.alerts.actions.raising import take
from yicheng.core.alerts.conditions import Absence, Combination
from yicheng.core.alerts.evaluation.combining import read_part, run_combined_clock
from yicheng.core.alerts.evaluation.describing import about_series, values_of
from yicheng.core.alerts.evaluation.learning import usual_of
from yicheng.core.alerts.evaluation.memory import Memory, Turn, read
from yicheng.core.alerts.evaluation.plans import Plan, Plans
from yicheng.core.alerts.evaluation.replaying import asked_of
from yicheng.core.alerts.evaluation.states import Key, States, still_raised
from yicheng.core.alerts.facts import Find, Over
from yicheng.core.alerts.registry import LiveRule, live_rules
from yicheng.core.sensing.public import Batch, Observed, Quality, SeriesFact, Timing

#: readings that come later than this are history: rules are tried on it, it raises nothing
OLDEST = timedelta(days=2)
_plans: Plans | None = None
#: (rule, series) whose silence this process knows to be waited for
_armed: set[tuple[int, int]] = set()


@dataclass
class Turned:
    """Turns of a batch with what they are about."""

    turns: list[tuple[LiveRule, str, SeriesFact | None, Turn]] = field(default_factory=list)

    def add(self, live: LiveRule, subject: str, fact: SeriesFact | None, turns: Iterable[Turn]) -> None:
        """Keep the turns of one rule and subject."""
        self.turns += [(live, subject, fact, turn) for turn in turns]


def watch(batch: Batch) -> None:
    """Called by sensing's worker in its transaction; may be shown a batch again."""
    plans = current_plans()
    if plans.meet(batch.series.values()):
        _armed.clear()
    chosen = list(_chosen(plans, batch))
    if not chosen:
        return
    states, turned = States(), Turned()
    states.load_series(plan.fact.id for plan, _rows in chosen)
    _load_combined(states, chosen)
    zone = city_zone()
    for plan, rows in chosen:
        _ask(plan, rows, plans, states=states, turned=turned, zone=zone)
    states.save()
    settle(turned)


def current_plans() -> Plans:
    """The plans under the rules as they are."""
    global _plans
    rules = live_rules()
    if _plans is None or _plans.rules is not rules:
        _plans = Plans(rules)
    if _plans.refresh():
        _armed.clear()
    return _plans


def city_zone() -> ZoneInfo:
    """The clock by which hours of rules are read."""
    return ZoneInfo(timezone.get_default_timezone_name())


def _chosen(plans: Plans, batch: Batch) -> Iterable[tuple[Plan, list[Observed]]]:
    """The series that any rule asks about, with their readings that count."""
    for series_id, group in groupby(batch.readings, key=attrgetter("series_id")):
        plan = plans.plan(batch.series[series_id])
        if plan.asking.is_anything:
            rows = [
                one
                for one in group
                if one.quality != Quality.BAD
                and one.timing != Timing.OUT_OF_ORDER
                and one.received_at - one.time < OLDEST
            ]
            if rows:
                yield plan, rows


def _load_combined(states: States, chosen: Sequence[tuple[Plan, list[Observed]]]) -> None:
    rules = {live.id for plan, _rows in chosen for live, _part in plan.asking.combined}
    if rules:
        states.load_subjects(rules, {plan.subject for plan, _rows in chosen if plan.asking.combined})


def _ask(
    plan: Plan, rows: Sequence[Observed], plans: Plans, *, states: States, turned: Turned, zone: ZoneInfo
) -> None:
    """Ask the rules of one series that can have something to say about these readings."""
    series_id = plan.fact.id
    values = [one.value for one in rows]
    low, high = min(values), max(values)
    remembering = states.by_series.get(series_id, ())
    if remembering or not plan.asking.is_quiet(low, high):
        asked = {live.id: live for live in (*plan.asking.passed(low, high), *plan.asking.always)}
        for rule_id in remembering:
            if rule_id in plans.rules.by_id:
                asked[rule_id] = plans.rules.by_id[rule_id]
        for live in asked.values():
            _ask_one(live, plan, rows, states=states, turned=turned, zone=zone)
    for live in plan.asking.absences:
        _arm(live, plan, rows, states=states, turned=turned, zone=zone)
    for live, part in plan.asking.combined:
        _ask_part(live, part, plan, rows=rows, states=states, turned=turned, zone=zone)


def _ask_one(
    live: LiveRule, plan: Plan, rows: Sequence[Observed], *, states: States, turned: Turned, zone: ZoneInfo
) -> None:
    key: Key = (live.id, plan.fact.id, "")
    memory = states.memory(key, about=plan.subject)
    _follow_subject(live, key, plan, memory=memory, states=states, turned=turned, at=rows[0])
    asked = asked_of(live.rule, zone, usual_of(live, plan.fact.id))
    for one in rows:
        turned.add(live, plan.subject, plan.fact, read(asked, memory, one.time, one.value))
    if isinstance(live.rule.condition, Absence) and not memory.is_raised:
        states.quieten(key)
        _armed.add((live.id, plan.fact.id))


def _arm(
    live: LiveRule, plan: Plan, rows: Sequence[Observed], *, states: States, turned: Turned, zone: ZoneInfo
) -> None:
    """A series spoke: its silence is waited for from now on, once; a silence that was raised is over."""
    key: Key = (live.id, plan.fact.id, "")
    is_raised = live.id in states.by_series.get(plan.fact.id, ())
    if is_raised:
        return  # asked with the rules that remember something
    if (live.id, plan.fact.id) not in _armed:
        memory = states.memory(key, about=plan.subject)
        list(read(asked_of(live.rule, zone), memory, rows[-1].time, rows[-1].value))
        states.quieten(key)
        _armed.add((live.id, plan.fact.id))


def _ask_part(
    live: LiveRule,
    part: int,
    plan: Plan,
    *,
    rows: Sequence[Observed],
    states: States,
    turned: Turned,
    zone: ZoneInfo,
) -> None:
    condition = live.rule.condition
    assert isinstance(condition, Combination)
    asked = asked_of(live.rule, zone)
    memory = states.memory((live.id, 0, plan.subject), about=plan.subject)
    for one in rows:
        turned.add(live, plan.subject, plan.fact, run_combined_clock(condition, asked, memory, one.time))
        turns = read_part(condition, asked, memory, part, at=one.time, value=one.value)
        turned.add(live, plan.subject, plan.fact, turns)
    if not memory.is_met and not memory.is_raised and not any(memory.window[::2]) and memory.due_at is None:
        memory.window.clear()


def _follow_subject(
    live: LiveRule,
    key: Key,
    plan: Plan,
    *,
    memory: Memory,
    states: States,
    turned: Turned,
    at: Observed,
) -> None:
    """The device hangs on something else now: what it raised about the former thing is over."""
    before = states.about(key)
    if before == plan.subject:
        return
    if memory.is_raised:
        turned.add(live, before, plan.fact, [Turn(False, at.time, None)])
    states.move(key, about=plan.subject)
    memory.is_met = memory.is_raised = False
    memory.due_at = memory.since = None
    memory.window.clear()


def settle(turned: Turned) -> None:
    """Make alerts of turns. An alert about a subject ends when none of its series holds it any more."""
    if not turned.turns:
        return
    held = still_raised(
        (live.id, subject) for live, subject, _fact, turn in turned.turns if not turn.is_raise
    )
    about = about_series({subject: fact for _live, subject, fact, turn in turned.turns if turn.is_raise})
    finds: list[Find | Over] = []
    for live, subject, fact, turn in sorted(turned.turns, key=lambda one: one[3].at):
        if turn.is_raise:
            values = values_of(fact, turn)
            finds.append(
                Find(
                    live.rule.key, subject, turn.at, about.get(subject), values,
                    series_id=fact.id if fact else None, value=turn.value,
                )
            )  # fmt: skip
        elif not held[live.id, subject] - {fact.id if fact else 0, 0}:
            finds.append(Over(live.rule.key, subject, turn.at, value=turn.value))
    take(finds)
