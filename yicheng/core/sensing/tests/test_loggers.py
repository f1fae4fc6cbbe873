"""Files of data loggers as they come: small ones of our own, and the real ones where they lie beside the project."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yicheng.core.kernel.errors import Invalid
from yicheng.core.people.public import SYSTEM
from yicheng.core.sensing.actions.imports import import_readings
from yicheng.core.sensing.loggers.logged import LoggerFile, UnreadableFile
from yicheng.core.sensing.loggers.makes import read_file
from yicheng.core.sensing.loggers.plain import mapping_of, read_plain
from yicheng.core.sensing.models import Device, Reading

SHARED = Path(__file__).resolve().parents[5] / "shared" / "data" / "sensors"
needs_shared = pytest.mark.skipif(not SHARED.is_dir(), reason="the real files are not here")
HANWELL = b"\nDatabase Valid\n  Serial No:,77-1\n\nTime, Temperature (C),Humidity (RH(%)),\n00:30:00 21/Nov/2025,18.5,40.4,\n00:31:00 21/Nov/2025,warm,40,"
TANDD = '"Date/Time","Date/Time","No.1","No.2"\r\n"Date/Time","Date/Time","ch1","ch2"\r\n"","","°C","%"\r\n"2021-08-21 08:06:00","44429.3","22.7",""\r\n'.encode(
    "latin-1"
)
MEACO = b'RECEIVER,TRANSMITTER,DATE,TEMPERATURE,HUMIDITY\n"L","A","2025-11-06 15:59",23.06,54.91\n"L","B","2025-11-06 15:59",20,50\n'


def told(file: LoggerFile) -> tuple[str, list[tuple[str, str, str]], int, int]:
    columns = [(column.property, column.unit, column.channel) for column in file.columns]
    return file.make, columns, len(file.rows), len(file.faults)


def test_small_files() -> None:
    hanwell = read_file(HANWELL)
    assert told(hanwell) == ("Hanwell", [("temperature", "C", ""), ("humidity", "RH(%)", "")], 1, 1)
    assert (hanwell.serial, hanwell.rows[0].time) == ("77-1", datetime(2025, 11, 21, 0, 30))
    tandd = read_file(TANDD)
    assert told(tandd) == ("T&D", [("temperature", "°C", ""), ("humidity", "%", "")], 1, 0)
    assert list(tandd.rows[0].values) == [22.7, None]


@needs_shared
@pytest.mark.parametrize(
    ("name", "rows", "properties", "first"),
    [
        ("hanwell__Hanwell_1.csv", 10, ["temperature", "humidity"], (18.5, 40.5)),
        ("meaco__Meaco_1.csv", 10, ["temperature", "humidity"], (23.06, 54.91)),
        ("rotronic__Rotronic_1.csv", 10, ["humidity", "temperature"], (37.9, 20)),
        ("tandd__TandD_1.csv", 10, ["illuminance", "uv", "temperature", "humidity", "light_dose", "uv_dose"], (21.53, 0)),
        ("tinytag__TinyTag_1.csv", 10, ["temperature", "humidity"], (20.873, 53.4)),
        ("trend__Trend_1.csv", 10, ["temperature"], (20.6,)),
    ],
)  # fmt: skip
def test_six_makes(name: str, rows: int, properties: list[str], first: tuple[float, ...]) -> None:
    file = read_file((SHARED / "datalogger_formats" / name).read_bytes())
    assert ([column.property for column in file.columns], len(file.rows), file.faults) == (
        properties,
        rows,
        [],
    )
    assert tuple(file.rows[0].values)[: len(first)] == first


@pytest.mark.django_db
def test_file_comes_in_once_with_a_report(device: Device) -> None:
    done = import_readings(SYSTEM, device.pk, data=HANWELL, name="a.csv")
    assert (done.read_count, done.stored_count, done.fault_count) == (2, 2, 1)
    assert done.faults == ["7: “warm” is no number"]
    again = import_readings(SYSTEM, device.pk, data=HANWELL, name="a.csv")
    assert (again.stored_count, again.repeated_count) == (0, 2)
    assert Reading.objects.count() == 2


@pytest.mark.django_db
def test_one_of_several_loggers_must_be_chosen(device: Device) -> None:
    with pytest.raises(Invalid, match="A, B"):
        import_readings(SYSTEM, device.pk, data=MEACO, name="m.csv")
    assert import_readings(SYSTEM, device.pk, data=MEACO, name="m.csv", logger="B").stored_count == 2


@pytest.mark.django_db
@needs_shared
@pytest.mark.slow
def test_a_year_of_the_archive_room(device: Device) -> None:
    mapping = mapping_of("time_utc", ["temp_c=temperature:Cel", "rh_pct=humidity:%"])
    data = (SHARED / "archive_room_trh_2024_15min.csv.gz").read_bytes()
    done = import_readings(
        SYSTEM, device.pk, data=data, name="year.csv.gz", reader=partial(read_plain, mapping=mapping)
    )
    assert (done.read_count, done.stored_count, done.fault_count) == (2 * 35_136 - 18, 2 * 35_136 - 18, 0)


@given(st.binary(max_size=300) | st.text(max_size=200).map(str.encode))
def test_nothing_crashes_the_reader(data: bytes) -> None:
    for prefix in (
        b"",
        b"Database Valid\nTime,Temp\n",
        b"Timestamp,T (C)\n",
        b"[#I]\n[#H]\n",
        b",Time,1\nProperty,,Temp\n",
    ):
        try:
            read_file(prefix + data)
        except UnreadableFile:
            continue


def test_mapping_says_what_it_lacks() -> None:
    with pytest.raises(ValueError, match="column=property"):
        mapping_of("t", ["value"])
    with pytest.raises(UnreadableFile, match="no column b"):
        read_plain(b"a\n1\n", mapping_of("a", ["b=temperature"]))


def test_chinese_encodings() -> None:
    text = "Timestamp,库房温度 (℃)\n01-Sep-21 12:30:00 am,20.6\n"
    for encoding in ("utf-8-sig", "gb18030", "utf-16"):
        file = read_file(text.encode(encoding))
        assert told(file) == ("Trend", [("temperature", "℃", "")], 1, 0)
