"""Cases on a map: the same counts by every way of counting, and only what the viewer may see."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from yicheng.core.cases.models import Case
from yicheng.core.cases.public import CaseFilter, cases_in_box, map_cases
from yicheng.core.cases.queries import mapped
from yicheng.core.cases.queries.scopes import with_county
from yicheng.core.cases.tests.conftest import City
from yicheng.core.kernel import clock
from yicheng.core.people.public import STRANGER, SYSTEM, Scope, Viewer
from yicheng.runtime.testing.rows import shared_rows

EAST = Viewer("staff", 1, grants={"cases.view_case": (Scope(division="990101"),)})
TOWN = (113.0, 34.0, 113.1, 34.1)
COUNT = 1000


@pytest.fixture
def many(many_rows: None, city: City) -> None:
    """A thousand cases in the small city."""


def _build_many(city: City) -> None:
    """A thousand cases on a lattice: every tenth open, half of these late, every other one in the east."""
    now = clock.now()
    Case.objects.bulk_create(
        Case(
            number=f"M{n}",
            application="trial",
            process="trial.case",
            case_class_id="0101" if n % 4 else "0102",
            title=f"case {n}",
            source="test",
            status="open" if n % 10 == 0 else "closed",
            stage="intake",
            organisation=city.roads,
            division_code="990101001001" if n % 2 else "990102001001",
            lon=113.0005 + (n % 100) / 1000,
            lat=34.0005 + (n // 100) / 100,
            opened_at=now - timedelta(days=n),
            due_at=now + timedelta(days=1 if n % 20 else -1),
            is_public=n % 5 == 0,
        )
        for n in range(COUNT)
    )


many_rows = shared_rows(_build_many, "city_rows")


@pytest.mark.usefixtures("many")
class TestCounts:
    def test_all_of_them_exactly(self) -> None:
        found = map_cases(SYSTEM, TOWN, wanted=CaseFilter("all"), cell_deg=0.01)
        assert (found.count, found.sample) == (COUNT, 1)
        assert len(found.clusters) == 100
        assert {one.count for one in found.clusters} == {10}

    @pytest.mark.parametrize(
        ("wanted", "count"),
        [
            (CaseFilter(), 100),
            (CaseFilter("overdue"), 50),
            (CaseFilter("closed"), 900),
            (CaseFilter("all", "0102"), 250),
            (CaseFilter("all", "01"), COUNT),
            (CaseFilter("all", application="other"), 0),
            (CaseFilter("all", published_only=True), 200),
        ],
    )
    def test_each_filter(self, wanted: CaseFilter, count: int) -> None:
        assert map_cases(SYSTEM, TOWN, wanted=wanted, cell_deg=0.01).count == count

    def test_between_two_days(self) -> None:
        now = clock.now()
        wanted = CaseFilter("all", since=now - timedelta(days=10.5), until=now - timedelta(days=5.5))
        assert map_cases(SYSTEM, TOWN, wanted=wanted, cell_deg=0.01).count == 5

    def test_only_what_the_viewer_may_see(self) -> None:
        assert map_cases(EAST, TOWN, wanted=CaseFilter("all"), cell_deg=0.01).count == COUNT // 2
        assert map_cases(STRANGER, TOWN, wanted=CaseFilter("all"), cell_deg=0.01).count == 0
        assert (
            map_cases(STRANGER, TOWN, wanted=CaseFilter("all", published_only=True), cell_deg=0.01).count
            == 200
        )

    def test_a_lone_case_comes_with_its_row(self) -> None:
        found = map_cases(SYSTEM, (113.0, 34.0, 113.002, 34.005), wanted=CaseFilter("all"), cell_deg=0.0005)
        assert sorted(one.case.number for one in found.clusters if one.case) == ["M0", "M1"]
        assert [one.overdue_count for one in found.clusters if one.case and one.case.number == "M0"] == [1]

    def test_the_newest_as_a_list(self) -> None:
        rows = cases_in_box(SYSTEM, (113.0, 34.0, 113.005, 34.02), wanted=CaseFilter("all"), limit=3)
        assert [row.number for row in rows] == ["M104", "M103", "M102"]

    @pytest.mark.parametrize(
        "ways", [{"MOST_ROWS": -1, "MOST_COVERED": -1, "COARSE": 1, "FINE": 1}, {"MOST_ROWS": -1}]
    )
    @pytest.mark.parametrize("wanted", [CaseFilter(), CaseFilter("all"), CaseFilter("all", "0102")])
    def test_every_way_of_counting_agrees(
        self, monkeypatch: pytest.MonkeyPatch, ways: dict[str, Any], wanted: CaseFilter
    ) -> None:
        exact = map_cases(EAST, TOWN, wanted=wanted, cell_deg=0.01)
        for name, value in {"COARSE": 1, **ways}.items():
            monkeypatch.setattr(mapped, name, value)
        other = map_cases(EAST, TOWN, wanted=wanted, cell_deg=0.01)
        assert other.count == exact.count if other.sample == 1 else other.count % other.sample == 0

    def test_a_sample_says_so(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(mapped, "MOST_ROWS", -1)
        found = map_cases(SYSTEM, TOWN, wanted=CaseFilter("all"), cell_deg=0.01)
        assert found.sample == 32
        assert abs(found.count - COUNT) <= 32
        assert all(one.case is None for one in found.clusters)

    def test_three_queries_however_many(self) -> None:
        map_cases(SYSTEM, TOWN, wanted=CaseFilter("all", "01"), cell_deg=0.01)
        with CaptureQueriesContext(connection) as queries:
            map_cases(SYSTEM, (113.0, 34.0, 113.01, 34.02), wanted=CaseFilter("all"), cell_deg=0.0005)
        assert len(queries) == 3
        with CaptureQueriesContext(connection) as queries:
            cases_in_box(SYSTEM, TOWN, wanted=CaseFilter("all"))
        assert len(queries) == 2


@pytest.mark.usefixtures("many")
def test_samples_are_read_from_their_index_alone() -> None:
    """The planner must know the index's condition again, and the index must hold every column asked for."""
    fits = mapped.fitting(EAST, CaseFilter("all", "0102", since=clock.now()))
    rows = mapped._between(with_county(mapped._sampled(Case.objects.all(), 32)).filter(fits), TOWN)
    query = rows.values("id", "lon", "lat", "status", "due_at")
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(
            "SELECT indexrelid::regclass FROM pg_index WHERE indrelid = 'cases_case'::regclass AND NOT indisunique"
        )
        for (name,) in cursor.fetchall():
            if name != "case_map_32":
                cursor.execute(f"DROP INDEX {name}")
    assert "Index Only Scan using case_map_32" in query.explain()
