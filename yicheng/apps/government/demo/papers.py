"""Seals of the bodies that issue, and what residents and a company hold already when the story begins."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone
from stdnum.cn import uscc

from yicheng.apps.government.demo.cast import PEOPLE, Cast, born
from yicheng.core.credentials.public import NewSeal, issue_licence, register_seal
from yicheng.core.kernel import clock
from yicheng.core.people.public import SYSTEM, bodies_of, find_or_make_party, record_mandate

#: body → the last six digits of its seal's number
SEALED = {
    "410105.market": "105018",
    "410105.health": "105026",
    "410105.police": "105003",
    "410105.civil-affairs": "105011",
    "410100.urban": "100031",
    "410100.market": "100018",
    "410100.police": "100003",
    "410100.planning": "100015",
}
COMPANY = "云杉软件（样例）有限公司"
COMPANY_CODE_START = "91410100MA4YC0001"


#: when what people hold already was issued
LONG_AGO = timedelta(days=200)
BIRTH = timedelta(days=9)


def hand_out(cast: Cast) -> None:
    """Seals first: a licence's paper needs one."""
    now = clock.now()
    with clock.at(now - LONG_AGO):
        _seals(cast)
        for person in PEOPLE:
            fields = {"sex": person.sex, "birth_date": born(person).isoformat(), "address": person.address}
            _issue(cast, "id_card", cast.parties[person.username], fields, body="410100.police")
        rooms = {"location": "金水区花园路126号1层附3号", "use": "商业服务", "area_m2": "128.5"}
        _issue(cast, "property_right", cast.parties["li.ming"], rooms, body="410100.planning")
        wedding = {"spouse": "林浩", "registered_on": "2023-05-20"}
        _issue(cast, "marriage_certificate", cast.parties["wang.fang"], wedding, body="410105.civil-affairs")
    with clock.at(now - BIRTH + timedelta(days=1)):
        newborn = {
            "baby_name": "林沐阳",
            "baby_sex": "男",
            "birth_date": timezone.localdate(now - BIRTH).isoformat(),
            "birth_hospital": "妇幼保健院",
        }
        _issue(cast, "birth_record", cast.parties["wang.fang"], newborn, body="410105.health")


def company(cast: Cast) -> int:
    """The company, its business licence, and the mandate of who acts for it; answers its party."""
    code = COMPANY_CODE_START + uscc.calc_check_digit(COMPANY_CODE_START + "0")
    party = find_or_make_party("company", code, COMPANY)
    record_mandate(SYSTEM, giver_id=party.id, taker_id=cast.parties["chen.jie"])
    fields = {
        "company_kind": "有限责任公司",
        "legal_person": "陈杰",
        "address": "金水区文化路97号1号楼12层",
        "founded_on": "2021-03-18",
        "capital": "人民币贰佰万元",
        "scope": "软件开发；信息技术咨询服务；数据处理服务。",
    }
    with clock.at(clock.now() - LONG_AGO):
        _issue(cast, "business_licence", party.id, fields, body="410100.market")
    return party.id


def _seals(cast: Cast) -> None:
    for body in bodies_of(ids=[cast.bodies[code] for code in SEALED]):
        new = NewSeal(
            f"{body.code}.licences",
            body.name,
            body.id,
            line="电子证照专用章",
            number=f"4101{SEALED[body.code]}",
            rules={"licence": ("process", "hand")},
        )
        register_seal(SYSTEM, new)


def _issue(cast: Cast, kind: str, party_id: int, fields: dict[str, str], *, body: str) -> None:
    issue_licence(SYSTEM, kind, party_id, fields, organisation_id=cast.bodies[body])
