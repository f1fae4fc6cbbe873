"""The demonstration holds what it tells of, made through the actions, in any city."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from yicheng.apps.data.demo import DEMONSTRATIONS
from yicheng.apps.data.demo.plans import PLANS
from yicheng.apps.data.models import DataConflict, Demand, LegalEntity, Load, Person, ScoreLine, Source
from yicheng.apps.data.queries.campaign import current_campaign, standings
from yicheng.core.kernel.pack import load_pack, open_pack
from yicheng.core.web.city import forget_city

pytestmark = pytest.mark.django_db
TINYTOWN = Path(__file__).resolve().parents[4] / "tests" / "cities" / "tinytown"


def test_a_campaign_in_mid_run(settings: Any) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    load_pack(open_pack(TINYTOWN))
    forget_city()
    demonstration = next(iter(DEMONSTRATIONS))
    demonstration.build(0.001, lambda _said: None)
    assert demonstration.is_built()
    assert Source.objects.count() == len(PLANS)
    states = set(Source.objects.values_list("state", flat=True))
    assert {"fine", "changed", "draft"} <= states
    assert Load.objects.get(file_name="电梯台账.csv").refused_count == 5
    statuses = set(Demand.objects.values_list("status", flat=True))
    assert {"owed", "accepted", "delivered", "disputed"} <= statuses
    campaign = current_campaign()
    assert campaign is not None
    assert len({one.score for one in standings(campaign)}) > 1
    assert ScoreLine.objects.exists()
    assert LegalEntity.objects.exists()
    assert Person.objects.exists()
    assert set(DataConflict.objects.values_list("status", flat=True)) == {"open", "corrected"}
    demonstration.build(0.001, lambda _said: None)
    assert Source.objects.count() == len(PLANS)
    forget_city()
