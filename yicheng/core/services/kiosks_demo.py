"""Kiosks of a living city: in bank lobbies and halls, one of them silent since yesterday, one short of paper."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta

from django.utils import translation
from django.utils.translation import gettext as now
from django.utils.translation import gettext_lazy as _

from yicheng.core.kernel import clock
from yicheng.core.kernel.declare import Demonstration, SignIn
from yicheng.core.people.public import SYSTEM
from yicheng.core.sensing.models import DeviceModel
from yicheng.core.services.actions.kiosks import NewKiosk, register_kiosk, report
from yicheng.core.services.models import Hall, Kiosk

FULL = 500


def build(scale: float, say: Callable[[str], None]) -> None:
    """One in the lobby of a bank near each hall, tablets at the first windows."""
    if is_built() or not DeviceModel.objects.filter(code="kiosk").exists():
        return
    halls = list(
        Hall.objects.filter(is_active=True).order_by("code")[: max(2, round(8 * min(1.0, scale * 4)))]
    )
    say(f"{len(halls)} kiosks")
    with translation.override("zh-hans"):
        for place, hall in enumerate(halls):
            _put_up(hall, place, sheets=21 if place == 1 else 480 - 37 * place % 300)


def is_built() -> bool:
    """Whether any kiosk stands."""
    return Kiosk.objects.exists()


def sign_ins() -> Sequence[SignIn]:
    """Nobody of its own: the keeper of devices puts kiosks up."""
    return []


def _put_up(hall: Hall, place: int, *, sheets: int) -> None:
    new = NewKiosk(
        now("Kiosk in the lobby of a bank"), "kiosk", hall.organisation_id,
        place=now("Bank lobby near %(hall)s") % {"hall": hall.name}, division_code=hall.division_code,
        lon=hall.lon, lat=hall.lat, sheets_full=FULL, number=f"DEMO-KIOSK-{place + 1}",
    )  # fmt: skip
    with clock.at(clock.now() - timedelta(days=30)):
        kiosk, _key = register_kiosk(SYSTEM, new)
    Kiosk.objects.filter(pk=kiosk.pk).update(sheets_left=sheets, visits=900 - 61 * place)
    kiosk.sheets_left = sheets
    with clock.at(clock.now() - timedelta(hours=20 if place == 2 else 0)):
        report(kiosk)


KIOSKS = Demonstration("services.kiosks", _("Self-service kiosks"), build, is_built, sign_ins)
