"""Drills of early warning: a rule is raised about a relic as if it were so, marked as a drill, and ended again."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from yicheng.apps.heritage.kinds import CARRIED_OFF, RELIC, TAMPERED
from yicheng.apps.heritage.limits import QUANTITIES, SWING, Limit, limits_of, rule_key
from yicheng.apps.heritage.models import Relic
from yicheng.apps.heritage.permissions import DRILL
from yicheng.core.alerts import public as alerts
from yicheng.core.journal.public import record
from yicheng.core.kernel.errors import Invalid, NotFound
from yicheng.core.people.public import SYSTEM, Viewer


def begin_drill(viewer: Viewer, relic_id: int, *, rule: str) -> int:
    """Raise a rule that is for this relic's material as a drill; answers the alert's id. Raises ``Invalid``."""
    with transaction.atomic():
        relic = _relic(viewer, relic_id)
        values = drill_values(relic).get(rule)
        if values is None:
            wrong = _("Choose a rule that is for this relic.")
            raise Invalid(wrong, fields={"rule": wrong})
        alert_id = alerts.raise_alert(SYSTEM, rule, f"{RELIC}/{relic.pk}", values=values, is_drill=True)
        _recorded(viewer, relic, "begin_drill", rule)
    return alert_id


def end_drill(viewer: Viewer, relic_id: int, *, rule: str) -> None:
    """Say that the drill is over."""
    with transaction.atomic():
        relic = _relic(viewer, relic_id)
        alerts.clear_alert(SYSTEM, rule, f"{RELIC}/{relic.pk}", is_drill=True)
        _recorded(viewer, relic, "end_drill", rule)


def drill_values(relic: Relic) -> dict[str, dict[str, object]]:
    """The rules that can be drilled with a relic → made-up values for their sentence."""
    found: dict[str, dict[str, object]] = {rule_key(one): _values(one) for one in limits_of(relic.material)}
    found[CARRIED_OFF] = {"place": relic.place.name, "sign": "–"}
    found[TAMPERED] = {"device": "–"}
    return found


def _values(limit: Limit) -> dict[str, object]:
    most = limit.high or 0.0
    return {
        "value": round(most + 1 if limit.quantity == SWING else most * 1.2, 2),
        "limit": most,
        "unit": QUANTITIES[limit.quantity][2],
    }


def _relic(viewer: Viewer, relic_id: int) -> Relic:
    relic = Relic.objects.select_related("place").filter(pk=relic_id).first()
    if relic is None:
        raise NotFound(_("There is no such relic, or none that you may see."))
    viewer.require(DRILL, organisation_id=relic.organisation_id, division=relic.division_code)
    return relic


def _recorded(viewer: Viewer, relic: Relic, verb: str, rule: str) -> None:
    record(
        viewer,
        action=f"heritage.{verb}",
        subject=f"relic/{relic.pk}",
        division=relic.division_code,
        detail={"rule": rule},
    )
