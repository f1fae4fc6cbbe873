"""Chips on relics: bound to a component, taken off, replaced, retired. What a device is, sensing keeps."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from yicheng.apps.heritage.actions.relics import relic_to_keep
from yicheng.apps.heritage.kinds import RELIC
from yicheng.apps.heritage.models import Relic
from yicheng.apps.heritage.queries.climate import chips_of
from yicheng.core.journal.public import record
from yicheng.core.kernel.errors import Invalid, NotFound
from yicheng.core.people.public import Viewer
from yicheng.core.sensing import public as sensing


def bind_chip(viewer: Viewer, relic_id: int, *, device_id: int, component: int | None) -> None:
    """Fix a device to a component (by its number; None: to the relic as a whole). Raises ``Invalid``, ``Conflict``."""
    with transaction.atomic():
        relic = relic_to_keep(viewer, relic_id)
        name = _component(relic, component)
        sensing.bind(viewer, device_id, bearer_kind=RELIC, bearer_id=relic.pk, component=name)
        _recorded(viewer, relic, "bind_chip", device_id, name)


def unbind_chip(
    viewer: Viewer, relic_id: int, device_id: int, *, reason: str, is_for_good: bool = False
) -> None:
    """Take a chip off; ``is_for_good`` retires it. Raises ``Invalid``, ``NotFound``."""
    with transaction.atomic():
        relic = _bearing(viewer, relic_id, device_id, reason=reason)
        if is_for_good:
            sensing.retire(viewer, device_id, reason=reason)
        else:
            sensing.unbind(viewer, device_id, reason=reason)
        _recorded(viewer, relic, "unbind_chip", device_id, reason)


def replace_chip(viewer: Viewer, relic_id: int, device_id: int, *, by_id: int, reason: str) -> None:
    """Put another chip in the place of one; the old one is retired. Raises ``Invalid``, ``Conflict``."""
    with transaction.atomic():
        relic = _bearing(viewer, relic_id, device_id, reason=reason)
        sensing.replace(viewer, device_id, by_id=by_id, reason=reason)
        _recorded(viewer, relic, "replace_chip", device_id, reason)


def _component(relic: Relic, number: int | None) -> str:
    if number is None:
        return ""
    name = relic.components.filter(number=number).values_list("name", flat=True).first()
    if name is None:
        wrong = _("Choose a component of this relic.")
        raise Invalid(wrong, fields={"component": wrong})
    return name


def _bearing(viewer: Viewer, relic_id: int, device_id: int, *, reason: str) -> Relic:
    relic = relic_to_keep(viewer, relic_id)
    if len(reason.strip()) < 2:
        raise Invalid(_("Say why."), fields={"reason": _("Say why.")})
    if device_id not in {one.id for one in chips_of(relic)}:
        raise NotFound(_("This chip is not on this relic."))
    return relic


def _recorded(viewer: Viewer, relic: Relic, verb: str, device_id: int, words: str) -> None:
    record(
        viewer,
        action=f"heritage.{verb}",
        subject=f"relic/{relic.pk}",
        division=relic.division_code,
        detail={"device": device_id, "words": words[:200]},
    )
