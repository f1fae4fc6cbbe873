"""Base databases: one source a field, both times, conflicts decided by the source, looks for a purpose."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from stdnum.cn import ric

from yicheng.apps.data.actions.bases import (
    declare_authority,
    follow_data_set,
    link_account,
    look_up_person,
    put_state,
)
from yicheng.apps.data.actions.loading import take_rows
from yicheng.apps.data.actions.sources import NewSource, agree_fields, set_up_source
from yicheng.apps.data.bases import BASES
from yicheng.apps.data.intake.opening import open_sheet
from yicheng.apps.data.intake.rules import Field
from yicheng.apps.data.models import DataConflict, LegalEntity, Person, Source
from yicheng.apps.data.queries.bases import base_counts, conflicts, known_at, records
from yicheng.apps.data.tests.conftest import Office, keeper_of
from yicheng.core.cases.models import Case
from yicheng.core.cases.public import complete_task, open_tasks
from yicheng.core.journal.models import AccessEntry, AuditEntry
from yicheng.core.kernel import clock
from yicheng.core.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from yicheng.core.kernel.pack import load_pack, open_pack
from yicheng.core.people.models import Account, Organisation
from yicheng.core.people.public import SYSTEM

pytestmark = pytest.mark.django_db

CODE = "91410100MA0000000"
ENTITIES = "legal_entities"


def code(number: int) -> str:
    from stdnum.cn import uscc

    start = f"91410100MA{number:07d}"
    return start + uscc.calc_check_digit(start + "0")


def identity(order: int) -> str:
    start = f"41000019900307{order:03d}"
    return start + ric.calc_check_digit(start + "0")


def data_set(body: Organisation, key: str, fields: list[Field], text: str) -> Source:
    keeper = keeper_of(body)
    source = Source.objects.filter(key=key).first()
    if source is None:
        source = set_up_source(keeper, NewSource(key, key, body.pk, "conditional", legal_basis="Law 1"))
        agree_fields(keeper, source.pk, fields)
    load = take_rows(keeper, source.pk, open_sheet(text.encode()), origin="push")
    assert load.status == "published", load.fault
    follow_data_set(key)
    return source


COMPANY = [
    Field("code", "code", "credit_code", is_key=True),
    Field("name", "name"),
    Field("address", "address"),
]


@pytest.fixture
def drawn(office: Office) -> Office:
    """With the processes of a small city's pack."""
    from pathlib import Path

    pack = Path(__file__).resolve().parents[4] / "tests" / "cities" / "tinytown"
    load_pack(open_pack(pack))
    Organisation.objects.filter(code__in=("market", "police", "data")).update(is_active=True)
    return office


@pytest.fixture
def entities(drawn: Office) -> Office:
    for field in ("name", "address"):
        declare_authority(
            drawn.office, ENTITIES, field, data_set="market.companies", source_field=field, key_field="code"
        )
    declare_authority(
        drawn.office, ENTITIES, "address", data_set="police.companies", source_field="address", key_field="code",
        is_authoritative=False,
    )  # fmt: skip
    return drawn


def companies(office: Office, *rows: str) -> None:
    data_set(office.market, "market.companies", COMPANY, "code,name,address\n" + "\n".join(rows))


def test_a_field_has_one_authoritative_source(entities: Office) -> None:
    with pytest.raises(Conflict):
        declare_authority(
            entities.office, ENTITIES, "name", data_set="other.set", source_field="n", key_field="c"
        )
    with pytest.raises(Invalid):
        declare_authority(
            entities.office, ENTITIES, "colour", data_set="other.set", source_field="n", key_field="c"
        )
    with pytest.raises(Forbidden):
        declare_authority(
            entities.keeper, ENTITIES, "status", data_set="o.s", source_field="n", key_field="c"
        )


def test_what_was_known_when(entities: Office) -> None:
    first, second = datetime(2026, 3, 1, 4, tzinfo=UTC), datetime(2026, 5, 1, 4, tzinfo=UTC)
    with clock.at(first):
        companies(entities, f"{code(1)},Alpha,1 Road")
    with clock.at(second):
        companies(entities, f"{code(1)},Alpha,2 Road")
    info = BASES[ENTITIES]
    states = LegalEntity.objects.filter(key=code(1)).order_by("recorded_from", "valid_from")
    assert [(one.address, one.valid_from, one.valid_to, one.recorded_to) for one in states] == [
        ("1 Road", date(2026, 3, 1), None, second),
        ("1 Road", date(2026, 3, 1), date(2026, 5, 1), None),
        ("2 Road", date(2026, 5, 1), None, None),
    ]
    asked = [
        (first, date(2026, 3, 2)),
        (second, date(2026, 3, 2)),
        (second, date(2026, 5, 2)),
        (first, date(2026, 2, 1)),
    ]
    found = [known_at(info, code(1), known=known, valid=valid) for known, valid in asked]
    assert [one and info.shown(one, "address") for one in found] == ["1 Road", "1 Road", "2 Road", None]


