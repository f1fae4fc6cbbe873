"""A department's table of new cases: every line a case with its first task, or none; nobody imports for others."""

from __future__ import annotations

import io

import pytest

from yicheng.apps.urban.actions import new_cases
from yicheng.apps.urban.actions.new_cases import stage_cases, take_cases
from yicheng.apps.urban.models import FileImport, UrbanCase
from yicheng.apps.urban.tests.street import Street, centre
from yicheng.core.cases.classes import forget
from yicheng.core.cases.models import Case, CaseClass, Task
from yicheng.core.kernel.errors import Conflict, Forbidden, Invalid, SignInRequired
from yicheng.core.kernel.sheets.records import Unreadable
from yicheng.core.people.public import STRANGER, Viewer

HEADER = "类别,问题描述,经度,纬度,街道,地址,反映人,联系电话"


def line(number: int, *, what: str = "暴露垃圾", words: str = "垃圾没人收", lon: str | None = None) -> str:
    x, y = centre(number)
    return f"{what},{words},{x if lon is None else lon},{y},,花园路,李四,13800000000"


def stage(viewer: Viewer, *lines: str) -> FileImport:
    return stage_cases(viewer, io.BytesIO("\n".join([HEADER, *lines]).encode()), name="cases.csv")


def test_lines_become_cases_with_their_first_task(street: Street) -> None:
    supervisor = street.viewer("supervisor")
    staged = stage(supervisor, line(1), line(2, what="P0118", words="路灯不亮"))
    assert (staged.sound_count, Case.objects.count()) == (2, 0)
    taken = take_cases(supervisor, staged.pk)
    assert taken.created_count == 2
    assert list(Case.objects.order_by("pk").values_list("source", "case_class_id", "status")) == [
        ("import", "E0102", "open"),
        ("import", "P0118", "open"),
    ]
    assert Task.objects.filter(status="open").count() == 2
    assert "13800000000" not in UrbanCase.objects.first().contact_sealed  # type: ignore[union-attr]


def test_places_without_a_point_are_doubted_and_taken(street: Street) -> None:
    supervisor = street.viewer("supervisor")
    staged = stage(supervisor, "暴露垃圾,垃圾,,,990101001,花园路,,")
    assert (staged.sound_count, staged.doubtful_count) == (1, 1)
    take_cases(supervisor, staged.pk)
    assert Case.objects.get().division_code == "990101001"


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (line(1, what="不存在"), "no class “不存在”"),
        (line(1, words=""), "is empty"),
        (line(1, lon="100"), "outside the city"),
        ("暴露垃圾,垃圾,113.6,,,,,", "go together"),
        ("暴露垃圾,垃圾,,,,,,", "Say where"),
        ("暴露垃圾,垃圾,,,某地,,,", "no division “某地”"),
        ("暴露垃圾,垃圾,,,990102001,,,", "may not import cases for this division"),
    ],
)
def test_a_faulty_line_is_refused_in_words(street: Street, row: str, said: str) -> None:
    staged = stage(street.viewer("supervisor"), row)
    assert staged.refused_count == 1
    assert said in staged.rows.get().reasons[0]
    with pytest.raises(Invalid):
        take_cases(street.viewer("supervisor"), staged.pk, only_sound=True)


def test_what_changed_since_the_check_leaves_nothing_half_done(street: Street) -> None:
    supervisor = street.viewer("supervisor")
    staged = stage(supervisor, line(1), line(2), line(3, what="P0118"))
    CaseClass.objects.filter(code="P0118").update(is_active=False)
    forget()
    with pytest.raises(Conflict, match="Line 4"):
        take_cases(supervisor, staged.pk)
    assert Case.objects.count() == 0


def test_a_file_is_taken_once(street: Street) -> None:
    supervisor = street.viewer("supervisor")
    staged = stage(supervisor, line(1), line(2))
    assert take_cases(supervisor, staged.pk).created_count == 2
    with pytest.raises(Conflict):
        take_cases(supervisor, staged.pk)
    assert Case.objects.count() == 2


def test_more_than_can_be_taken_at_once_is_refused(street: Street, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(new_cases, "MOST_AT_ONCE", 2)
    with pytest.raises(Unreadable, match="more than 2 lines"):
        stage(street.viewer("supervisor"), line(1), line(2), line(3))
    assert FileImport.objects.count() == 0


def test_only_who_may(street: Street) -> None:
    for viewer, refusal in (
        (STRANGER, SignInRequired),
        (street.viewer("resident"), Forbidden),
        (street.viewer("clerk"), Forbidden),
        (street.viewer("collector"), Forbidden),
    ):
        with pytest.raises(refusal):
            stage(viewer, line(1))
