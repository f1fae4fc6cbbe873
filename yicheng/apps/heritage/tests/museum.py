"""Tinytown with a museum in it: rooms, a bronze, a chip that nothing bears yet, and staff who watch over them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from yicheng.apps.heritage.actions.places import open_place
from yicheng.apps.heritage.actions.relics import register_relic
from yicheng.apps.heritage.models import Relic
from yicheng.apps.heritage.permissions import HERITAGE_HEAD, HERITAGE_OFFICER, RELIC_KEEPER
from yicheng.apps.heritage.tests.test_registers import a_relic
from yicheng.core.cases import classes, current
from yicheng.core.kernel.pack import load_pack, open_pack
from yicheng.core.people.models import Organisation, Role
from yicheng.core.people.public import SYSTEM, NewStaff, make_staff
from yicheng.core.places import atlas
from yicheng.core.sensing import registry, remembered
from yicheng.core.sensing.models import DeviceModel
from yicheng.core.sensing.public import NewDevice, register_device
from yicheng.core.web.city import forget_city

TINYTOWN = Path(__file__).resolve().parents[4] / "tests" / "cities" / "tinytown"
EAST = "990101"
CHIP = "CHIP-1"
#: role → rights of other parts that a city gives it
ROLES = {
    RELIC_KEEPER: (
        "sensing.view_devices",
        "sensing.keep_devices",
        "alerts.see_alerts",
        "alerts.answer",
        "alerts.handle",
    ),
    HERITAGE_HEAD: ("alerts.see_alerts", "alerts.answer"),
    HERITAGE_OFFICER: (),
}
STAFF = (
    NewStaff("keeper", "Keeper", "museum", RELIC_KEEPER),
    NewStaff("head", "Head", "museum", HERITAGE_HEAD),
    NewStaff("officer", "Officer", "hall", HERITAGE_OFFICER, within=False),
)


@dataclass(frozen=True)
class Museum:
    """A body with a hall, and the bronze that stands in it."""

    organisation_id: int
    bronze: Relic
    chip_id: int


def build_museum() -> Museum:
    """Load the pack, then enter the museum by the same actions as people."""
    load_pack(open_pack(TINYTOWN))
    forget_town()
    hall = Organisation.objects.get(code="hall")
    museum = Organisation.objects.create(
        code="museum",
        name="博物馆",
        name_en="Museum",
        kind="office",
        parent=hall,
        division_code=EAST,
        path="",
    )
    Organisation.objects.filter(pk=museum.pk).update(path=f"{hall.path}{museum.pk}/")
    for code, rights in ROLES.items():
        Role.objects.create(code=code, name=code, rights=list(rights))
    make_staff(SYSTEM, STAFF, password="spade-lantern-41")
    room = open_place(
        SYSTEM,
        code="M-Z1",
        name="Hall of bronzes",
        kind="exhibit",
        organisation_id=museum.pk,
        division=EAST,
        is_public=True,
    )
    DeviceModel.objects.create(code="chip", name="Relic chip", interval_s=0)
    new = NewDevice("Chip", "chip", number=CHIP, organisation_id=museum.pk, division_code=EAST)
    bronze = register_relic(SYSTEM, a_relic(room.pk, "M-1", name="方鼎", name_en="Square tripod"))
    return Museum(museum.pk, bronze, int(register_device(SYSTEM, new).pk))


def forget_town() -> None:
    """What this process remembers of another test's city and devices."""
    for forget in (
        forget_city,
        atlas.forget,
        classes.forget,
        current.forget,
        registry.forget,
        remembered.forget_facts,
    ):
        forget()
