"""A small town that issues licences: two bodies, an officer of each, a holder who has proven who they are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from yicheng.core.credentials.licences.facts import LicenceFacts
from yicheng.core.credentials.licences.pack import FieldRow, TypeRow, lay_version
from yicheng.core.credentials.models import LicenceType
from yicheng.core.credentials.public import issue_licence
from yicheng.core.people.models import Account, Appointment, Organisation, Party, Role
from yicheng.core.people.public import Viewer, viewer_of_account

PERSON, OTHER_PERSON = "410102199003071230", "11010519491231002X"
COMPANY = "91410100MA46LG0A5B"
FOOD = {"premises": "中原路 233 号附 12 号", "scope": "热食类食品制售", "opened_on": "2026-05-01"}


@dataclass(frozen=True)
class Town:
    market: Organisation
    health: Organisation
    officer: Viewer
    other_officer: Viewer
    holder: Viewer
    stranger: Viewer
    party: Party
    company: Party


def town() -> Town:
    """Everything in place, nothing issued."""
    market, health = body("market", "市场监督管理局"), body("health", "卫生健康委员会")
    holder = resident("zhang", PERSON, "张三丰")
    lay_types(market)
    return Town(
        market,
        health,
        officer=staff("officer", market),
        other_officer=staff("other", health),
        holder=viewer_of_account(holder.account_id or 0),
        stranger=viewer_of_account(resident("li", OTHER_PERSON, "李四").account_id or 0),
        party=holder,
        company=company(COMPANY, "老张烩面有限公司"),
    )


def lay_types(authority: Organisation) -> None:
    """Two kinds: a food licence of five years with a field for the wall, a card of persons without end."""
    food = LicenceType.objects.create(code="food", authority=authority)
    row = TypeRow(0, "food", "食品经营许可证", "Food Business Licence", validity_months=60)
    lay_version(food, row, FOOD_FIELDS, template="")
    card = LicenceType.objects.create(code="elder_card", holder_kind="person")
    lay_version(card, TypeRow(0, "elder_card", "老年人优待证", "Senior card"), (), template="")


FOOD_FIELDS = (
    FieldRow(0, "food", "premises", "经营场所", "Premises", is_public=True),
    FieldRow(0, "food", "scope", "经营项目", "Scope", "long"),
    FieldRow(0, "food", "opened_on", "开业日期", "Opened on", "date"),
    FieldRow(0, "food", "seats", "餐位数", "Seats", "number", is_required=False),
)


def body(code: str, name: str) -> Organisation:
    """An organisation of its own."""
    made = Organisation.objects.create(code=code, name=name, kind="bureau", path="/", division_code="410102")
    made.path = f"/{made.pk}/"
    made.save()
    return made


def staff(name: str, of: Organisation) -> Viewer:
    """A licence officer of this body."""
    account = Account.objects.create(username=name, kind="staff", display_name=name, organisation=of)
    role, _is_new = Role.objects.get_or_create(code="licence_officer", defaults={"name": "证照管理员"})
    Appointment.objects.create(account=account, role=role, organisation=of)
    return viewer_of_account(account.pk)


def resident(name: str, number: str, real_name: str, *, is_proven: bool = True) -> Party:
    """A resident with their number."""
    account = Account.objects.create(username=name, display_name=name)
    party = Party(kind="person", account=account, is_proven=is_proven)
    party.number, party.name = number, real_name
    party.save()
    return party


def company(number: str, name: str) -> Party:
    """A company."""
    party = Party(kind="company")
    party.number, party.name = number, name
    party.save()
    return party


def food(town: Town, *, holder: Party | None = None, fields: Mapping[str, str] = FOOD) -> LicenceFacts:
    """A food licence, issued by the market's officer."""
    return issue_licence(
        town.officer, "food", (holder or town.party).pk, fields, organisation_id=town.market.pk
    )
