"""The platform looks a row up for a body: through its grant and no other way, metered and receipted."""

from __future__ import annotations

import pytest

from yicheng.core.kernel.errors import Refusal
from yicheng.core.sharing.actions.giving import revoke
from yicheng.core.sharing.models import GrantUse
from yicheng.core.sharing.public import look_up
from yicheng.core.sharing.receipts import keys, receipt
from yicheng.core.sharing.tests.conftest import KEY, City, granted


def test_a_row_with_its_receipt(city: City, residents: None) -> None:
    grant = granted(city)
    found = look_up(KEY, consumer_id=city.health.pk, where={"number": "R3"}, fields=("name",))
    assert found is not None
    assert (found.row, found.provider) == ({"name": "欧阳娜娜"}, "民政局")
    held = receipt.read(receipt.opened(found.receipt, keys.signer().verifier))
    assert (held.grant, held.rows, held.fields, held.call) == (grant.pk, 1, ("name",), found.call)
    assert GrantUse.objects.get(grant=grant).rows == 1


def test_without_a_grant_nothing_is_known(city: City, residents: None) -> None:
    assert look_up(KEY, consumer_id=city.health.pk, where={"number": "R3"}) is None
    grant = granted(city)
    assert look_up(KEY, consumer_id=city.office.pk, where={"number": "R3"}) is None
    assert look_up(KEY, consumer_id=city.health.pk, where={"number": "R2"}) is None  # outside of the grant
    with pytest.raises(Refusal):
        look_up(KEY, consumer_id=city.health.pk, where={"number": "R3"}, fields=("income",))
    revoke(city.keeper, grant.pk, reason="over")
    assert look_up(KEY, consumer_id=city.health.pk, where={"number": "R3"}) is None
