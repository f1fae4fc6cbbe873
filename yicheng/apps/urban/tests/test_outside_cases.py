"""Cases of another system, on a few invented lines: new, here already, refused, and nothing half done."""

from __future__ import annotations

import io

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from yicheng.apps.urban.actions.outside_cases import Replay, replay_cases
from yicheng.apps.urban.models import FileImport, ImportedCase, UrbanCase
from yicheng.apps.urban.tests.street import Street
from yicheng.core.cases.models import Case
from yicheng.core.kernel.errors import Forbidden, SignInRequired
from yicheng.core.kernel.sheets.records import Unreadable
from yicheng.core.people.public import STRANGER, SYSTEM

MAPPING = """
[source]
system = "elsewhere"
time_zone = "Asia/Shanghai"
number = "E{id}"
title = "{what}"

[field.outside_id]
column = "id"
[field.class]
column = "what"
[field.opened]
column = "opened"
[field.closed]
column = "closed"
[field.due]
column = "due"
[field.organisation]
column = "who"
[field.division]
column = "where"
"""
HEADER = "id,what,opened,closed,due,who,where"


def line(number: int, *, what: str = "路灯", closed: str = "2026-03-02T10:00:00") -> str:
    return f"{number},{what},2026-03-01T10:00:00,{closed},2026-03-03T10:00:00,LAMPS,990101"


def replay(*lines: str, mapping: str = MAPPING) -> Replay:
    raw = "\n".join([HEADER, *lines]).encode()
    return replay_cases(SYSTEM, io.BytesIO(raw), mapping=mapping, name="cases.csv")


def test_new_ones_come_in_and_known_ones_stay(street: Street) -> None:
    first = replay(line(1), line(2, closed=""))
    assert (first.kept.read_count, first.kept.created_count) == (2, 2)
    assert list(Case.objects.order_by("number").values_list("number", "status", "is_on_time")) == [
        ("E1", "closed", True),
        ("E2", "open", None),
    ]
    second = replay(line(1), line(3))
    assert (second.kept.created_count, second.kept.unchanged_count) == (1, 1)
    assert ImportedCase.objects.count() == UrbanCase.objects.count() == Case.objects.count() == 3


def test_refused_lines_are_listed_and_counted(street: Street) -> None:
    done = replay(line(1), line(2, what="没有的类"), line(1))
    assert (done.kept.read_count, done.kept.created_count, done.kept.refused_count) == (3, 1, 2)
    assert [(row.line, row.verdict) for row in done.kept.rows.order_by("line")] == [
        (3, "refused"),
        (4, "refused"),
    ], [row.reasons for row in done.kept.rows.all()]
    assert "没有的类" in done.kept.rows.get(line=3).reasons[0]


def test_a_number_another_case_has_is_refused(street: Street) -> None:
    replay(line(1))
    other = replay(line(1), mapping=MAPPING.replace('"elsewhere"', '"other"'))
    assert other.kept.refused_count == 1
    assert "E1" in other.kept.rows.get().reasons[0]


def test_a_file_that_breaks_half_way_leaves_nothing(street: Street) -> None:
    with pytest.raises(Unreadable):
        replay(*[line(n) for n in range(1, 40)], '40,"never ends')
    assert Case.objects.count() == FileImport.objects.count() == ImportedCase.objects.count() == 0


def test_only_who_manages_all_cases_may(street: Street) -> None:
    for viewer, refusal in (
        (STRANGER, SignInRequired),
        (street.viewer("resident"), Forbidden),
        (street.viewer("clerk"), Forbidden),
        (street.viewer("supervisor"), Forbidden),
    ):
        with pytest.raises(refusal):
            replay_cases(viewer, io.BytesIO(f"{HEADER}\n{line(1)}\n".encode()), mapping=MAPPING, name="x")
    assert Case.objects.count() == 0


def test_statements_do_not_grow_with_the_lines(street: Street) -> None:
    counts = []
    for start, amount in ((1, 5), (100, 400)):
        with CaptureQueriesContext(connection) as queries:
            replay(*[line(n) for n in range(start, start + amount)])
        counts.append(len(queries))
    assert counts[1] <= counts[0] <= 40


def test_the_command_tells_what_happened(street: Street, tmp_path, capsys) -> None:
    file, mapping, refused = tmp_path / "cases.csv", tmp_path / "mapping.toml", tmp_path / "refused.csv"
    file.write_text("\n".join([HEADER, line(1), line(2, what="没有的类")]), encoding="gb18030")
    mapping.write_text(MAPPING, encoding="utf-8")
    call_command("import", "cases", str(file), mapping=mapping, refused=refused)
    said = capsys.readouterr().out
    assert "2 lines read: 1 new cases, 0 here already, 1 refused." in said
    assert refused.read_text(encoding="utf-8-sig").splitlines()[1].startswith("3,The city knows no class")
    mapping.write_text("[source", encoding="utf-8")
    with pytest.raises(CommandError, match="no TOML"):
        call_command("import", "cases", str(file), mapping=mapping)


def test_the_command_takes_parts(street: Street, tmp_path, capsys) -> None:
    from yicheng.apps.urban.tests import test_parts_import as census

    file = tmp_path / "parts.csv"
    file.write_text("\n".join([census.HEADER, census.line(1), census.line(2, state="坏")]), encoding="utf-8")
    call_command("import", "parts", str(file))
    assert "nothing was taken" in capsys.readouterr().err
    call_command("import", "parts", str(file), only_sound=True)
    assert "1 new parts" in capsys.readouterr().out
