"""The census from file to table: checked first, taken as a whole or by explicit choice, never half, never elsewhere."""

from __future__ import annotations

import io

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from yicheng.apps.urban.actions.imports import drop_import
from yicheng.apps.urban.actions.parts import change_part, stage_parts, take_parts
from yicheng.apps.urban.models import FileImport, ImportRow, Part
from yicheng.apps.urban.queries.parts import KEEP, owner_of, part_of, parts_nearby, parts_of
from yicheng.apps.urban.tests.street import Street, cell_code, centre
from yicheng.core.kernel.errors import Conflict, Forbidden, Invalid, NotFound, SignInRequired
from yicheng.core.people.models import Organisation
from yicheng.core.people.public import STRANGER, Viewer

HEADER = "标识码,状态,主管部门代码,经度,纬度,坐标系,名称"


def line(number: int, *, state: str = "完好", owner: str = "LAMPS", lon: float | None = None) -> str:
    x, y = centre(number)
    return f"9901010118{number:06d},{state},{owner},{x if lon is None else lon},{y},WGS84,路灯{number}"


def stage(viewer: Viewer, *lines: str) -> FileImport:
    raw = "\n".join([HEADER, *lines]).encode()
    return stage_parts(viewer, io.BytesIO(raw), name="census.csv")


def test_a_sound_file_is_checked_then_taken(street: Street) -> None:
    keeper = street.viewer("keeper")
    staged = stage(keeper, line(1), line(2))
    assert (staged.read_count, staged.sound_count, staged.refused_count) == (2, 2, 0)
    assert Part.objects.count() == 0
    taken = take_parts(keeper, staged.pk)
    assert (taken.created_count, taken.changed_count, taken.unchanged_count) == (2, 0, 0)
    part = part_of(keeper, "9901010118000001")
    assert (part.case_class_id, part.state, part.cell_code) == ("P0118", "intact", cell_code(1))
    assert part.division_code == "990101001001"
    assert owner_of(part.pk) == street.bodies["LAMPS"]


def test_the_same_file_again_changes_nothing(street: Street) -> None:
    keeper = street.viewer("keeper")
    for expected in ((2, 0, 0), (0, 0, 2)):
        taken = take_parts(keeper, stage(keeper, line(1), line(2)).pk)
        assert (taken.created_count, taken.changed_count, taken.unchanged_count) == expected
    again = take_parts(keeper, stage(keeper, line(1), line(2, state="破损")).pk)
    assert (again.created_count, again.changed_count, again.unchanged_count) == (0, 1, 1)


def test_refused_rows_are_kept_with_reasons_and_stop_the_whole(street: Street) -> None:
    keeper = street.viewer("keeper")
    staged = stage(keeper, line(1), line(2, state="坏了"), line(3, owner="NOBODY"), line(4, lon=10.0))
    assert (staged.sound_count, staged.refused_count) == (1, 3)
    kept = staged.rows.filter(verdict=ImportRow.Verdict.REFUSED).order_by("line")
    assert [row.line for row in kept] == [3, 4, 5]
    assert "outside the city" in kept[2].reasons[0]
    with pytest.raises(Invalid, match="3 of 4 rows are refused"):
        take_parts(keeper, staged.pk)
    assert Part.objects.count() == 0
    assert take_parts(keeper, staged.pk, only_sound=True).created_count == 1


def test_a_file_is_taken_once(street: Street) -> None:
    keeper = street.viewer("keeper")
    staged = stage(keeper, line(1))
    take_parts(keeper, staged.pk)
    with pytest.raises(Conflict):
        take_parts(keeper, staged.pk)
    with pytest.raises(Conflict):
        drop_import(keeper, staged.pk, kind="parts", right=KEEP)


def test_what_changed_since_the_check_stops_the_whole(street: Street) -> None:
    keeper = street.viewer("keeper")
    staged = stage(keeper, line(1), line(2, owner="WATER"))
    Organisation.objects.filter(code="WATER").update(is_active=False)
    with pytest.raises(Conflict, match="Line 3"):
        take_parts(keeper, staged.pk)
    assert Part.objects.count() == 0


def test_a_keeper_keeps_only_what_the_right_reaches(street: Street) -> None:
    water = street.viewer("water_keeper")
    staged = stage(water, line(1, owner="LAMPS"), line(2, owner="WATER"))
    assert (staged.sound_count, staged.refused_count) == (1, 1)
    take_parts(street.viewer("keeper"), stage(street.viewer("keeper"), line(5)).pk)
    grab = stage(water, line(5, owner="WATER"))
    with pytest.raises(Invalid, match="9901010118000005"):
        take_parts(water, grab.pk)
    assert part_of(street.viewer("keeper"), "9901010118000005").owner_id == street.bodies["LAMPS"]


def test_strangers_residents_and_other_departments_get_nothing(street: Street) -> None:
    keeper = street.viewer("keeper")
    take_parts(keeper, stage(keeper, line(1)).pk)
    staged = stage(keeper, line(2))
    with pytest.raises(SignInRequired):
        parts_of(STRANGER)
    with pytest.raises(SignInRequired):
        stage(STRANGER, line(3))
    for name in ("resident", "clerk"):
        with pytest.raises(Forbidden):
            stage(street.viewer(name), line(3))
        with pytest.raises(Forbidden):
            take_parts(street.viewer(name), staged.pk)
    with pytest.raises(NotFound):
        take_parts(street.viewer("water_keeper"), staged.pk)
    assert list(parts_of(street.viewer("clerk"))) == []
    with pytest.raises(NotFound):
        part_of(street.viewer("clerk"), "9901010118000001")
    with pytest.raises(Forbidden):
        change_part(street.viewer("water_keeper"), "9901010118000001", state="broken", name="", address="")


def test_one_part_is_corrected(street: Street) -> None:
    keeper = street.viewer("keeper")
    take_parts(keeper, stage(keeper, line(1)).pk)
    change_part(keeper, "9901010118000001", state="missing", name="灯", address="花园路")
    assert part_of(keeper, "9901010118000001").state == "missing"
    with pytest.raises(Invalid):
        change_part(keeper, "9901010118000001", state="fine", name="", address="")


def test_parts_near_a_report(street: Street) -> None:
    keeper = street.viewer("keeper")
    take_parts(keeper, stage(keeper, line(1), line(2), line(3, state="废弃")).pk)
    lon, lat = centre(1)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        near = parts_nearby(STRANGER, lon + 0.0003, lat)
    assert len(queries) == 1
    assert [part.code for part in near] == ["9901010118000001"]
    assert near[0].distance_m == pytest.approx(27.5, abs=0.5)
    assert parts_nearby(STRANGER, lon, lat, class_code="P0101") == []
    assert [part.code for part in parts_nearby(STRANGER, lon, lat, within_m=1000)] == [
        "9901010118000001",
        "9901010118000002",
    ]


def test_staging_and_taking_use_few_statements(street: Street) -> None:
    keeper = street.viewer("keeper")
    lines = [f"9901010118{n:06d},完好,LAMPS,{centre(1)[0]},{centre(1)[1]},WGS84,灯" for n in range(1, 1001)]
    with CaptureQueriesContext(connection) as staging:
        staged = stage(keeper, *lines)
    with CaptureQueriesContext(connection) as taking:
        take_parts(keeper, staged.pk)
    assert Part.objects.count() == 1000
    assert len(staging) <= 16
    assert len(taking) <= 20
