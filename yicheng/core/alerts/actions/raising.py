"""Raises and clears alerts in batches: the one place in which a condition becomes an alert and an alert ends."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b

from django.db import connection, transaction

from yicheng.core.alerts import life, telling, transitions
from yicheng.core.alerts.audience import Audiences
from yicheng.core.alerts.declare import Described
from yicheng.core.alerts.events import AlertChanged
from yicheng.core.alerts.facts import Find, Over
from yicheng.core.alerts.models import Alert, Rule
from yicheng.core.alerts.opening import open_case
from yicheng.core.alerts.registry import LiveRule, Registry, live_rules
from yicheng.core.alerts.subjects import described
from yicheng.core.alerts.transitions import Step
from yicheng.core.events.public import publish
from yicheng.core.kernel import clock

State = Alert.State
_LOCK = "SELECT pg_advisory_xact_lock(key) FROM unnest(%s::bigint[]) AS key ORDER BY key"
Identity = tuple[int, str, bool]


@dataclass
class Written:
    """What a batch changed."""

    raised: list[Alert] = field(default_factory=list)
    cleared: list[Alert] = field(default_factory=list)


def take(finds: Sequence[Find | Over], *, account_id: int | None = None) -> Written:
    """Raise and clear alerts in the order given. Finds of rules that are not in force are left out."""
    if not finds:
        return Written()
    rules = live_rules()
    known = [one for one in finds if one.rule in rules.by_key]
    with transaction.atomic():
        _lock(known, rules)
        batch = _Batch(rules, _open_alerts(known, rules), account_id, _about(known))
        for one in known:
            batch.take(one)
        return batch.write()


def _identity(one: Find | Over, rules: Registry) -> Identity:
    return rules.by_key[one.rule].id, one.subject, one.is_drill


def _lock(finds: Iterable[Find | Over], rules: Registry) -> None:
    """Whoever else works on the same alerts waits; keys in order, so that nobody waits for each other."""
    keys = {_lock_key(_identity(one, rules)) for one in finds}
    with connection.cursor() as cursor:
        cursor.execute(_LOCK, [sorted(keys)])


def _lock_key(identity: Identity) -> int:
    digest = blake2b(repr(("alert", identity)).encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)


def _open_alerts(finds: Sequence[Find | Over], rules: Registry) -> dict[Identity, Alert]:
    rows = Alert.objects.filter(
        closed_at=None,
        rule_id__in={rules.by_key[one.rule].id for one in finds},
        subject__in={one.subject for one in finds},
    ).select_related("rule")
    return {(row.rule_id, row.subject, row.is_drill): row for row in rows}


def _about(finds: Iterable[Find | Over]) -> Mapping[str, Described]:
    return described(one.subject for one in finds if isinstance(one, Find) and one.about is None)


class _Batch:
    """Alerts as they stand, changed in memory find by find, written once."""

    def __init__(
        self,
        rules: Registry,
        standing: dict[Identity, Alert],
        account_id: int | None,
        about: Mapping[str, Described],
    ) -> None:
        self.rules, self.standing, self.account_id, self.about = rules, standing, account_id, about
        self.fresh: list[Alert] = []
        self.touched: dict[int, Alert] = {}
        self.steps: list[Step] = []
        self.done = Written()

    def take(self, one: Find | Over) -> None:
        live = self.rules.by_key[one.rule]
        alert = self.standing.get((live.id, one.subject, one.is_drill))
        if isinstance(one, Over):
            if alert is not None:
                self._end(alert, one)
        elif alert is None:
            self._begin(live, one)
        else:
            self._again(alert, one)

    def _begin(self, live: LiveRule, find: Find) -> None:
        about = find.about or self.about.get(find.subject) or Described(find.subject)
        alert = Alert(
            rule_id=live.id,
            application=live.application,
            severity=int(live.rule.severity),
            state=State.OUT_OF_SERVICE if live.is_out else State.UNACKNOWLEDGED,
            subject=find.subject,
            subject_title=about.title[:160],
            link=about.link[:200],
            organisation_id=about.organisation_id or live.organisation_id,
            division_code=about.division_code,
            lon=about.lon,
            lat=about.lat,
            series_id=find.series_id,
            values=dict(find.values),
            raised_at=find.at,
            last_at=find.at,
            is_drill=find.is_drill,
        )
        self.standing[(live.id, find.subject, find.is_drill)] = alert
        self.fresh.append(alert)
        self._step(alert, State.NORMAL, "raised", find)

    def _again(self, alert: Alert, find: Find) -> None:
        before = alert.state
        alert.last_at, alert.values = find.at, {**alert.values, **find.values}
        if not alert.is_met:
            alert.is_met, alert.cleared_at, alert.count = True, None, alert.count + 1
            alert.state = life.when_met(before)
            self._step(alert, before, "again", find)
        self._touch(alert)

    def _end(self, alert: Alert, over: Over) -> None:
        if not alert.is_met:
            return
        before = alert.state
        alert.is_met, alert.cleared_at, alert.state = False, over.at, life.when_over(before)
        if alert.state == State.NORMAL:
            alert.closed_at = over.at
            self.standing.pop((alert.rule_id, alert.subject, alert.is_drill))
        self._step(alert, before, "cleared", over)
        self._touch(alert)
        self.done.cleared.append(alert)

    def _step(self, alert: Alert, before: str, cause: str, one: Find | Over) -> None:
        note = one.note if isinstance(one, Over) else ""
        self.steps.append(
            Step(alert, before, alert.state, cause, one.at, self.account_id, note, value=one.value)
        )

    def _touch(self, alert: Alert) -> None:
        if alert.pk is not None:
            self.touched[alert.pk] = alert

    def write(self) -> Written:
        """Rows, history, what follows from them."""
        rows = Rule.objects.in_bulk({alert.rule_id for alert in self.fresh})
        for alert in self.fresh:
            alert.rule = rows[alert.rule_id]
        suppress(self.fresh, self.rules)
        for alert in self.fresh:
            _set_escalation(alert, self.rules)
            if alert.state == State.SUPPRESSED:
                self.steps.append(
                    Step(alert, State.UNACKNOWLEDGED, alert.state, "suppressed", alert.raised_at)
                )
        Alert.objects.bulk_create(self.fresh)
        Alert.objects.bulk_update(self.touched.values(), _CHANGING, batch_size=500)
        transitions.write(self.steps)
        self._hide_children()
        self.done.raised = [alert for alert in self.fresh if alert.state in life.WAITING]
        follow_up(self.done.raised, self.rules)
        for alert in self.done.cleared:
            told(alert, "cleared")
            if alert.state not in life.HIDDEN:
                telling.tell_over(alert)
        show_again(self.done.cleared, self.rules)
        return self.done

    def _hide_children(self) -> None:
        """Children whose parent fault came in the same batch, or after them."""
        parents = [alert for alert in self.fresh if alert.is_met and alert.state not in life.HIDDEN]
        hidden = suppress_standing(parents, self.rules)
        for alert in self.fresh:
            if alert.pk in hidden:
                alert.state, alert.parent_id = State.SUPPRESSED, hidden[alert.pk]


_CHANGING = [
    "is_met", "cleared_at", "state", "closed_at", "last_at", "values", "count", "escalate_at",
    "shelved_until", "parent", "case", "case_fault", "rung",
]  # fmt: skip


def follow_up(alerts: Sequence[Alert], rules: Registry) -> None:
    """What follows when alerts become visible: people are told, cases opened, facts published."""
    audiences = Audiences()
    for alert in alerts:
        rule = rules.by_id[alert.rule_id].rule
        open_case(alert, rule)
        telling.tell_raised(alert, rule, audiences)
        told(alert, "raised")
    linked = [alert for alert in alerts if alert.case_id or alert.case_fault]
    Alert.objects.bulk_update(linked, ["case", "case_fault"], batch_size=500)


def told(alert: Alert, what: str) -> None:
    """Publish the fact that something happened to an alert."""
    publish(
        f"alerts.alert_{what}",
        AlertChanged(
            alert.pk,
            alert.rule.key,
            alert.subject,
            alert.severity,
            alert.state,
            what,
            alert.is_drill,
            alert.organisation_id,
        ),
        subject=f"alert/{alert.pk}",
        division=alert.division_code,
    )


def _set_escalation(alert: Alert, rules: Registry) -> None:
    ladder = rules.by_id[alert.rule_id].rule.escalate
    if alert.state == State.UNACKNOWLEDGED and ladder:
        alert.escalate_at = alert.raised_at + ladder[0].after


# ── suppression by design ───────────────────────────────────────────────────


def suppress(
    alerts: Sequence[Alert], rules: Registry, *, only: Sequence[str] = (State.UNACKNOWLEDGED,)
) -> None:
    """Those whose parent fault stands are suppressed by design, before they are written."""
    for rule_id, group in _by_rule(alerts).items():
        parent = rules.by_id[rule_id].rule.suppressed_by
        if parent is None or parent.rule not in rules.by_key:
            continue
        under = _parents_of([alert.subject for alert in group], parent.of)
        faults = {
            fault.subject: fault
            for fault in Alert.objects.filter(
                rule_id=rules.by_key[parent.rule].id,
                subject__in=set(under.values()),
                closed_at=None,
                is_met=True,
                is_drill=False,
            )
        }
        for alert in group:
            fault = faults.get(under.get(alert.subject, ""))
            if fault is not None and alert.state in only:
                alert.state, alert.parent = State.SUPPRESSED, fault


def suppress_standing(parents: Sequence[Alert], rules: Registry) -> dict[int, int | None]:
    """Children that were heard of before their parent fault was found are suppressed now: alert → parent."""
    done: dict[int, int | None] = {}
    for rule_id, group in _by_rule(parents).items():
        key = rules.by_id[rule_id].rule.key
        below = [
            one.id
            for one in rules.by_id.values()
            if one.rule.suppressed_by is not None and one.rule.suppressed_by.rule == key
        ]
        if not below:
            continue
        waiting = list(
            Alert.objects.select_for_update(of=("self",)).filter(
                rule_id__in=below, closed_at=None, is_met=True, state__in=life.ACTIVE, is_drill=False
            )
        )
        before = {alert.pk: alert.state for alert in waiting}
        suppress(waiting, rules, only=life.ACTIVE)
        hidden = [alert for alert in waiting if alert.state == State.SUPPRESSED]
        for alert in hidden:
            alert.escalate_at = None
        Alert.objects.bulk_update(hidden, ["state", "parent", "escalate_at"], batch_size=500)
        transitions.write(
            [Step(alert, before[alert.pk], alert.state, "suppressed", group[0].raised_at) for alert in hidden]
        )
        done |= {alert.pk: alert.parent_id for alert in hidden}
    return done


def _parents_of(
    subjects: Sequence[str], of: Callable[[Sequence[str]], Mapping[str, str]] | None
) -> Mapping[str, str]:
    return {subject: subject for subject in subjects} if of is None else of(subjects)


def _by_rule(alerts: Iterable[Alert]) -> Mapping[int, list[Alert]]:
    groups: dict[int, list[Alert]] = defaultdict(list)
    for alert in alerts:
        groups[alert.rule_id].append(alert)
    return groups


def show_again(parents: Sequence[Alert], rules: Registry) -> None:
    """Children of parent faults that are over come to light, where their own condition still holds."""
    ids = [alert.pk for alert in parents]
    hidden = list(
        Alert.objects.select_for_update(of=("self",))
        .select_related("rule")
        .filter(parent_id__in=ids, state=State.SUPPRESSED)
    )
    reveal(hidden, rules, cause="unsuppressed")


def reveal(hidden: Sequence[Alert], rules: Registry, *, cause: str, account_id: int | None = None) -> None:
    """Alerts that were shelved, suppressed or out of service: visible again, or closed where all is well."""
    steps = []
    for alert in hidden:
        before, alert.state = alert.state, life.when_shown_again(is_met=alert.is_met)
        alert.shelved_until = None
        if alert.state == State.NORMAL:
            alert.closed_at = clock.now()
        elif alert.rule_id in rules.by_id:
            _set_escalation(alert, rules)
        steps.append(Step(alert, before, alert.state, cause, clock.now(), account_id))
    Alert.objects.bulk_update(hidden, _CHANGING, batch_size=500)
    transitions.write(steps)
    shown = [
        alert for alert in hidden if alert.state == State.UNACKNOWLEDGED and alert.rule_id in rules.by_id
    ]
    follow_up(shown, rules)
