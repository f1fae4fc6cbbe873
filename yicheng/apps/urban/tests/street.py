"""An invented city, as small as the tests of work in the street need it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from shapely.geometry import Polygon, box

from yicheng.core.cases.actions.processes import publish_version, save_version
from yicheng.core.cases.classes import forget
from yicheng.core.cases.models import CaseClass
from yicheng.core.people.models import Account, Appointment, Organisation, Role
from yicheng.core.people.public import SYSTEM, Viewer, viewer_of_account
from yicheng.core.places.atlas import renew
from yicheng.core.places.models import Division, GridCell

CITY, NORTH, SOUTH = "990000", "990101", "990102"
NORTH_COMMUNITY, SOUTH_COMMUNITY = "990101001001", "990102001001"
#: degrees; a cell is 0.002 wide, the grid three by three
WEST, SOUTH_EDGE, CELL = 113.60, 34.70, 0.002
PROCESSES = Path(__file__).resolve().parents[4] / "cities" / "zhengzhou" / "processes"


@dataclass(frozen=True, slots=True)
class Street:
    """Ids of bodies and accounts by their codes."""

    bodies: dict[str, int]
    accounts: dict[str, int]

    def viewer(self, name: str) -> Viewer:
        return viewer_of_account(self.accounts[name])


def build_street() -> Street:
    """Divisions, cells, classes, two departments, and one account for each kind of work."""
    _build_places()
    _build_classes()
    _publish_process()
    bodies = {
        code: _body(code, division) for code, division in (("LAMPS", ""), ("WATER", ""), ("NORTH", NORTH))
    }
    account = Account.objects.create
    accounts = {
        name: account(
            username=name, kind=kind, display_name=name.title(), language="en", organisation_id=body
        ).pk
        for name, kind, body in (
            ("collector", "staff", bodies["NORTH"]),
            ("colleague", "staff", bodies["NORTH"]),
            ("supervisor", "staff", bodies["NORTH"]),
            ("keeper", "staff", bodies["LAMPS"]),
            ("water_keeper", "staff", bodies["WATER"]),
            ("clerk", "staff", bodies["WATER"]),
            ("lamp_clerk", "staff", bodies["LAMPS"]),
            ("dispatcher", "staff", bodies["NORTH"]),
            ("gateway", "system", None),
            ("other_gateway", "system", None),
            ("resident", "resident", None),
        )
    }
    _appoint(accounts["collector"], "collector", division=NORTH)
    _appoint(accounts["colleague"], "collector", division=NORTH)
    _appoint(accounts["supervisor"], "supervision_clerk", division=NORTH)
    _appoint(accounts["keeper"], "parts_keeper")
    _appoint(accounts["water_keeper"], "parts_keeper", body=bodies["WATER"])
    _appoint(accounts["clerk"], "handler", body=bodies["WATER"])
    _appoint(accounts["lamp_clerk"], "handler", body=bodies["LAMPS"])
    _appoint(accounts["dispatcher"], "dispatcher", division=NORTH)
    return Street(bodies, accounts)


def cell_code(number: int) -> str:
    """The code of the n-th cell (from 1) of the northern community."""
    return f"{NORTH_COMMUNITY}{number:03d}"


def centre(number: int) -> tuple[float, float]:
    """The middle of the n-th cell."""
    row, column = divmod(number - 1, 3)
    return WEST + CELL * (column + 0.5), SOUTH_EDGE + CELL * (row + 0.5)


def _build_places() -> None:
    whole = box(WEST, SOUTH_EDGE, WEST + 6 * CELL, SOUTH_EDGE + 3 * CELL)
    north = box(WEST, SOUTH_EDGE, WEST + 3 * CELL, SOUTH_EDGE + 3 * CELL)
    south = box(WEST + 3 * CELL, SOUTH_EDGE, WEST + 6 * CELL, SOUTH_EDGE + 3 * CELL)
    rows: list[tuple[str, int, str | None, Polygon]] = [(CITY, 1, None, whole)]
    for county, outline in ((NORTH, north), (SOUTH, south)):
        rows += [(county, 2, CITY, outline), (f"{county}001", 3, county, outline)]
        rows += [(f"{county}001001", 4, f"{county}001", outline)]
    for code, level, parent, outline in rows:
        Division.objects.create(
            code=code,
            level=level,
            name=f"D{code}",
            parent_id=parent,
            outline=outline,
            outline_origin="surveyed",
        )
    for number in range(1, 10):
        lon, lat = centre(number)
        outline = box(lon - CELL / 2, lat - CELL / 2, lon + CELL / 2, lat + CELL / 2)
        GridCell.objects.create(
            code=cell_code(number),
            division_id=NORTH_COMMUNITY,
            outline=outline,
            lon=lon,
            lat=lat,
            area_m2=40_000,
            origin="surveyed",
        )
    renew()


def _build_classes() -> None:
    create = CaseClass.objects.create
    for code, kind, name, name_en, parent in (
        ("P01", "part", "公用设施", "Utilities", None),
        ("P0101", "part", "上水井盖", "Water cover", "P01"),
        ("P0118", "part", "路灯", "Street lamp", "P01"),
        ("E01", "event", "市容环境", "Appearance", None),
        ("E0102", "event", "暴露垃圾", "Exposed rubbish", "E01"),
    ):
        create(
            code=code,
            application="urban",
            kind=kind,
            name=name,
            name_en=name_en,
            parent_id=parent,
            keywords="词 word",
        )
    forget()


def _publish_process() -> None:
    """The process as Zhengzhou draws it."""
    paths = [*PROCESSES.glob("urban_case.bpmn"), *PROCESSES.glob("urban_triage.dmn")]
    files = {path.name: path.read_text(encoding="utf-8") for path in paths}
    publish_version(SYSTEM, save_version(SYSTEM, "urban.case", files=files).pk)


def _body(code: str, division: str) -> int:
    body = Organisation.objects.create(
        code=code, name=f"{code} bureau", kind="department", path="", division_code=division
    )
    body.path = f"/{body.pk}/"
    body.save()
    return int(body.pk)


def _appoint(account_id: int, role: str, *, body: int | None = None, division: str = "") -> None:
    held, _new = Role.objects.get_or_create(code=role, defaults={"name": role})
    Appointment.objects.create(account_id=account_id, role=held, organisation_id=body, division_code=division)
