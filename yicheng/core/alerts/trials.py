"""A rule tried on history: when it would have been raised, on which days, about what; nothing is written."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils.translation import gettext_lazy as _

from yicheng.core.alerts.conditions import Anomaly, Combination, FactHappened
from yicheng.core.alerts.declare import AlertRule
from yicheng.core.alerts.evaluation.describing import about_series
from yicheng.core.alerts.evaluation.live import city_zone
from yicheng.core.alerts.evaluation.memory import Turn
from yicheng.core.alerts.evaluation.plans import subject_of
from yicheng.core.alerts.evaluation.replaying import Seen, replay
from yicheng.core.alerts.evaluation.scoping import series_of_rule
from yicheng.core.alerts.evaluation.usual import learn
from yicheng.core.kernel.errors import Invalid
from yicheng.core.people.public import Viewer
from yicheng.core.sensing.public import Observed, Quality, SeriesFact, raw_readings

MOST_SERIES = 200
MOST_READINGS = 500_000
LONGEST = timedelta(days=400)
SHOWN = 200


@dataclass(frozen=True, slots=True)
class Firing:
    """One alert that the rule would have raised; ``ended_at`` None: it would still stand at the end."""

    subject: str
    title: str
    raised_at: datetime
    ended_at: datetime | None
    value: float | None


@dataclass(frozen=True, slots=True)
class Trial:
    """What a rule would have done: how often, on which days, the longest first; ``series`` were looked at.

    ``by_day`` counts by the day of the city. ``standing`` is how long alerts would have stood, all together.
    """

    firings: Sequence[Firing]
    count: int
    by_day: Mapping[date, int]
    standing: timedelta
    subjects: int
    series: int
    readings: int
    is_cut: bool


def try_rule(viewer: Viewer, rule: AlertRule, since: datetime, until: datetime) -> Trial:
    """See ``public.try_rule``."""
    viewer.require("alerts.edit_rule")
    if rule.condition is None or isinstance(rule.condition, FactHappened):
        raise Invalid(_("Only rules over readings can be tried on history: facts are not kept."))
    if not since < until <= since + LONGEST:
        raise Invalid(_("Choose a stretch of at most 400 days."))
    every = series_of_rule(rule)
    chosen = [fact for fact in every if _may_see(viewer, fact)]
    looked_at = chosen[:MOST_SERIES]
    rows = raw_readings([fact.id for fact in looked_at], since=since, until=until, limit=MOST_READINGS)
    turns = _turns(rule, looked_at, rows, until=until)
    return _told(turns, looked_at, rows, until=until, is_cut=len(chosen) > MOST_SERIES)


def _may_see(viewer: Viewer, fact: SeriesFact) -> bool:
    place = {"organisation_id": fact.organisation_id, "division": fact.division_code}
    return viewer.may("alerts.edit_rule", **place) or viewer.may("sensing.view_devices", **place)  # type: ignore[arg-type]


def _turns(
    rule: AlertRule, facts: Iterable[SeriesFact], rows: Iterable[Observed], *, until: datetime
) -> Mapping[str, list[list[Turn]]]:
    """Subject → the turns of each of its series (of a combination: of all together)."""
    by_series: dict[int, list[Observed]] = defaultdict(list)
    for row in rows:
        if row.quality != Quality.BAD:
            by_series[row.series_id].append(row)
    found: dict[str, list[list[Turn]]] = defaultdict(list)
    if isinstance(rule.condition, Combination):
        for subject, group in _by_subject(facts).items():
            seen = [Seen(row.time, row.value, fact.property) for fact in group for row in by_series[fact.id]]
            seen.sort(key=lambda one: one.at)
            found[subject].append(replay(rule, seen, until=until, zone=city_zone()))
        return found
    for fact in facts:
        found[subject_of(fact)].append(_of_series(rule, by_series[fact.id], until=until))
    return found


def _of_series(rule: AlertRule, rows: Sequence[Observed], *, until: datetime) -> list[Turn]:
    seen = [Seen(row.time, row.value) for row in rows]
    if not isinstance(rule.condition, Anomaly):
        return replay(rule, seen, until=until, zone=city_zone())
    return _learning(rule, rule.condition, seen, until=until)


def _learning(rule: AlertRule, condition: Anomaly, seen: Sequence[Seen], *, until: datetime) -> list[Turn]:
    """Day by day, each judged by what the four weeks before it had taught."""
    turns: list[Turn] = []
    start, begin, position = 0, seen[0].at if seen else until, 0
    while position < len(seen):
        ends = begin + timedelta(days=1)
        last = position
        while last < len(seen) and seen[last].at < ends:
            last += 1
        while seen[start].at < begin - timedelta(days=28):
            start += 1
        usual = learn(condition, ((one.at, one.value) for one in seen[start:position]))
        day = seen[position:last]
        turns += replay(rule, day, until=min(ends, until), zone=city_zone(), usual=usual)
        begin, position = ends, last
    return turns


def _by_subject(facts: Iterable[SeriesFact]) -> Mapping[str, list[SeriesFact]]:
    groups: dict[str, list[SeriesFact]] = defaultdict(list)
    for fact in facts:
        groups[subject_of(fact)].append(fact)
    return groups


def _told(
    turns: Mapping[str, list[list[Turn]]],
    facts: Sequence[SeriesFact],
    rows: Sequence[Observed],
    *,
    until: datetime,
    is_cut: bool,
) -> Trial:
    about = about_series({subject_of(fact): fact for fact in facts})
    firings = [
        Firing(subject, about[subject].title if subject in about else subject, began.at, ended, began.value)
        for subject, groups in turns.items()
        for began, ended in _merged(groups)
    ]
    firings.sort(key=lambda one: (one.ended_at or until) - one.raised_at, reverse=True)
    zone = city_zone()
    return Trial(
        firings=firings[:SHOWN],
        count=len(firings),
        by_day=dict(sorted(Counter(one.raised_at.astimezone(zone).date() for one in firings).items())),
        standing=sum(((one.ended_at or until) - one.raised_at for one in firings), timedelta(0)),
        subjects=len({one.subject for one in firings}),
        series=len(facts),
        readings=len(rows),
        is_cut=is_cut,
    )


def _merged(groups: Sequence[Sequence[Turn]]) -> list[tuple[Turn, datetime | None]]:
    """Alerts about one subject: raised by its first series, over when its last one is."""
    standing, began, found = 0, None, list[tuple[Turn, datetime | None]]()
    for turn in sorted((turn for group in groups for turn in group), key=lambda one: one.at):
        standing += 1 if turn.is_raise else -1
        if turn.is_raise and standing == 1:
            began = turn
        elif standing == 0 and began is not None:
            found.append((began, turn.at))
            began = None
    return [*found, (began, None)] if began is not None else found
