"""The platform's own alerts: devices that fall silent or lose their clock."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _

from yicheng.core.alerts.declare import (
    AlertRule,
    Described,
    Example,
    FactHappened,
    Parent,
    Rung,
    Severity,
    SubjectKind,
)
from yicheng.core.sensing.models import Device

SILENT, HEARD, SKEWED = "sensing.device_silent", "sensing.device_heard", "sensing.clock_skewed"


def _describe(ids: Sequence[str]) -> Mapping[str, Described]:
    wanted = [int(text) for text in ids if text.isdecimal()]
    return {
        str(row.pk): Described(
            f"{row.name} {row.number}".strip(),
            _link(row.pk),
            row.organisation_id,
            row.division_code,
            row.lon,
            row.lat,
        )
        for row in Device.objects.filter(pk__in=wanted)
    }


def _link(device_id: int) -> str:
    try:
        return reverse("desk.device", args=[device_id])
    except NoReverseMatch:
        return ""


def _gateways(subjects: Sequence[str]) -> Mapping[str, str]:
    """Device → the gateway behind which it speaks."""
    ids = [int(text) for subject in subjects if (text := subject.partition("/")[2]).isdecimal()]
    rows = Device.objects.filter(pk__in=ids, gateway__isnull=False).values_list("pk", "gateway_id")
    return {f"device/{device}": f"device/{gateway}" for device, gateway in rows}


ALERT_SUBJECTS = (SubjectKind("device", _("Device"), _describe),)
ALERT_RULES = (
    AlertRule(
        key="alerts.device_silent",
        title=_("Device silent"),
        severity=Severity.YELLOW,
        text=_("%(subject)s should have spoken and did not."),
        condition=FactHappened(SILENT, until=HEARD),
        advice=_("Look at its power and its network; replace the battery where it was low."),
        suppressed_by=Parent("alerts.device_silent", _gateways),
        escalate=(Rung(timedelta(hours=4), "alerts.receive_escalated"),),
        example=Example(facts=((SILENT, {"number": "T-1"}),)),
        counter_example=Example(facts=((HEARD, {"number": "T-1"}),)),
    ),
    AlertRule(
        key="alerts.clock_skewed",
        title=_("Device's clock is wrong"),
        severity=Severity.BLUE,
        text=_("%(subject)s says times that cannot be; its readings are set aside."),
        condition=FactHappened(SKEWED),
        advice=_("Set the clock of the device or of its gateway."),
        example=Example(facts=((SKEWED, {"number": "T-1"}),)),
        counter_example=Example(facts=((SILENT, {"number": "T-1"}),)),
    ),
)
