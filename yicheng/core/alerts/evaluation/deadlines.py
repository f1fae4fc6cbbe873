"""What only the clock can tell: delays that are over, silence that lasts, combinations that fell apart.

Due times stand in an index; nothing is scanned. A silence is armed once and looked at again when it is
due: only then is the newest reading asked for, so that readings themselves write nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F

from yicheng.core.alerts.conditions import Absence, Combination
from yicheng.core.alerts.evaluation.combining import run_combined_clock
from yicheng.core.alerts.evaluation.learning import usual_of
from yicheng.core.alerts.evaluation.live import Turned, city_zone, settle
from yicheng.core.alerts.evaluation.memory import Memory, Turn, run_clock
from yicheng.core.alerts.evaluation.replaying import asked_of
from yicheng.core.alerts.evaluation.states import Key, States
from yicheng.core.alerts.models import Clockwork, RuleState
from yicheng.core.alerts.registry import LiveRule, live_rules
from yicheng.core.kernel import clock
from yicheng.core.sensing.public import Latest, latest, series_facts

BATCH = 2000
#: a longer pause between two looks means that the platform stood still, not that devices fell silent
PAUSE = timedelta(minutes=2)
MARKED_EVERY = timedelta(seconds=10)


def run_due(*, limit: int = BATCH) -> int:
    """Let the clock decide about what is due; answers how many (0: nothing waits)."""
    with transaction.atomic():
        now = clock.now()
        _forgive_pause(now)
        states, turned, rules = States(), Turned(), live_rules()
        keys = states.load_due(now, limit=limit)
        if not keys:
            return 0
        heard = latest(_silent(keys, rules.by_id))
        facts = series_facts({series_id for _rule, series_id, _subject in keys if series_id})
        for key in keys:
            live = rules.by_id.get(key[0])
            memory = states.memory(key, about="")
            if live is None:
                _drop(memory)
                continue
            subject, fact = states.about(key), facts.get(key[1])
            turned.add(live, subject, fact, _turns(live, key, memory, now=now, heard=heard.get(key[1])))
            if isinstance(live.rule.condition, Absence) and not memory.is_raised:
                states.quieten(key)
        states.save()
        settle(turned)
    return len(keys)


def _turns(
    live: LiveRule, key: Key, memory: Memory, *, now: datetime, heard: Latest | None
) -> Iterable[Turn]:
    condition = live.rule.condition
    if isinstance(condition, Absence) and heard is not None:
        due_at = heard.received_at + condition.longer_than + live.rule.on_delay
        memory.due_at = max(due_at, memory.due_at or due_at)
        if memory.due_at > now:
            return ()
    asked = asked_of(live.rule, city_zone(), usual_of(live, key[1]))
    if isinstance(condition, Combination):
        return list(run_combined_clock(condition, asked, memory, now))
    return list(run_clock(asked, memory, now))


def _silent(keys: Iterable[Key], rules: Mapping[int, LiveRule]) -> list[int]:
    return [
        series_id
        for rule_id, series_id, _subject in keys
        if rule_id in rules and isinstance(rules[rule_id].rule.condition, Absence)
    ]


def _drop(memory: Memory) -> None:
    """Its rule is not in force any more."""
    memory.is_met = memory.is_raised = False
    memory.due_at = None
    memory.window.clear()


def _forgive_pause(now: datetime) -> None:
    """After a standstill of the platform, every silence is waited for anew by as long as it stood."""
    mark, is_new = Clockwork.objects.get_or_create(id=1, defaults={"ran_at": now})
    stood = now - mark.ran_at
    if not is_new and stood > PAUSE:
        RuleState.objects.filter(is_quiet=True, due_at__lte=now + PAUSE).update(due_at=F("due_at") + stood)
    if stood > MARKED_EVERY:
        Clockwork.objects.filter(id=1).update(ran_at=now)
