"""Search finds what is written, as ``LIKE`` would, whatever is typed."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from yicheng.core.cases.bulk import bulk_insert_cases
from yicheng.core.cases.outside import BulkCase
from yicheng.core.cases.queries import cases_for, with_words
from yicheng.core.cases.tests.conftest import City
from yicheng.core.cases.tests.test_bulk import OPENED
from yicheng.core.kernel.search import query
from yicheng.core.people.public import SYSTEM

TITLES = [
    "中山路井盖破损", "井盖", "中山北路路灯不亮", "山路中间有坑", "Broken lamp near KFC 中山路", "路", "盖井破损", "黄河路3号院垃圾",
]  # fmt: skip


def found(words: str) -> list[str]:
    return sorted(case.title for case in with_words(cases_for(SYSTEM), words))


def rows() -> list[BulkCase]:
    return [
        BulkCase(f"S{n}", "trial.case", "0101", title, "import", OPENED, closed_at=OPENED)
        for n, title in enumerate(TITLES)
    ]


@pytest.mark.parametrize(
    "words",
    [
        "井盖",
        "中山路",
        "中山路井盖",
        "井盖破损",
        "路",
        "山路",
        "破损",
        "路灯不亮",
        "3号院垃圾",
        "中山北路路灯不亮",
    ],
)
def test_chinese_words_are_found_as_written(city: City, words: str) -> None:
    bulk_insert_cases(SYSTEM, rows())
    parts = ["3", "号院垃圾"] if words == "3号院垃圾" else [words]
    assert found(words) == sorted(title for title in TITLES if all(part in title for part in parts))


def test_several_words_must_all_occur(city: City) -> None:
    bulk_insert_cases(SYSTEM, rows())
    assert found("中山 井盖") == ["中山路井盖破损"]
    assert found("kfc 中山路") == ["Broken lamp near KFC 中山路"]
    assert found("lam") == ["Broken lamp near KFC 中山路"]
    assert found("S3") == ["山路中间有坑"]
    assert found("——") == sorted(TITLES)
    assert found("没有") == []


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(words=st.text(alphabet="中山路井盖ab '\\&|!:*<>()-3，", max_size=12))
def test_anything_typed_is_a_search(city: City, words: str) -> None:
    query(words)
    assert isinstance(with_words(cases_for(SYSTEM), words).count(), int)
