"""A case's page and everything that can be done from it, through the same addresses a browser uses."""

from __future__ import annotations

import pytest
from django.urls import reverse

from yicheng.core.cases.models import Case, ClockChange, Task
from yicheng.core.cases.tests.conftest import City
from yicheng.core.notices.public import notify

QUERIES = 30


def page_of(case: Case) -> str:
    return reverse("desk.case", args=[case.pk])


def complete(browser, task: Task, outcome: str = "done", **data: str):
    address = reverse("desk.complete", args=[task.case_id, task.pk])
    return browser.post(address, {"outcome": outcome, **data}, follow=True)


def deed(browser, case: Case, key: str, task: Task | None = None, **data: object):
    name, arguments = ("desk.do_task", [case.pk, task.pk, key]) if task else ("desk.do", [case.pk, key])
    return browser.post(reverse(name, args=arguments), data, follow=True)


def newest_task(case: Case) -> Task:
    return Task.objects.filter(case=case, status="open").latest("pk")


def at_work(browser_of, done) -> Task:
    """Bring a case to its department."""
    clerk = browser_of("clerk")
    complete(clerk, done.open_tasks[0], "accept")
    complete(clerk, newest_task(done.case))
    task = newest_task(done.case)
    assert task.kind == "trial.handle"
    return task


def test_the_page_shows_where_it_stands_and_why(browser_of, open_case, django_assert_max_num_queries):
    case = open_case("路灯不亮", description="已经三天了").case
    browser = browser_of("clerk")
    browser.get(page_of(case))
    with django_assert_max_num_queries(QUERIES):
        response = browser.get(page_of(case))
    page = response.content.decode()
    for words in (
        case.number,
        "路灯不亮",
        "已经三天了",
        "Class 0101",
        "Intake",
        "laid down for",
        "Accept",
        "Reject",
    ):
        assert words in page, words


def test_who_may_not_know_of_it_finds_nothing(browser_of, open_case):
    case = open_case().case
    assert browser_of("other").get(page_of(case)).status_code == 404
    assert browser_of("handler").get(page_of(case)).status_code == 404


def test_a_step_ends_with_its_outcome_and_the_case_moves_on(browser_of, open_case):
    done = open_case()
    response = complete(browser_of("clerk"), done.open_tasks[0], "accept", note="看过了")
    page = response.content.decode()
    assert "“File”" not in page
    assert "File: done." in page
    assert "看过了" in page
    assert newest_task(done.case).kind == "trial.dispatch"


def test_a_step_can_not_end_twice_or_otherwise_than_drawn(browser_of, open_case):
    task = open_case().open_tasks[0]
    browser = browser_of("clerk")
    assert complete(browser, task, "explode").status_code == 404
    assert complete(browser, task, "accept").status_code == 200
    assert complete(browser, task, "accept").status_code == 409


def test_a_stranger_to_the_task_can_not_end_it(browser_of, open_case):
    task = open_case().open_tasks[0]
    assert complete(browser_of("other"), task, "accept").status_code == 404
    assert Task.objects.get(pk=task.pk).status == "open"


def test_take_and_put_back(browser_of, open_case, appointed: City):
    done = open_case()
    task, browser = done.open_tasks[0], browser_of("clerk")
    assert "The task is yours now." in deed(browser, done.case, "claim", task).content.decode()
    task.refresh_from_db()
    assert task.assignee_id == appointed.clerk.account_id
    deed(browser, done.case, "release", task)
    task.refresh_from_db()
    assert task.assignee_id is None


def test_pass_to_another_body_with_a_reason(browser_of, open_case, appointed: City):
    done = open_case()
    task = at_work(browser_of, done)
    browser = browser_of("handler")
    refused = deed(browser, done.case, "transfer", task, organisation=appointed.water.pk, note="")
    assert refused.status_code == 422
    deed(browser, done.case, "transfer", task, organisation=appointed.water.pk, note="属于供水管道")
    task.refresh_from_db()
    assert task.organisation_id == appointed.water.pk
    assert "属于供水管道" in browser_of("waterman").get(page_of(done.case)).content.decode()


def test_a_body_that_can_not_do_it_is_no_choice(browser_of, open_case, appointed: City):
    done = open_case()
    task = at_work(browser_of, done)
    wrong = deed(
        browser_of("handler"), done.case, "transfer", task, organisation=appointed.centre.pk, note="x"
    )
    assert wrong.status_code == 422
    task.refresh_from_db()
    assert task.organisation_id == appointed.roads.pk


