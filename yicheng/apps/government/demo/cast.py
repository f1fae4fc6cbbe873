"""Who plays in the demonstration: clerks of halls and stations, approvers of each department, residents with papers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext_lazy as _
from stdnum.cn import ric

from yicheng.core.kernel.declare import SignIn
from yicheng.core.people.public import (
    SYSTEM,
    NewStaff,
    Viewer,
    appoint,
    declare_identity,
    make_staff,
    organisation_ids,
    prove_identity,
    sign_up,
    viewer_of_account,
)

PASSWORD = "yicheng-demo-2026"  # noqa: S105  shown to whoever starts the demonstration
#: a place that issues no numbers: whoever sees one knows that it is invented
NOBODYS_PLACE = "110000"

_APPROVERS = {
    "approver.market": ("沈立群", "410105.market"),
    "approver.fire": ("邓志强", "410105.fire"),
    "approver.urban": ("罗秀梅", "410105.urban"),
    "approver.health": ("叶晓琳", "410105.health"),
    "approver.police": ("秦卫国", "410105.police"),
    "approver.insurance": ("范丽", "410105.medical-insurance"),
    "approver.social": ("石磊", "410105.human-resources"),
    "approver.town": ("贾红霞", "410105002.office"),
    "approver.roads": ("崔建民", "410100.urban"),
    "approver.works": ("曹明", "410100.municipal"),
    "approver.traffic": ("龚海波", "410100.traffic"),
    "approver.companies": ("夏雨", "410100.market"),
}
_HEADS = {
    "head.market": ("方志远", "410105.market"),
    "head.health": ("袁慧敏", "410105.health"),
    "head.police": ("熊国栋", "410105.police"),
    "head.civil": ("孟凡华", "410105.civil-affairs"),
    "head.roads": ("薛振东", "410100.urban"),
    "head.companies": ("江岚", "410100.market"),
}
_CLERKS = {
    "window": ("何静", "410105.hall", "window_clerk"),
    "window.city": ("钱文", "410100.hall", "window_clerk"),
    "station": ("胡春霞", "410105002.office", "station_clerk"),
    "licences": ("田野", "410105.market", "licence_officer"),
    "ratings.market": ("潘洁", "410105.market", "item_keeper"),
}
_OFFICE = NewStaff("service.office", "汪涛", "410100.approval", "item_office", within=False)

#: user name → what is told of it
_TOLD = {
    "window": _("Service window of a district: accepts any matter, hands results over"),
    "approver.market": _("Approver: market regulation"),
    "approver.fire": _("Approver: fire brigade"),
    "approver.urban": _("Approver: urban management"),
    "head.market": _("Decides and issues: market regulation"),
    "station": _("Service station of a town: accepts on people's behalf"),
    "licences": _("Licence officer"),
    "ratings.market": _("Answers low ratings of the department"),
    "service.office": _("Service office: items, forms, ratings"),
    "li.ming": _("Resident with electronic licences, opens a restaurant"),
}


@dataclass(frozen=True, slots=True)
class Person:
    """A resident of the demonstration; ``line`` is their place in the invented register of persons."""

    username: str
    name: str
    sex: str
    line: int
    address: str


PEOPLE = (
    Person("li.ming", "李明", "男", 100, "金水区花园路街道农业路38号院2号楼3单元501"),
    Person("wang.fang", "王芳", "女", 140, "金水区文化路街道东风路22号院6号楼1202"),
    Person("zhao.dashan", "赵大山", "男", 150, "周口市太康县逊母口镇赵庄村"),
    Person("sun.guilan", "孙桂兰", "女", 0, "金水区花园路街道纬五路12号院"),
    Person("chen.jie", "陈杰", "男", 120, "金水区兴达路街道杨金路139号"),
)


@dataclass(frozen=True, slots=True)
class Cast:
    """Everybody, ready to act, by user name; ``parties`` are the residents' numbers in the register of parties."""

    viewers: Mapping[str, Viewer]
    parties: Mapping[str, int]
    bodies: Mapping[str, int]

    def __getitem__(self, username: str) -> Viewer:
        return self.viewers[username]


def is_possible(bodies: Mapping[str, int]) -> bool:
    """Whether the city has the bodies that the story is about."""
    wanted = {body for _name, body in (*_APPROVERS.values(), *_HEADS.values())}
    return wanted <= set(bodies) and "410105.hall" in bodies


def cast() -> Cast:
    """Make the accounts; the residents' identities are proven, as if they had come to a window."""
    bodies = organisation_ids()
    ids = dict(make_staff(SYSTEM, _staff(), password=PASSWORD))
    appoint(SYSTEM, ids["ratings.market"], role="approver", organisation_id=bodies["410105.market"])
    parties: dict[str, int] = {}
    for person in PEOPLE:
        ids[person.username] = sign_up(
            SYSTEM, name=person.username, password=PASSWORD, display_name=person.name, language="zh-hans"
        )
        viewer = viewer_of_account(ids[person.username])
        party = declare_identity(viewer, number=number_of(person), name=person.name)
        parties[person.username] = prove_identity(SYSTEM, party.id).id
    return Cast({name: viewer_of_account(pk) for name, pk in ids.items()}, parties, bodies)


def number_of(person: Person) -> str:
    """An identity number with the right check digit that nobody has: that of the line in the invented register."""
    start = f"{NOBODYS_PLACE}{born(person):%Y%m%d}{person.line % 1000:03d}"
    return start + str(ric.calc_check_digit(start + "0"))


def born(person: Person) -> date:
    """Their day of birth. Line 0 is an elder, whom the register does not know."""
    return date(1950, 1, 1) + timedelta(days=(person.line * 97) % 25_000) if person.line else date(1941, 6, 8)


def _staff() -> list[NewStaff]:
    approvers = [NewStaff(name, shown, body, "approver") for name, (shown, body) in _APPROVERS.items()]
    heads = [NewStaff(name, shown, body, "approval_head") for name, (shown, body) in _HEADS.items()]
    clerks = [NewStaff(name, shown, body, role) for name, (shown, body, role) in _CLERKS.items()]
    return [*clerks, *approvers, *heads, _OFFICE]


def told(names: Sequence[str]) -> list[SignIn]:
    """The sign-ins worth telling among those that are there."""
    return [SignIn(who, name, PASSWORD) for name, who in _TOLD.items() if name in names]
