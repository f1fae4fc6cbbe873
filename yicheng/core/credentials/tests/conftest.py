"""A small city: an urban bureau with a custodian and a clerk, a seal of it, a page to seal."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from django.utils import translation

from yicheng.core.credentials.actions.keeping import register_seal
from yicheng.core.credentials.facts import NewSeal
from yicheng.core.credentials.models import Seal
from yicheng.core.credentials.typesetting import typeset
from yicheng.core.people.models import Account, Appointment, Organisation, Role
from yicheng.core.people.public import SYSTEM, Viewer, viewer_of_account

PAGE = """
#let data = json(bytes(sys.inputs.data))
#set page(width: 120mm, height: 100mm)
#data.text
#align(right, link("seal:here", box(width: 42mm, height: 42mm)))
"""


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    """Texts are compared in the source language."""
    with translation.override("en"):
        yield


@dataclass(frozen=True)
class Bureau:
    organisation: Organisation
    other: Organisation
    custodian: Viewer
    clerk: Viewer
    head: Viewer
    stranger: Viewer
    seal: Seal


def staff(name: str, organisation: Organisation, *rights: str) -> Viewer:
    role = Role.objects.create(code=f"role-{name}", name=name, rights=list(rights))
    account = Account.objects.create(
        username=name, kind="staff", display_name=name, organisation=organisation
    )
    Appointment.objects.create(account=account, role=role, organisation=organisation)
    return viewer_of_account(account.pk)


@pytest.fixture
def bureau(db: None) -> Bureau:
    city = _organisation("100000.gov", "某市人民政府", None)
    urban, other = (
        _organisation("100000.urban", "某市城市管理局", city),
        _organisation("100000.market", "某市市场监督管理局", city),
    )
    custodian = staff(
        "custodian", urban, "credentials.use_seal", "credentials.approve_seal", "credentials.see_seals"
    )
    new = NewSeal(
        "100000.urban", "某市城市管理局", urban.pk,
        number="1000000012345", custodian_id=custodian.account_id,
        rules={"document": ("hand",), "licence/food": ("approval", "process"), "page": ("hand",)},
    )  # fmt: skip
    return Bureau(
        urban,
        other,
        custodian,
        staff("clerk", urban, "credentials.use_seal", "credentials.see_seals"),
        staff("head", urban, "credentials.keep_seals", "credentials.see_seals"),
        staff("stranger", other, "credentials.use_seal", "credentials.see_seals"),
        register_seal(SYSTEM, new),
    )


def _organisation(code: str, name: str, parent: Organisation | None) -> Organisation:
    row = Organisation.objects.create(
        code=code, name=name, parent=parent, kind="bureau", division_code="100000"
    )
    row.path = f"{parent.path if parent else '/'}{row.pk}/"
    row.save()
    return row


@pytest.fixture
def page() -> bytes:
    return typeset(PAGE, {"text": "特此证明。"})
