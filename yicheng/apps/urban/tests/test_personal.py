"""Reporters can be forgotten: when they leave, when their time is over; their numbers move to a new key."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from cryptography.fernet import Fernet

from yicheng.apps.urban import contact, personal
from yicheng.apps.urban.models import UrbanCase
from yicheng.apps.urban.tests.town import Town
from yicheng.core.cases.models import Case
from yicheng.core.kernel import clock


def with_contact(town: Town) -> int:
    return town.report(contact_name="Li", contact_phone="13812345678").case.pk


def test_who_leaves_is_in_no_case_any_more(town: Town) -> None:
    mine, others = town.report(town.resident).case.pk, town.report(town.cast.residents[1]).case.pk
    assert town.resident.account_id is not None
    assert personal.forget_person(town.resident.account_id) == 1
    assert UrbanCase.objects.get(pk=mine).reporter_id is None
    assert Case.objects.filter(pk=mine).exists()
    assert UrbanCase.objects.get(pk=others).reporter_id == town.cast.residents[1].account_id


def test_contacts_go_when_nobody_needs_them(town: Town) -> None:
    pk, still = with_contact(town), with_contact(town)
    Case.objects.filter(pk=pk).update(closed_at=clock.now() - personal.CONTACT_KEPT - timedelta(hours=1))
    Case.objects.filter(pk=still).update(closed_at=clock.now() - personal.CONTACT_KEPT + timedelta(hours=1))
    assert personal.forget_contacts() == 1
    assert UrbanCase.objects.get(pk=pk).contact_sealed == ""
    assert UrbanCase.objects.get(pk=still).contact_sealed


def test_contacts_move_to_the_new_key(town: Town, settings: Any) -> None:
    pk = with_contact(town)
    old = settings.FIELD_KEYS
    settings.FIELD_KEYS = [Fernet.generate_key().decode(), *old]
    assert personal.reseal_contacts() == 1
    settings.FIELD_KEYS = settings.FIELD_KEYS[:1]  # the old key goes
    assert contact.opened(UrbanCase.objects.get(pk=pk).contact_sealed) == contact.Contact("Li", "13812345678")
