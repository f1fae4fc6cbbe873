"""The work list and the desk's home: what is there for whom, in what order, in how many queries."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from yicheng.core.cases.models import Task
from yicheng.core.kernel import clock

QUERIES = 8  # session, page, count, saved views, desks, unread notices; city, divisions on a cold process
SEARCHING = 10  # at most: the window's edge, the window, the index, the page; never a count


def late(task: Task, *, hours: float) -> None:
    Task.objects.filter(pk=task.pk).update(due_at=clock.now() - timedelta(hours=hours))


def test_overdue_first_with_words_for_how_long(browser_of, open_case):
    calm, overdue = open_case("井盖缺失").open_tasks[0], open_case("路面塌陷").open_tasks[0]
    late(overdue, hours=3)
    late(calm, hours=-30)
    page = browser_of("clerk").get(reverse("desk.work")).content.decode()
    assert page.index("路面塌陷") < page.index("井盖缺失")
    assert "overdue by 3\xa0hours" in page
    assert "in 1\xa0day" in page


def test_as_many_queries_for_one_case_as_for_many(browser_of, open_case, django_assert_max_num_queries):
    browser = browser_of("clerk")
    open_case()
    browser.get(reverse("desk.work"))
    for _ in range(12):
        open_case()
    with django_assert_max_num_queries(QUERIES):
        page = browser.get(reverse("desk.work"))
    assert page.content.decode().count("data-open") == 13


def test_a_search_takes_a_fixed_number_of_queries(browser_of, open_case, django_assert_max_num_queries):
    browser = browser_of("clerk")
    for number in range(60):
        open_case(f"路灯不亮 医院门前 {number}")
    for name in ("desk.work", "desk.cases"):
        browser.get(reverse(name))
        with django_assert_max_num_queries(SEARCHING):
            page = browser.get(reverse(name), {"words": "路灯 医院"}).content.decode()
        assert page.count("data-open") == 50
        assert "more than 50 in this list" in page


def test_everyone_sees_their_own_desk(browser_of, open_case):
    case = open_case().case
    for username, is_there in (("clerk", True), ("handler", False), ("other", False)):
        page = browser_of(username).get(reverse("desk.work")).content.decode()
        assert (case.number in page) is is_there, username


def test_filters_and_chinese_words(browser_of, open_case):
    lamp, cover = open_case("路灯不亮").case, open_case("井盖缺失").case
    page = browser_of("clerk").get(reverse("desk.work"), {"words": "井盖"}).content.decode()
    assert cover.number in page
    assert lamp.number not in page
    assert "1 in this list" in page


def test_overdue_can_be_filtered(browser_of, open_case):
    on_time, overdue = open_case(), open_case()
    late(overdue.open_tasks[0], hours=1)
    page = browser_of("clerk").get(reverse("desk.work"), {"due": "late"}).content.decode()
    assert overdue.case.number in page
    assert on_time.case.number not in page


@pytest.mark.parametrize("query", ["due=soon", "severity=x", "after=%%%"])
def test_nonsense_in_the_address_is_refused(browser_of, open_case, query):
    open_case()
    response = browser_of("clerk").get(f"{reverse('desk.work')}?{query}")
    assert response.status_code == 422


def test_ticked_tasks_are_taken_at_once(browser_of, open_case):
    browser = browser_of("clerk")
    tasks = [open_case().open_tasks[0] for _ in range(3)]
    data = {"action": "claim", "row": [task.pk for task in tasks[:2]]}
    response = browser.post(reverse("desk.work") + "?desk=unclaimed", data, follow=True)
    assert "2 tasks are yours now." in response.content.decode()
    assert Task.objects.filter(assignee__username="clerk").count() == 2
    mine = browser.get(reverse("desk.work"), {"desk": "mine"}).content.decode()
    assert tasks[0].case.number in mine
    assert tasks[2].case.number not in mine


def test_what_others_took_meanwhile_is_told(browser_of, open_case):
    task = open_case().open_tasks[0]
    other = Task.objects.filter(pk=task.pk)
    other.update(assignee_id=browser_of("manager").session["_auth_user_id"])
    response = browser_of("clerk").post(
        reverse("desk.work"), {"action": "claim", "row": [task.pk]}, follow=True
    )
    assert "0 tasks are yours now. This task has been taken by somebody else." in response.content.decode()


def test_ticked_tasks_go_to_a_colleague(browser_of, open_case, appointed):
    browser = browser_of("clerk")
    task = open_case().open_tasks[0]
    there = browser.post(reverse("desk.work"), {"action": "assign", "row": [task.pk]})["Location"]
    page = browser.get(there).content.decode()
    assert "Clerk" in page
    browser.post(there, {"account": appointed.clerk.account_id, "note": ""})
    task.refresh_from_db()
    assert task.assignee_id == appointed.clerk.account_id


def test_the_home_counts_what_waits(browser_of, open_case):
    late(open_case().open_tasks[0], hours=2)
    open_case()
    page = browser_of("clerk").get(reverse("desk.home")).content.decode()
    assert "tile--bad" in page
    assert page.count("task-rows__what") == 2


def test_an_empty_desk_says_so(browser_of):
    page = browser_of("other").get(reverse("desk.home")).content.decode()
    assert "Nothing to do" in page


def test_cases_are_listed_and_exported_for_those_who_may_see_them(browser_of, open_case):
    case = open_case("垃圾没人收").case
    browser = browser_of("clerk")
    assert case.number in browser.get(reverse("desk.cases"), {"words": "垃圾"}).content.decode()
    exported = b"".join(browser.get(reverse("desk.cases"), {"export": "csv"}).streaming_content).decode()
    assert f"{case.number} 垃圾没人收" in exported
    assert case.number not in browser_of("other").get(reverse("desk.cases")).content.decode()


def test_strangers_are_sent_to_sign_in(db):
    for name in ("desk.home", "desk.work", "desk.cases", "desk.notices"):
        assert Client().get(reverse(name)).status_code == 302
