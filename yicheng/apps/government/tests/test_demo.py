"""The stories of the demonstration, played whole: from an application to a licence, and what is left behind."""

from __future__ import annotations

from yicheng.apps.government.demo import papers, play
from yicheng.apps.government.demo.cast import Cast
from yicheng.core.cases.public import open_tasks
from yicheng.core.credentials.public import licences_of
from yicheng.core.people.public import SYSTEM, viewer_of_account
from yicheng.core.services.public import application_detail, my_applications


def test_the_stories(people: Cast) -> None:
    told = play.everything(people, company_id=papers.company(people))
    assert told == 10
    chen = people["chen.jie"]
    found = {one.version.name: one for one in my_applications(chen).select_related("version", "case")}
    restaurant = application_detail(SYSTEM, found["开办餐饮店“一件事”"].pk)
    assert restaurant.application.status == "delivered"
    assert restaurant.spared >= 1
    permit = next(
        one for one in licences_of(chen, people.parties["chen.jie"]) if one.type_code == "restaurant_permit"
    )
    words = permit.values()
    assert (words["shop_name"], words["food_kinds"], words["total_m2"]) == (
        "云杉面馆",
        "热食类、自制饮品",
        "116.5",
    )
    road = next(
        one for one in licences_of(chen, people.parties["chen.jie"]) if one.type_code == "road_occupation"
    )
    assert road.valid_until is not None
    assert road.values()["purpose"] == "外墙维修脚手架"
    moved = found["公司变更登记（住所变更）"]
    licence = licences_of(chen, moved.party_id)[0]
    assert (licence.version, licence.values()["address"]) == (2, "金水区杨金路139号2号楼6层")
    li = viewer_of_account(people["li.ming"].account_id or 0)
    waiting = my_applications(li).filter(version__item__code="open-restaurant").get()
    assert {task.element_id for task in open_tasks(waiting.case_id or 0)} == {
        "review__market",
        "review__fire",
        "review__urban",
    }
