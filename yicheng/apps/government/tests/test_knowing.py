"""What a shared register knows is offered with its receipt, and only through a grant."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING

import pytest
from stdnum.cn import uscc

from yicheng.apps.government.knowing import by_record, from_party, from_records
from yicheng.apps.government.models import KnownAnswer, SharedRecord
from yicheng.core.people.public import SYSTEM, find_or_make_party
from yicheng.core.sharing.gateway import calls
from yicheng.core.sharing.models import QueuedReceipt
from yicheng.core.sharing.tests.conftest import KEY, City, city, granted, register

if TYPE_CHECKING:
    from yicheng.core.people.public import PartyFacts

__all__ = ["city"]
CODE = "91410100MA4YC0002" + uscc.calc_check_digit("91410100MA4YC0002" + "0")


@pytest.fixture
def company(city: City) -> Iterator[PartyFacts]:
    calls._signer_of.cache_clear()
    register(city, rows=[(CODE, "云杉软件", "13800001234", "410102", date(2020, 5, 1), None, "x")])
    SharedRecord.objects.create(
        code="register", title="登记", data_set=KEY, consumer=city.health, party_kind="company", key_field="number"
    )  # fmt: skip
    KnownAnswer.objects.create(source="register", field="name", answer="company.name", position=1)
    yield find_or_make_party("company", CODE, "云杉软件")
    calls._signer_of.cache_clear()


def test_a_register_answers_and_proves(city: City, company: PartyFacts) -> None:
    granted(city, rows_where="")
    known = from_records(SYSTEM, company, "test")
    assert known["company.name"].value == "云杉软件"
    assert known["company.name"].receipt == QueuedReceipt.objects.get().call
    proof = by_record(SYSTEM, company, "register", "test")
    assert proof is not None
    assert (proof.title, proof.reference) == ("登记", "民政局")
    assert by_record(SYSTEM, company, "another", "test") is None


def test_without_a_grant_the_paper_is_asked_for(city: City, company: PartyFacts) -> None:
    assert from_records(SYSTEM, company, "test") == {}
    assert by_record(SYSTEM, company, "register", "test") is None


def test_a_company_is_known_by_its_own_name(company: PartyFacts) -> None:
    known = from_party(SYSTEM, company, "test")
    assert {name: one.value for name, one in known.items()} == {
        "party.name": "云杉软件",
        "party.number": CODE,
        "company.name": "云杉软件",
        "company.number": CODE,
    }