def test_a_correction_back_in_time_leaves_what_was_believed(entities: Office) -> None:
    info = BASES[ENTITIES]
    begun, learned = datetime(2026, 3, 1, 4, tzinfo=UTC), datetime(2026, 6, 1, 4, tzinfo=UTC)
    first = put_state(info, "k", {"address": "old"}, valid_from=date(2026, 3, 1), at=begun, known=None)
    put_state(info, "k", {"address": "new"}, valid_from=date(2026, 4, 1), at=learned, known=first)
    april = date(2026, 4, 15)
    before = known_at(info, "k", known=datetime(2026, 5, 1, tzinfo=UTC), valid=april)
    after = known_at(info, "k", known=datetime(2026, 6, 2, tzinfo=UTC), valid=april)
    assert [info.shown(one, "address") for one in (before, after) if one] == ["old", "new"]


def test_the_same_again_changes_nothing(entities: Office) -> None:
    companies(entities, f"{code(1)},Alpha,1 Road", f"{code(2)},Beta,3 Road")
    companies(entities, f"{code(1)},Alpha,1 Road", f"{code(2)},Beta,3 Road")
    assert LegalEntity.objects.count() == 2
    assert follow_data_set("market.companies") == 0
    assert [one.records for one in base_counts(entities.office)][1] == 2
    assert records(entities.keeper, BASES[ENTITIES], words="Bet").count() == 1


def test_a_conflict_is_decided_by_the_source_and_told_to_the_other(entities: Office) -> None:
    companies(entities, f"{code(1)},Alpha,1 Road", f"{code(2)},Beta,3 Road")
    data_set(
        entities.police,
        "police.companies",
        COMPANY,
        f"code,name,address\n{code(1)},Alpha,9 Road\n{code(2)},Beta,3 Road\n",
    )
    row = DataConflict.objects.get()
    assert (row.record_key, row.field, row.organisation_id) == (code(1), "address", entities.market.pk)
    follow_data_set("police.companies")
    assert DataConflict.objects.count() == 1
    assert conflicts(entities.keeper).count() == 1
    assert conflicts(entities.other).count() == 0
    assert row.case_id is not None
    case = Case.objects.get(pk=row.case_id)
    task = open_tasks(case.pk)[0]
    with pytest.raises((Forbidden, NotFound)):
        complete_task(entities.other, task.pk, outcome="correct", data={})
    complete_task(entities.keeper, task.pk, outcome="correct", data={"value": ""}, note="They are right.")
    row.refresh_from_db()
    assert row.status == "corrected"
    assert LegalEntity.objects.get(key=code(1), recorded_to=None, valid_to=None).address == "9 Road"
    assert Case.objects.get(pk=case.pk).status == "closed"


def test_a_conflict_is_gone_when_the_sources_agree_again(entities: Office) -> None:
    companies(entities, f"{code(1)},Alpha,1 Road")
    data_set(entities.police, "police.companies", COMPANY, f"code,name,address\n{code(1)},Alpha,9 Road\n")
    data_set(entities.police, "police.companies", COMPANY, f"code,name,address\n{code(1)},Alpha,1 Road\n")
    assert DataConflict.objects.get().status == "gone"


@pytest.fixture
def persons(office: Office) -> Office:
    fields = [
        Field("no", "no", "identity", is_key=True, sensitivity=4),
        Field("name", "name", sensitivity=3),
        Field("home", "home", sensitivity=3),
    ]
    for field, source in (("name", "name"), ("address", "home")):
        declare_authority(
            office.office, "population", field, data_set="police.persons", source_field=source, key_field="no"
        )
    data_set(
        office.police,
        "police.persons",
        fields,
        f"no,name,home\n{identity(1)},甲某,一路\n{identity(2)},乙某,二路\n",
    )
    return office


def test_persons_are_sealed_and_never_listed(persons: Office) -> None:
    row = Person.objects.order_by("pk")[0]
    plain = f"{row.key}{row.identity_sealed}{row.name_sealed}{row.address_sealed}"
    assert identity(1) not in plain
    assert "甲某" not in plain
    assert not records(persons.office, BASES["population"]).exists()


def test_a_person_is_looked_up_for_a_purpose_and_can_see_it(persons: Office) -> None:
    account = Account.objects.create(username="resident")
    link_account(persons.office, identity(1), account.pk)
    with pytest.raises(Invalid):
        look_up_person(persons.office, identity(1), purpose="  ")
    with pytest.raises(Forbidden):
        look_up_person(persons.keeper, identity(1), purpose="Housing benefit 2026/17")
    with pytest.raises(NotFound):
        look_up_person(persons.office, identity(9), purpose="Housing benefit 2026/17")
    assert not AccessEntry.objects.exists()
    found = look_up_person(persons.office, identity(1).lower(), purpose="Housing benefit 2026/17")
    assert BASES["population"].shown(found[0], "name") == "甲某"
    entry = AccessEntry.objects.get()
    assert (entry.person_id, entry.purpose) == (account.pk, "Housing benefit 2026/17")
    assert AuditEntry.objects.filter(action="data.look_up_person").count() == 1
    assert SYSTEM.may("data.see_persons")
