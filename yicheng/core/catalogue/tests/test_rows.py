"""Single rows of a published data set: replaced, deleted, told, taken back; nothing by halves."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.utils import translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from yicheng.core.catalogue import public as catalogue
from yicheng.core.catalogue.facts import Edition, Field, NewDataSet
from yicheng.core.catalogue.models import CatalogueEntry, DataSetVersion
from yicheng.core.kernel.errors import Conflict, Forbidden, Invalid
from yicheng.core.people.models import Organisation
from yicheng.core.people.public import SYSTEM, Viewer

KEY = "civil.beds"
FIELDS = (
    Field("code", "编号", "code", is_key=True),
    Field("name", "名称"),
    Field("beds", "床位", "integer"),
    Field("opened", "启用日期", "date"),
)


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    """Texts are compared in the source language."""
    with translation.override("en"):
        yield


@pytest.fixture
def version(db: None) -> catalogue.Version:
    return laid()


def laid(*, fields: tuple[Field, ...] = FIELDS) -> catalogue.Version:
    body = Organisation.objects.create(code="civil", name="民政局", kind="bureau", path="/")
    catalogue.register_data_set(SYSTEM, NewDataSet(KEY, "床位", body.pk, "unconditional", fields=fields))
    begun = catalogue.begin_version(SYSTEM, KEY, fields)
    catalogue.copy_rows(begun, [("A", "甲", 1, None), ("B", "乙", 2, None)])
    return catalogue.publish_version(SYSTEM, begun.id)


def rows() -> list[tuple[Any, ...]]:
    return sorted(catalogue.readable(KEY).query(SYSTEM).rows())


def row(code: str, name: str = "丙", beds: int | None = 3, opened: str | None = None) -> dict[str, Any]:
    return {"code": code, "name": name, "beds": beds, "opened": opened}


def test_rows_are_inserted_replaced_and_deleted_by_key(version: catalogue.Version) -> None:
    made = catalogue.change_rows(
        SYSTEM, KEY, upserts=[row("A", "甲", 9), row("C", opened="2026-05-01")], deletes=[{"code": "B"}]
    )
    assert made == Edition(1, inserted=1, updated=1, deleted=1)
    assert [one[:3] for one in rows()] == [("A", "甲", 9), ("C", "丙", 3)]
    assert rows()[1][3].isoformat() == "2026-05-01"
    assert catalogue.entry(SYSTEM, KEY).rows == 2
    told = catalogue.changed_rows(catalogue.version(version.id), [1]).rows()
    assert sorted(one[:4] for one in told) == [
        ("deleted", "B", "乙", 2), ("inserted", "C", "丙", 3), ("updated", "A", "甲", 1),
    ]  # fmt: skip


def test_what_stands_there_already_changes_nothing(version: catalogue.Version) -> None:
    before = CatalogueEntry.objects.get().updated_at
    for _again in range(2):
        made = catalogue.change_rows(SYSTEM, KEY, upserts=[row("A", "甲", 1)], deletes=[{"code": "Z"}])
        assert made == Edition(0, 0, 0, 0)
    assert DataSetVersion.objects.get().changed_at is None
    assert CatalogueEntry.objects.get().updated_at == before


def test_a_row_keeps_its_place_and_the_newest_change_is_when_it_was_updated(
    version: catalogue.Version,
) -> None:
    ids = catalogue.readable(KEY).page(SYSTEM).ids
    catalogue.change_rows(SYSTEM, KEY, upserts=[row("A"), row("B")])
    assert catalogue.readable(KEY).page(SYSTEM).ids == ids
    assert catalogue.entry(SYSTEM, KEY).updated_at == DataSetVersion.objects.get().changed_at


@pytest.mark.parametrize(
    ("upserts", "words"),
    [
        ([row("C"), row("D", beds="many")], "does not fit"),  # type: ignore[arg-type]
        ([row("C"), row(None)], "does not fit"),  # type: ignore[arg-type]
        ([row("C"), row("C", "丁")], "same key"),
        ([row(str(at)) for at in range(10_001)], "At most"),
    ],
)
def test_one_wrong_row_changes_nothing(version: catalogue.Version, upserts: Any, words: str) -> None:
    before = rows()
    with pytest.raises(Invalid, match=words):
        catalogue.change_rows(SYSTEM, KEY, upserts=upserts, deletes=[{"code": "A"}])
    assert rows() == before
    assert DataSetVersion.objects.get().edition == 0


def test_who_may_and_what_can_be_changed(version: catalogue.Version) -> None:
    stranger = Viewer(kind="staff", account_id=1, organisation_id=None, name="x", grants={})
    with pytest.raises(Forbidden):
        catalogue.change_rows(stranger, KEY, deletes=[{"code": "A"}])
    keyless = (Field("name", "名称"),)
    begun = catalogue.begin_version(SYSTEM, KEY, keyless)
    catalogue.copy_rows(begun, [("甲",)])
    catalogue.publish_version(SYSTEM, begun.id)
    with pytest.raises(Conflict, match="key"):
        catalogue.change_rows(SYSTEM, KEY, upserts=[{"name": "乙"}])


def test_changes_are_taken_back(version: catalogue.Version) -> None:
    before = rows()
    catalogue.change_rows(SYSTEM, KEY, upserts=[row("A"), row("C")], deletes=[{"code": "B"}])
    between = rows()
    catalogue.change_rows(SYSTEM, KEY, upserts=[row("B", "又"), row("A", "再")], deletes=[{"code": "C"}])
    assert catalogue.take_back_rows(SYSTEM, KEY, to=1).number == 3
    assert rows() == between
    assert catalogue.take_back_rows(SYSTEM, KEY, to=0).number == 4
    assert rows() == before
    with pytest.raises(Conflict):
        catalogue.take_back_rows(SYSTEM, KEY, to=4)


def test_dropped_rows_take_their_past_along(version: catalogue.Version) -> None:
    catalogue.change_rows(SYSTEM, KEY, deletes=[{"code": "B"}])
    begun = catalogue.begin_version(SYSTEM, KEY, FIELDS)
    catalogue.publish_version(SYSTEM, begun.id)
    assert catalogue.changes(catalogue.version(version.id), catalogue.version(begun.id)).count() == 1
    catalogue.drop_old_versions(kept=0)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_tables WHERE schemaname = 'datasets' AND tablename LIKE '%_past'"
        )
        assert cursor.fetchone() == (0,)
    with pytest.raises(Conflict):
        catalogue.changed_rows(catalogue.version(version.id), [1])


CHANGES = st.lists(
    st.tuples(
        st.dictionaries(st.sampled_from("ABCDE"), st.sampled_from([1, 2, None]), max_size=4),
        st.sets(st.sampled_from("ABCDE"), max_size=3),
    ),
    min_size=1,
    max_size=5,
)


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(changes=CHANGES, to=st.integers(0, 4))
def test_any_edition_can_be_had_again(version: catalogue.Version, changes: Any, to: int) -> None:
    from django.db import transaction

    with transaction.atomic():
        states = {0: rows()}
        for upserts, deletes in changes:
            made = catalogue.change_rows(
                SYSTEM,
                KEY,
                upserts=[row(code, beds=beds) for code, beds in upserts.items()],
                deletes=[{"code": code} for code in deletes - upserts.keys()],
            )
            states[made.number] = rows()
        if to < max(states):
            catalogue.take_back_rows(SYSTEM, KEY, to=to)
            assert rows() == states[to]
        transaction.set_rollback(True)
