"""A city pack's tables of cases: loaded once, told by file and line when faulty, nothing changed then."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from yicheng.core.cases.current import settings_now
from yicheng.core.cases.models import CaseClass, DispatchRule, Escalation, LimitTable, ProcessVersion
from yicheng.core.cases.pack import PACK_SECTIONS
from yicheng.core.cases.tests.drawings import lifecycle
from yicheng.core.kernel.pack import CityPack, Tally, open_pack
from yicheng.core.people.models import Organisation

TABLES = {
    "case_classes.csv": "code,parent,application,kind,name\n01,,trial,event,Streets\n0101,01,trial,event,Holes\n",
    "time_limits.csv": "process,class_code,zone,severity,task,amount,unit\n,,,,,5,work_day\n,0101,4101,1,trial.handle,4,hour\n",
    "calendar.csv": "day,weekday,hours,name\n,0,09:00-12:00 13:00-17:00,Monday\n2026-05-01,,,Labour Day\n",
    "dispatch.csv": "class_code,division_code,organisation\n01,,roads\n",
    "escalations.csv": "level,process,task,severity,amount,unit,tell,where\nlate,,,,0,hour,assignee,own\n",
    "divisions.csv": "code,name\n4101,Town\n",
    "organisations.csv": "code,name\nroads,Roads\n",
    "roles.csv": "code,name\nhead,Head\n",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in TABLES.items():
        (tmp_path / name).write_text(text)
    (tmp_path / "processes").mkdir()
    (tmp_path / "processes" / "trial_case.bpmn").write_bytes(lifecycle()["case.bpmn"])
    (tmp_path / "processes" / "decisions.dmn").write_bytes(lifecycle()["urgent.dmn"])
    return tmp_path


def findings(pack: CityPack) -> list[str]:
    return [str(finding) for section in PACK_SECTIONS for finding in section.check(pack)]


def load(pack: CityPack) -> Tally:
    total = Tally()
    for section in PACK_SECTIONS:
        total += section.load(pack)
    return total


def test_a_sound_pack_is_laid_down_once(folder: Path, db: None) -> None:
    Organisation.objects.create(code="roads", name="Roads", kind="department", path="/1/")
    assert findings(open_pack(folder)) == []
    assert load(open_pack(folder)) == Tally(created=2 + 2 + 2 + 1 + 1 + 1)
    assert load(open_pack(folder)) == Tally(unchanged=9)
    laid_down = settings_now()
    assert not laid_down.calendar.is_working_day(date(2026, 5, 1))
    line = laid_down.limit(
        process="trial.case", task="trial.handle", class_code="0101", division="4101", severity=1
    )
    assert line is not None
    assert (line.leg.amount, line.leg.unit) == (4, "hour")
    assert list(ProcessVersion.objects.values_list("process", "status")) == [("trial.case", "published")]
    assert set(ProcessVersion.objects.get().files) == {"trial_case.bpmn", "decisions.dmn"}


def test_what_a_newer_pack_drops_is_retired(folder: Path, db: None) -> None:
    Organisation.objects.create(code="roads", name="Roads", kind="department", path="/1/")
    load(open_pack(folder))
    (folder / "case_classes.csv").write_text("code,parent,application,kind,name\n01,,trial,event,Streets\n")
    (folder / "time_limits.csv").write_text("process,amount,unit\n,3,work_day\n")
    (folder / "dispatch.csv").write_text("class_code,division_code,organisation\n")
    load(open_pack(folder))
    assert not CaseClass.objects.get(code="0101").is_active
    assert list(LimitTable.objects.values_list("version", flat=True)) == [1, 2]
    assert not DispatchRule.objects.exists()
    assert Escalation.objects.count() == 1


@pytest.mark.parametrize(
    ("file", "text", "said"),
    [
        (
            "case_classes.csv",
            "code,parent,application,kind,name\n1,2,a,event,x\n2,1,a,event,y\n",
            "above itself",
        ),
        ("time_limits.csv", "amount,unit\n5,fortnight\n", "time_limits.csv:2: “unit” is “fortnight”"),
        ("calendar.csv", "day,weekday,hours\n,0,17:00-09:00\n", "are no hours"),
        ("calendar.csv", "day,weekday,hours\n2026-01-01,1,\n", "either a weekday or a day"),
        ("calendar.csv", "day,weekday,hours\n2026-01-01,,09:00-12:00\n", "No weekday has working hours"),
        (
            "dispatch.csv",
            "class_code,organisation\n01,nobody\n",
            "“nobody”, which is not in organisations.csv",
        ),
        ("escalations.csv", "level,amount,unit,tell\nlate,0,hour,nobody\n", "neither “assignee” nor a role"),
    ],
)
def test_faults_are_told_by_file_and_line(folder: Path, db: None, file: str, text: str, said: str) -> None:
    (folder / file).write_text(text)
    assert any(said in finding for finding in findings(open_pack(folder)))


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"<x", "not well-formed"),
        (b"\xff\xfe", "not UTF-8"),
        (lifecycle()["case.bpmn"].replace(b'id="handle"', b'id="unknown_step"'), "leads nowhere"),
        (lifecycle()["case.bpmn"].replace(b"outcome =", b"outcme ="), "no variable “outcme”"),
    ],
)
def test_faulty_drawings_are_told(folder: Path, db: None, content: bytes, said: str) -> None:
    (folder / "processes" / "trial_case.bpmn").write_bytes(content)
    assert any(said in finding for finding in findings(open_pack(folder)))


def test_a_drawing_of_an_absent_application_is_left_alone(folder: Path, db: None) -> None:
    (folder / "processes" / "other_case.bpmn").write_bytes(
        lifecycle()["case.bpmn"].replace(b'id="p"', b'id="q"')
    )
    (told,) = findings(open_pack(folder))
    assert "other_case.bpmn: No installed part's process" in told
