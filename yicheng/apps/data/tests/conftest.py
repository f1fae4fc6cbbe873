"""What the tests of data sharing share: English words, two departments and the people who keep their data."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import pytest
from django.utils import translation

from yicheng.apps.data.actions.sources import NewSource, set_up_source
from yicheng.apps.data.models import Source
from yicheng.core.people.models import Account, Organisation
from yicheng.core.people.public import Scope, Viewer

KEEPER = (
    "data.bring_in", "data.see_sources", "data.see_campaign", "data.dispute_demand", "data.decide_conflict",
    "data.view_case", "data.see_bases", "catalogue.manage_data_sets",
)  # fmt: skip
OFFICE = (
    "data.see_sources", "data.run_campaign", "data.see_campaign", "data.decide_dispute", "data.view_case",
    "data.see_bases", "data.see_persons", "data.keep_bases",
)  # fmt: skip


def keeper_of(body: Organisation) -> Viewer:
    """The data keeper of a department."""
    scope = Scope(organisation_ids=frozenset({body.pk}))
    return _viewer(f"keeper.{body.code}", body, dict.fromkeys(KEEPER, (scope,)))


def _viewer(name: str, body: Organisation, grants: Mapping[str, tuple[Scope, ...]]) -> Viewer:
    account, _new = Account.objects.get_or_create(username=name)
    return Viewer(kind="staff", account_id=account.pk, organisation_id=body.pk, name=name, grants=grants)


@dataclass(frozen=True)
class Office:
    """Two departments, their keepers, and the data office."""

    market: Organisation
    police: Organisation
    data: Organisation

    @property
    def keeper(self) -> Viewer:
        return keeper_of(self.market)

    @property
    def other(self) -> Viewer:
        return keeper_of(self.police)

    @property
    def office(self) -> Viewer:
        return _viewer("office", self.data, dict.fromkeys(OFFICE, (Scope(),)))

    def source(self, key: str = "market.shops", **changes: str) -> Source:
        new = NewSource(key, "Shops", self.market.pk, "unconditional", **changes)
        return set_up_source(self.keeper, new)


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    """Texts are compared in the source language."""
    with translation.override("en"):
        yield


@pytest.fixture
def office(db: None) -> Office:
    bodies = [
        Organisation.objects.create(
            code=code, name=code.title(), short_name=code.title(), kind="bureau", path=f"/{at}/"
        )
        for at, code in enumerate(("market", "police", "data"), 1)
    ]
    return Office(*bodies)
