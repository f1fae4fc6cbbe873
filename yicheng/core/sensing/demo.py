"""What the demonstration shows of sensing itself: a week of the city's air, one silent station, one wrong clock."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Sequence
from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from yicheng.core.kernel import clock
from yicheng.core.kernel.declare import Demonstration, SignIn
from yicheng.core.people.public import SYSTEM
from yicheng.core.places.public import divisions
from yicheng.core.sensing.actions.keys import issue_key
from yicheng.core.sensing.actions.register import register_device
from yicheng.core.sensing.draining import drain_all
from yicheng.core.sensing.facts import NewDevice, NewReading, Source
from yicheng.core.sensing.ingest.door import receive
from yicheng.core.sensing.ingest.taking import take_readings
from yicheng.core.sensing.models import Device, DeviceModel

MODEL = "env_air"
NUMBER = "AIR-{code}"
_STEP = timedelta(minutes=15)
_OWN = Source("platform", is_trusted=True)


def build(scale: float, say: Callable[[str], None]) -> None:
    """One air station for each district; a week of quarter-hourly readings."""
    if is_built() or not DeviceModel.objects.filter(pk=MODEL).exists():
        return
    rng = random.Random(7)
    days = 7 if scale >= 0.2 else 1
    places = [one for one in divisions(2) if one.lon is not None and one.lat is not None]
    places = places if scale >= 0.2 else places[:3]
    for position, place in enumerate(places):
        number = NUMBER.format(code=place.code)
        new = NewDevice(
            str(_("Air station %(place)s")) % {"place": place.name},
            MODEL,
            number=number,
            division_code=place.code,
            lon=place.lon,
            lat=place.lat,
            place=place.name,
            is_in_service=True,
            firmware="1.4.2",
        )
        device = register_device(SYSTEM, new)
        _speak(number, days=days, rng=rng, is_silent=position == 1)
        if position == 0:
            _errors(device)
    drain_all()
    say(f"{len(places)} air stations with their readings")


def is_built() -> bool:
    """Whether the last station stands."""
    return (
        Device.objects.filter(number__startswith="AIR-").exists()
        or not DeviceModel.objects.filter(pk=MODEL).exists()
    )


def sign_ins() -> Sequence[SignIn]:
    """Nobody of its own: administrators see devices."""
    return ()


def _speak(number: str, *, days: int, rng: random.Random, is_silent: bool) -> None:
    now = clock.now()
    until = now - timedelta(hours=9) if is_silent else now
    base, batch = rng.uniform(6, 10), list[NewReading]()
    at = now - timedelta(days=days)
    while at <= until:
        daily = math.sin((at.hour + at.minute / 60 - 9) / 24 * 2 * math.pi)
        batch += [
            NewReading(number, "temperature", round(base + 5 * daily + rng.gauss(0, 0.2), 1), at),
            NewReading(number, "humidity", round(55 - 14 * daily + rng.gauss(0, 1), 1), at),
            NewReading(number, "pm2_5", round(max(4, 60 + 30 * daily + rng.gauss(0, 8))), at),
        ]
        at += _STEP
    for start in range(0, len(batch), 5000):
        take_readings(_OWN, batch[start : start + 5000])


def _errors(device: Device) -> None:
    """What really happens: a clock of 1970, and a body that cannot be read."""
    take_readings(_OWN, [NewReading(device.number, "temperature", 8.1, clock.now().replace(year=1970))])
    key = issue_key(SYSTEM, device.pk)
    receive(
        key,
        b'[{"property": "temperature", "value": "8,1 degrees"}, {"property": "mood", "value": 3}]',
        content_type="application/json",
    )


DEMONSTRATIONS = (
    Demonstration("sensing", _("Air stations"), build=build, is_built=is_built, sign_ins=sign_ins),
)
