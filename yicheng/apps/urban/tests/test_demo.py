"""The demonstration: made by actions, the same for the same moment, once only, and true to its drawing."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from yicheng.apps.urban.demo import build
from yicheng.apps.urban.demo.photos import photo
from yicheng.apps.urban.demo.scenes import SCENES
from yicheng.apps.urban.models import CellCoverage, Part, Rating, Shift, UrbanCase
from yicheng.apps.urban.tests.town import TINYTOWN, forget
from yicheng.core.cases.models import Case, Task
from yicheng.core.events.models import OutboxEvent, ParkedEvent
from yicheng.core.kernel import clock
from yicheng.core.kernel.pack import load_pack, open_pack
from yicheng.core.people.models import Account


@pytest.fixture
def empty_town(db: None) -> Iterator[None]:
    load_pack(open_pack(TINYTOWN))
    forget()
    yield
    forget()


def test_a_tiny_city_lives_and_is_built_once(empty_town: None) -> None:
    built = build("tiny", pack=TINYTOWN, language="en")
    assert (built.cases, Case.objects.count(), UrbanCase.objects.count()) == (40, 40, 40)
    assert set(Case.objects.values_list("status", flat=True)) >= {"closed"}
    assert not Case.objects.filter(opened_at__gt=clock.now()).exists()
    assert not Task.objects.filter(done_at__gt=clock.now()).exists()
    assert not Case.objects.filter(status="closed", organisation=None).exists()
    assert not OutboxEvent.objects.exists()
    assert not ParkedEvent.objects.exists()
    assert Rating.objects.exists()
    assert Part.objects.exists()
    assert CellCoverage.objects.exists()
    assert not Shift.objects.filter(begins_at__gt=clock.now()).exists()
    for sign_in in built.sign_ins:
        assert Account.objects.get(username=sign_in.username).check_password(built.password)
    assert build("tiny", pack=TINYTOWN).cases == 0
    assert Case.objects.count() == 40


@pytest.mark.parametrize("scene", SCENES)
def test_every_photo_is_the_same_twice_and_differs_once_solved(scene: str) -> None:
    before = photo(scene, 0, solved=False)
    photo.cache_clear()
    assert photo(scene, 0, solved=False) == before
    assert photo(scene, 0, solved=True) != before
    assert before.startswith(b"\xff\xd8\xff")
