"""The demonstration builds what its pages show: alerts in several states, warnings in force and cancelled."""

from __future__ import annotations

import pytest

from yicheng.core.alerts import demo
from yicheng.core.alerts.models import Alert, PublicWarning
from yicheng.core.alerts.public import warnings_in_force
from yicheng.core.alerts.tests.conftest import Town
from yicheng.core.cases.current import changed
from yicheng.core.cases.models import CaseClass, DispatchRule
from yicheng.core.people.models import Role


@pytest.mark.django_db
def test_it_builds_once(town: Town) -> None:
    CaseClass.objects.create(code="A01", application="alerts", kind="event", name="Incident")
    DispatchRule.objects.create(class_code="A01", division_code="", organisation=town.museum)
    changed()
    for _name, role, title in demo.PEOPLE:
        Role.objects.create(code=role, name=str(title))
    assert not demo.is_built()
    said: list[str] = []
    demo.build(0.02, said.append)
    assert demo.is_built()
    assert {one.name for one in demo.sign_ins()} == {name for name, _role, _title in demo.PEOPLE}
    assert Alert.objects.filter(is_drill=True).count() == 1
    assert {"normal"} < set(Alert.objects.values_list("state", flat=True))
    assert [row.severity for row in warnings_in_force()] == [2]
    before = (Alert.objects.count(), PublicWarning.objects.count())
    demo.build(0.02, said.append)
    assert (Alert.objects.count(), PublicWarning.objects.count()) == before
