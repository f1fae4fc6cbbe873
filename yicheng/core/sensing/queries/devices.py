"""Devices: lists by scope, one with all that is known of it, those that something bears."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from yicheng.core.kernel.errors import NotFound
from yicheng.core.people.public import Viewer, scoped
from yicheng.core.sensing.declare import BEARERS
from yicheng.core.sensing.facts import DeviceFact, SeriesFact
from yicheng.core.sensing.models import Device, Status
from yicheng.core.sensing.remembered import read_facts

VIEW = "sensing.view_devices"


def devices(viewer: Viewer) -> QuerySet[Any]:
    """The devices this viewer may see, with model and hearing."""
    return scoped(Device.objects.select_related("model", "hearing", "organisation"), viewer, VIEW)


def find_device(viewer: Viewer, device_id: int) -> Device:
    """One device; also for who may see what bears it. Raises ``NotFound``."""
    device = (
        Device.objects.select_related("model", "hearing", "organisation", "gateway")
        .filter(pk=device_id)
        .first()
    )
    if device is None or not may_view(viewer, device):
        raise NotFound(_("There is no such device."))
    return device


def may_view(viewer: Viewer, device: Any) -> bool:
    """Whether the viewer may see the device: by right over its scope, or through its bearer."""
    if viewer.may(VIEW, organisation_id=device.organisation_id, division=device.division_code):
        return True
    kind = device.bearer_kind
    return kind in BEARERS and device.bearer_id in set(BEARERS.get(kind).may_view(viewer, [device.bearer_id]))


def devices_of(bearers: Iterable[tuple[str, int]]) -> Sequence[DeviceFact]:
    """The devices fixed to these bearers; the caller has checked the right over them. One query."""
    borne = _borne(bearers)
    if not borne:
        return []
    rows = Device.objects.filter(borne).select_related("hearing").order_by("pk")
    return [_fact(device) for device in rows]


def devices_borne_by(kinds: Iterable[str]) -> QuerySet[Device]:
    """Devices in service that things of these kinds bear; the caller narrows them to its viewer."""
    rows = Device.objects.select_related("hearing", "organisation")
    return rows.filter(bearer_kind__in=list(kinds), status=Status.IN_SERVICE)


def series_of(bearers: Iterable[tuple[str, int]]) -> Sequence[SeriesFact]:
    """The series of the devices fixed to these bearers; the caller has checked the right. One query."""
    pairs = list(bearers)
    if not pairs:
        return []
    return read_facts(
        "WHERE (d.bearer_kind, d.bearer_id) IN (SELECT * FROM unnest(%s::text[], %s::bigint[]))",
        [[kind for kind, _id in pairs], [bearer_id for _kind, bearer_id in pairs]],
    )


def series_of_devices(device_ids: Iterable[int]) -> Sequence[SeriesFact]:
    """The series of these devices. One query."""
    return read_facts("WHERE s.device_id = ANY(%s)", [list(device_ids)])


def bearer_names(pairs: Iterable[tuple[str, int]]) -> dict[tuple[str, int], str]:
    """What bearers are called; one call for each kind."""
    found: dict[tuple[str, int], str] = {}
    wanted = {(kind, bearer_id) for kind, bearer_id in pairs if kind in BEARERS}
    for kind in {kind for kind, _id in wanted}:
        names = BEARERS.get(kind).name_of([bearer_id for one, bearer_id in wanted if one == kind])
        found |= {(kind, bearer_id): name for bearer_id, name in names.items()}
    return found


def _borne(bearers: Iterable[tuple[str, int]]) -> Q:
    by_kind: dict[str, list[int]] = {}
    for kind, bearer_id in bearers:
        by_kind.setdefault(kind, []).append(bearer_id)
    borne = Q()
    for kind, ids in by_kind.items():
        borne |= Q(bearer_kind=kind, bearer_id__in=ids)
    return borne


def _fact(device: Any) -> DeviceFact:
    hearing = getattr(device, "hearing", None)
    return DeviceFact(
        device.pk,
        device.number,
        device.name,
        device.model_id,
        device.status,
        device.organisation_id,
        device.division_code,
        device.bearer_kind,
        device.bearer_id,
        device.component,
        bool(hearing and hearing.is_silent),
        hearing.heard_at if hearing else None,
    )
