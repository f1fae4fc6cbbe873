"""Assigning duties and importing cells: rights, refusals, records."""

from __future__ import annotations

import json
from typing import Any

import pytest

from yicheng.core.journal.models import AuditEntry
from yicheng.core.kernel.errors import Conflict, Forbidden, Invalid, NotFound, SignInRequired
from yicheng.core.people.models import Account, Organisation, Role
from yicheng.core.people.public import STRANGER, SYSTEM, Scope, Viewer
from yicheng.core.places import actions, public
from yicheng.core.places.models import Duty, GridCell

pytestmark = pytest.mark.usefixtures("tinytown")

RIGHTS = ("places.assign_duty", "places.import_cells", "places.view_grid")
EAST_ONLY = Viewer(
    kind="staff", account_id=1, grants={right: (Scope(division="990101"),) for right in RIGHTS}
)


def body(code: str) -> int:
    return Organisation.objects.get(code=code).pk


def role(code: str) -> int:
    return Role.objects.get(code=code).pk


def cells(*squares: tuple[str, float, float]) -> str:
    def one(code: str, west: float, south: float) -> dict[str, Any]:
        east, north = west + 0.002, south + 0.002
        ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
        geometry = {"type": "Polygon", "coordinates": [ring]}
        return {"type": "Feature", "properties": {"code": code}, "geometry": geometry}

    return json.dumps({"type": "FeatureCollection", "features": [one(*square) for square in squares]})


class TestDuties:
    def test_a_duty_on_a_cell_goes_before_that_of_its_street(self) -> None:
        cell = GridCell.objects.filter(code__startswith="990101001").first()
        assert cell is not None
        duty = actions.assign_duty(SYSTEM, cell.code, role_id=role("handler"), organisation_id=body("lamps"))
        (held,) = [one for one in public.duties_of(cell.code) if one.role_code == "handler"]
        assert (held.area_code, held.organisation_name_en) == (cell.code, "Lamp Company")
        with pytest.raises(Conflict):
            actions.assign_duty(SYSTEM, cell.code, role_id=role("handler"), organisation_id=body("lamps"))
        actions.end_duty(SYSTEM, duty.pk)
        (held,) = [one for one in public.duties_of(cell.code) if one.role_code == "handler"]
        assert held.organisation_name_en == "Road Crew"
        with pytest.raises(Conflict):
            actions.end_duty(SYSTEM, duty.pk)

    def test_one_person_of_the_organisation(self) -> None:
        mei = Account.objects.create(
            username="mei", kind="staff", display_name="Mei", organisation_id=body("east")
        )
        actions.assign_duty(
            SYSTEM, "990101002", role_id=role("handler"), organisation_id=body("east"), account_id=mei.pk
        )
        (held,) = public.duties_of("990101002001001")
        assert (held.account_name, held.organisation_name_en) == ("Mei", "East District Office")
        with pytest.raises(Invalid) as refusal:
            actions.assign_duty(
                SYSTEM, "990102", role_id=role("handler"), organisation_id=body("west"), account_id=mei.pk
            )
        assert "account" in refusal.value.fields

    def test_refusals_change_nothing(self) -> None:
        before = Duty.objects.count()
        wanted = {"role_id": role("handler"), "organisation_id": body("east")}
        for viewer, area, refusal in (
            (STRANGER, "990101", SignInRequired),
            (EAST_ONLY, "990102", Forbidden),
            (SYSTEM, "990199", NotFound),
            (SYSTEM, "990101001001999", NotFound),
        ):
            with pytest.raises(refusal):
                actions.assign_duty(viewer, area, **wanted)
        with pytest.raises(Invalid):
            actions.assign_duty(SYSTEM, "990101", role_id=0, organisation_id=body("east"))
        assert Duty.objects.count() == before

    def test_it_stands_in_the_audit_trail(self) -> None:
        duty = actions.assign_duty(
            SYSTEM, "990102001", role_id=role("handler"), organisation_id=body("roads")
        )
        line = AuditEntry.objects.get(action="places.assign_duty")
        assert (line.subject, line.division_code) == (f"duty/{duty.pk}", "990102001")


class TestImport:
    def test_sound_cells_come_in_and_the_others_are_told(self) -> None:
        generated = GridCell.objects.filter(division="990101001001", is_active=True).count()
        text = cells(
            ("990101001001901", 160.021, 20.005),
            ("990101001001902", 160.0215, 20.0055),
            ("990101001001903", 160.001, 20.001),
            ("99", 160.021, 20.009),
        )
        report = actions.import_cells(SYSTEM, text, name="survey.geojson", datum="wgs84")
        assert (report.taken, report.retired) == (1, generated)
        assert len(report.refused) == 3
        assert public.locate(160.0212, 20.0052).cell_code == "990101001001901"  # type: ignore[union-attr]
        assert GridCell.objects.get(pk="990101001001901").datum == "wgs84"

    def test_what_staff_imported_survives_the_next_loading(self, tinytown: Any) -> None:
        from yicheng.core.kernel.pack import load_pack, open_pack

        actions.import_cells(SYSTEM, cells(("990101001001901", 160.021, 20.005)), name="survey.geojson")
        load_pack(open_pack(tinytown))
        cell = GridCell.objects.get(pk="990101001001901")
        assert (cell.is_active, cell.origin) == (True, "surveyed")
        assert not GridCell.objects.filter(
            division="990101001001", origin="generated", is_active=True
        ).exists()

    def test_each_only_in_their_own_divisions(self) -> None:
        text = cells(("990101001001901", 160.021, 20.005), ("990102001001901", 160.015, 20.005))
        report = actions.import_cells(EAST_ONLY, text, name="survey.geojson")
        assert report.taken == 1
        assert not GridCell.objects.filter(pk="990102001001901").exists()

    @pytest.mark.parametrize("text", ["", "{", "[]", '{"type": "FeatureCollection", "features": []}'])
    def test_a_file_without_outlines_is_refused(self, text: str) -> None:
        with pytest.raises(Invalid):
            actions.import_cells(SYSTEM, text, name="survey.geojson")

    def test_not_without_the_right(self) -> None:
        with pytest.raises(SignInRequired):
            actions.import_cells(STRANGER, cells(), name="x")
