"""What people of the demonstration ask for, in their answers, and how far each matter has come."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any


@dataclass(frozen=True, slots=True)
class Story:
    """An application: who, what, how many days ago, and how far it goes.

    ``steps`` are drawn elements with who does them, in order; ``rating`` follows the delivery.
    """

    item: str
    who: str
    days_ago: int
    answers: Mapping[str, Any]
    steps: tuple[tuple[str, str], ...] = ()
    hall: str = ""
    clerk: str = ""
    for_company: bool = False
    is_draft: bool = False
    rating: int = 0
    words: str = ""
    opinions: Mapping[str, str] = field(default_factory=dict)


def stories(today: date) -> tuple[Story, ...]:
    """All of them; the newest last."""
    return (
        Story(
            "residence-permit", "zhao.dashan", 24, _residence(today),
            (("accept", "window"), ("review__police", "approver.police"), ("decide", "head.police"),
             ("issue", "head.police"), ("deliver", "window")),
            rating=5, words="没想到第三天就办好了，不用再跑派出所。",
        ),
        Story(
            "company-address", "chen.jie", 18, _address(today),
            (("accept", "window.city"), ("review__market", "approver.companies"), ("decide", "head.companies"),
             ("issue", "head.companies"), ("deliver", "window.city")),
            for_company=True, rating=4, words="材料少了很多，就是等短信通知等了一天。",
        ),
        Story(
            "open-restaurant", "chen.jie", 15, _restaurant(today, "云杉面馆", "金水区文化路97号附2号", "陈杰"),
            (("accept", "window"), ("review__fire", "approver.fire"), ("review__market", "approver.market"),
             ("review__urban", "approver.urban"), ("inspect__market", "approver.market"),
             ("decide", "head.market"), ("issue", "head.market"), ("deliver", "window")),
            rating=2, words="约好上午来现场核查，等到下午四点才到。",
            opinions={"inspect__market": "操作间布局与图纸一致，已整改防蝇设施。"},
        ),
        Story(
            "road-occupation", "chen.jie", 9, _road(today),
            (("accept", "window.city"), ("review__urban", "approver.roads"), ("review__traffic", "approver.traffic"),
             ("inspect__urban", "approver.works"), ("decide", "head.roads"), ("issue", "head.roads")),
            opinions={"review__traffic": "不占机动车道，同意；高峰时段不得装卸。"},
        ),
        Story(
            "old-age-allowance", "sun.guilan", 6, _allowance(), (("review__town", "approver.town"),),
            hall="zz-huayuanlu", clerk="station",
        ),
        Story("newborn", "wang.fang", 4, _newborn(today), (("accept", "window"), ("review__health", "approver.health"))),
        Story("residence-certificate", "zhao.dashan", 3, _common("孩子入学需要居住证明。")),
        Story("self-employed-setup", "li.ming", 2, _common("设立个体工商户，经营烩面馆。"), (("accept", "window"),)),
        Story(
            "open-restaurant", "li.ming", 1, _restaurant(today, "老李家烩面馆", "金水区花园路126号1层附3号", "李明"),
            (("accept", "window"),),
        ),
        Story("treatment-elsewhere", "sun.guilan", 0, _common("随子女在杭州居住，申请异地就医备案。"), is_draft=True),
    )  # fmt: skip


def _restaurant(today: date, name: str, address: str, cook: str) -> dict[str, Any]:
    staff = {"staff_name": cook, "certificate": "4101052026001573"}
    return {
        "applicant_phone": "13800000012", "operator_kind": "self_employed", "shop_name": name,
        "premises_address": address, "premises_point": "113.678,34.778", "premises_right": "own",
        "dining_m2": 86.0, "kitchen_m2": 30.5, "total_m2": 116.5, "seats": 42, "food_kinds": ["hot", "drinks"],
        "sells_online": True, "opening_date": str(today + timedelta(days=20)),
        "staff": [{**staff, "certificate_until": str(today + timedelta(days=300))}],
        "fire_way": "promise", "exits": 2, "extinguishers": 6, "fuel": "pipe", "gas_alarm": True,
        "wants_sign": "yes", "sign_text": name, "sign_width": 6.2, "sign_height": 1.2, "sign_m2": 7.44, "sign_light": "inner",
    }  # fmt: skip


def _residence(today: date) -> dict[str, Any]:
    return {
        "applicant_phone": "13800000027", "home_place": "河南省周口市太康县", "education": "school",
        "applicant_address": "金水区未来路街道郑汴路96号院3号楼", "home_point": "113.713,34.752",
        "living_since": str(today - timedelta(days=420)), "home_kind": "lease", "landlord": "高秀英",
        "lease_until": str(today + timedelta(days=200)), "reason": "work", "employer": "鼎和物流有限公司（样例）", "family": [],
    }  # fmt: skip


def _address(today: date) -> dict[str, Any]:
    return {
        "legal_person": "陈杰", "company_address": "金水区文化路97号1号楼12层",
        "new_address": "金水区杨金路139号2号楼6层", "new_point": "113.757,34.833",
        "premises_right": "lease", "lease_until": str(today + timedelta(days=700)), "area_m2": 320.0,
        "decided_on": str(today - timedelta(days=25)), "applicant_phone": "13800000035", "delivery": "electronic",
        "applicant_name": "陈杰",
    }  # fmt: skip


def _road(today: date) -> dict[str, Any]:
    return {
        "applicant_phone": "13800000035", "road": "花园路", "road_section": "花园路与农业路口向北50米东侧",
        "road_point": "113.678,34.789", "road_parts": ["pavement"], "length_m": 18.0, "width_m": 2.0, "area_m2": 36.0,
        "purpose": "scaffold", "from_date": str(today - timedelta(days=5)), "until_date": str(today + timedelta(days=25)),
        "at_night": True, "night_lamps": True, "site_manager": "李守成", "site_phone": "13800000041", "restore": True,
    }  # fmt: skip


def _allowance() -> dict[str, Any]:
    return {
        "applicant_phone": "13800000058", "birth_date": "1941-06-08", "living_address": "金水区花园路街道纬五路12号院",
        "monthly_yuan": 100, "lives": "alone", "bank": "zzb", "account": "6217000000000012345",
        "by_helper": "station", "helper_name": "胡春霞", "honest": True,
    }  # fmt: skip


def _newborn(today: date) -> dict[str, Any]:
    return {
        "wanted": ["birth", "household", "insurance", "card", "vaccination"], "baby_name": "林沐阳", "baby_sex": "male",
        "birth_date": str(today - timedelta(days=9)), "birth_hospital": "妇幼保健院", "birth_weight_g": 3350,
        "birth_length_cm": 50, "applicant_phone": "13800000066", "has_father": "no", "household_of": "mother",
        "household_address": "金水区文化路街道东风路22号院6号楼1202", "delivery": "window",
    }  # fmt: skip


def _common(words: str) -> dict[str, Any]:
    return {"applicant_phone": "13800000073", "words": words, "delivery": "electronic", "honest": True}
