"""The demonstration shows every stage: granted in part and used, refused, waiting."""

from __future__ import annotations

import pytest

from yicheng.core.people.models import Organisation, Role
from yicheng.core.sharing import demo
from yicheng.core.sharing.models import Grant, LogState, Request


@pytest.mark.usefixtures("residents")
def test_the_demonstration(city):
    for code in ("data_keeper", "data_office"):
        Role.objects.get_or_create(code=code, defaults={"name": code})
    assert Organisation.objects.filter(kind="bureau").count() >= 3
    assert not demo.is_built()
    demo.build(0.2, lambda _line: None)
    assert demo.is_built()
    assert sorted(Request.objects.values_list("state", flat=True)) == ["asked", "narrowed", "refused"]
    assert Grant.objects.get().fields.filter(mask="middle").count() == 1
    assert LogState.objects.get().size == 2
    assert len(demo.sign_ins()) == 3
