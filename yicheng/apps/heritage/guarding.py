"""What chips say about custody: a relic that leaves its place without a running order is an alert at once."""

from __future__ import annotations

from collections.abc import Iterable

from yicheng.apps.heritage.kinds import CARRIED_OFF, RELIC, TAMPERED
from yicheng.apps.heritage.models import Movement, Relic
from yicheng.apps.heritage.models.custody import RUNNING
from yicheng.core.alerts.public import clear_alert, raise_alert
from yicheng.core.people.public import SYSTEM
from yicheng.core.sensing.public import Batch, Observed, Quality, SeriesFact

#: property → whether this value means that somebody is at the relic
LEFT = {"presence": lambda value: value < 0.5, "movement": lambda value: value >= 0.5}
WATCHED = (*LEFT, "tamper")


def watch(batch: Batch) -> None:
    """Shown every batch by sensing's worker, in its transaction; perhaps a batch twice: an alert is raised once."""
    told = [
        (series, one)
        for one in batch.readings
        if (series := batch.series[one.series_id]).bearer_kind == RELIC
        and series.property in WATCHED
        and one.quality != Quality.BAD
    ]
    if not told:
        return
    relics = _relics(series.bearer_id for series, _one in told)
    running = set(
        Movement.objects.filter(relic_id__in=relics, status__in=RUNNING).values_list("relic_id", flat=True)
    )
    for series, one in told:
        relic = relics.get(series.bearer_id)
        if relic is not None:
            _judge(series, one, relic, may_move=relic.pk in running)


def _relics(ids: Iterable[int]) -> dict[int, Relic]:
    return Relic.objects.select_related("place").in_bulk(list(set(ids)))


def _judge(series: SeriesFact, one: Observed, relic: Relic, *, may_move: bool) -> None:
    subject = f"{RELIC}/{relic.pk}"
    if series.property == "tamper":
        if one.value >= 0.5 and not may_move:
            raise_alert(SYSTEM, TAMPERED, subject, values={"device": series.device_number}, at=one.time)
        elif one.value < 0.5:
            clear_alert(SYSTEM, TAMPERED, subject, at=one.time)
    elif LEFT[series.property](one.value):
        if not may_move:
            values = {"place": relic.place.name, "sign": series.device_number}
            raise_alert(SYSTEM, CARRIED_OFF, subject, values=values, at=one.time)
    elif series.property == "presence":
        clear_alert(SYSTEM, CARRIED_OFF, subject, at=one.time)