def test_split_among_bodies(browser_of, open_case, appointed: City):
    done = open_case()
    task = at_work(browser_of, done)
    deed(browser_of("handler"), done.case, "split", task, organisations=[appointed.water.pk], note="修管道")
    part = Task.objects.get(part_of=task)
    assert part.organisation_id == appointed.water.pk


def test_send_back_a_step(browser_of, open_case):
    done = open_case()
    task = at_work(browser_of, done)
    deed(browser_of("handler"), done.case, "send-back", task, note="地址不清")
    assert newest_task(done.case).kind == "trial.dispatch"


def test_ask_for_a_pause_grant_it_and_go_on(browser_of, open_case):
    done = open_case()
    deed(browser_of("clerk"), done.case, "pause", note="等待配件")
    asked = ClockChange.objects.get()
    manager = browser_of("manager")
    page = manager.get(page_of(done.case)).content.decode()
    assert "等待配件" in page
    assert "Grant" in page
    manager.post(reverse("desk.decide", args=[done.case.pk, asked.pk]), {"decision": "grant"})
    assert Case.objects.get().status == "suspended"
    deed(manager, done.case, "resume", note="")
    assert Case.objects.get().status == "open"


def test_nobody_grants_what_they_asked_for(browser_of, open_case):
    done = open_case()
    manager = browser_of("manager")
    deed(manager, done.case, "extend", amount="2", unit="work_day", note="下雨")
    asked = ClockChange.objects.get()
    refused = manager.post(reverse("desk.decide", args=[done.case.pk, asked.pk]), {"decision": "grant"})
    assert refused.status_code == 403
    assert ClockChange.objects.get().status == "asked"


def test_merge_a_duplicate_by_its_number(browser_of, open_case):
    one, other = open_case(), open_case()
    manager = browser_of("manager")
    assert deed(manager, one.case, "merge", number="nothing", note="").status_code == 422
    deed(manager, one.case, "merge", number=other.case.number, note="")
    one.case.refresh_from_db()
    assert one.case.merged_into_id == other.case.pk
    assert one.case.number in manager.get(page_of(other.case)).content.decode()


def test_cancel_and_open_again(browser_of, open_case):
    done = open_case()
    manager = browser_of("manager")
    deed(manager, done.case, "cancel", note="误报")
    assert Case.objects.get().status == "cancelled"
    assert "误报" in manager.get(page_of(done.case)).content.decode()


@pytest.mark.parametrize("key", ["reopen", "resume", "nonsense"])
def test_what_does_not_fit_now_is_refused(browser_of, open_case, key):
    done = open_case()
    assert deed(browser_of("manager"), done.case, key, note="x").status_code in (404, 409)


def test_a_deed_opens_as_a_dialog_and_leads_the_page_on(browser_of, open_case):
    done = open_case()
    address = reverse("desk.do", args=[done.case.pk, "pause"])
    browser, headers = browser_of("clerk"), {"HX-Request": "true", "HX-Target": "dialog-body"}
    fragment = browser.get(address, headers=headers).content.decode()
    assert "<html" not in fragment
    assert "<form" in fragment
    refused = browser.post(address, {"note": ""}, headers=headers)
    assert (refused.status_code, "<html" in refused.content.decode()) == (422, False)
    sent = browser.post(address, {"note": "等待"}, headers=headers)
    assert (sent.status_code, sent["HX-Redirect"]) == (204, page_of(done.case))


def test_the_drawn_process_is_given_to_those_who_see_the_case(browser_of, open_case):
    case = open_case().case
    address = reverse("desk.diagram", args=[case.pk])
    response = browser_of("clerk").get(address)
    assert response["Content-Type"].startswith("application/xml")
    assert b"userTask" in response.content
    assert browser_of("other").get(address).status_code == 404


def test_notices_are_read_and_lead_on(browser_of, open_case, appointed: City):
    case = open_case().case
    values = {"task": "File", "number": case.number, "title": case.title}
    notify(
        "cases.task_late",
        [appointed.clerk.account_id or 0],
        subject=f"case/{case.pk}",
        link=page_of(case),
        values=values,
    )
    browser = browser_of("clerk")
    inbox = reverse("desk.notices")
    assert 'class="bell__count">1' in browser.get(reverse("desk.home")).content.decode()
    page = browser.get(inbox).content.decode()
    assert "A task is overdue" in page
    number = page.split('name="open" value="')[1].split('"')[0]
    assert browser.post(inbox, {"open": number})["Location"] == page_of(case)
    assert "bell__count" not in browser.get(inbox).content.decode()
