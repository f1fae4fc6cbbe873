"""What the API answers to whom: one shape of faults, rights at every door, few queries."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from yicheng.core.cases.models import Case, Task
from yicheng.core.cases.tests.conftest import City
from yicheng.core.kernel import clock
from yicheng.core.notices.models import Notice
from yicheng.core.people import tokens
from yicheng.core.people.models import Account
from yicheng.faces.api.tests.conftest import Api

Calls = Callable[[str], Api]
Report = Callable[..., Any]


def fault(answer: Any) -> tuple[int, str]:
    body = answer.json()
    assert set(body) == {"code", "message", "fields"}
    assert body["message"]
    return answer.status_code, body["code"]


# ── who calls ───────────────────────────────────────────────────────────────


def test_everybody_is_told_who_they_are(calls: Calls) -> None:
    stranger = calls("").get("/me").json()
    assert (stranger["kind"], stranger["is_signed_in"]) == ("stranger", False)
    clerk = calls("clerk").get("/me").json()
    assert (clerk["kind"], clerk["name"]) == ("staff", "Clerk")
    assert {"trial.file", "trial.view"} <= set(clerk["rights"])
    assert "notices.resend" not in clerk["rights"]


def test_a_write_from_another_site_is_refused(calls: Calls, report: Report) -> None:
    [task] = report().open_tasks
    clerk = calls("clerk")
    answer = Api(clerk.client).post(f"/tasks/{task.pk}/complete", {"outcome": "accept"})
    assert fault(answer) == (403, "csrf")
    assert Task.objects.get(pk=task.pk).status == "open"


def test_a_token_needs_no_csrf(calls: Calls, report: Report) -> None:
    [task] = report().open_tasks
    calls("clerk")
    expires_at = clock.now() + timedelta(hours=1)
    account = Account.objects.get(username="clerk")
    _token, key = tokens.make(account, name="machine", rights=[], expires_at=expires_at)
    machine = Api(Client(enforce_csrf_checks=True), {"Authorization": f"Bearer {key}"})
    assert machine.get("/me").json()["kind"] == "system"
    assert machine.post(f"/tasks/{task.pk}/complete", {"outcome": "accept"}).status_code == 200
    wrong = Api(Client(), {"Authorization": "Bearer yc_x_y"})
    assert wrong.get("/me").status_code == 401


def test_faults_are_told_in_the_askers_language(calls: Calls) -> None:
    client = calls("").client
    chinese = client.get("/api/v1/cases", headers={"Accept-Language": "zh"})
    assert chinese["Content-Language"] == "zh-hans"
    assert client.get("/api/v1/cases", headers={"Accept-Language": "en"}).json()["message"] == (
        "Please sign in to see cases."
    )


# ── bodies and parameters ───────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("{", (400, "bad_request")),
        ('{"outcome": "accept", "outcome": NaN}', (400, "bad_request")),
        (b'{"outcome": "\xff"}', (400, "bad_request")),
        ('{"outcome": "\\ud800"}', (400, "bad_request")),
        ('{"outcome": "a\\u0000"}', (422, "invalid")),
        ("[]", (422, "invalid")),
        ("{}", (422, "invalid")),
        ('{"outcome": 7}', (422, "invalid")),
        ('{"outcome": "explode"}', (422, "invalid")),
        (json.dumps({"outcome": "accept", "note": "x" * 4001}), (422, "invalid")),
    ],
)
def test_wrong_bodies_change_nothing(
    calls: Calls, report: Report, body: Any, expected: tuple[int, str]
) -> None:
    [task] = report().open_tasks
    answer = calls("clerk").post(f"/tasks/{task.pk}/complete", body)
    assert fault(answer) == expected
    assert Task.objects.get(pk=task.pk).status == "open"


def test_a_body_of_another_kind(calls: Calls, report: Report) -> None:
    [task] = report().open_tasks
    clerk = calls("clerk")
    answer = clerk.client.post(
        f"/api/v1/tasks/{task.pk}/complete",
        "outcome=accept",
        content_type="text/plain",
        headers=clerk.headers,
    )
    assert fault(answer) == (415, "unsupported_media")


def test_an_oversized_body(calls: Calls, report: Report, settings: Any) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 100
    [task] = report().open_tasks
    answer = calls("clerk").post(f"/tasks/{task.pk}/complete", {"outcome": "accept", "note": "x" * 200})
    assert fault(answer) == (413, "too_large")


@pytest.mark.parametrize(
    "query",
    [
        {"limit": "0"},
        {"limit": "x"},
        {"status": "asleep"},
        {"division": "41010"},
        {"opened_from": "yesterday"},
        {"opened_from": "2026-01-01T00:00:00"},
        {"organisation_id": str(2**63)},
        {"after": "damaged"},
        {"q": "a\0b"},
    ],
)
def test_wrong_parameters_are_named(calls: Calls, query: dict[str, str]) -> None:
    assert fault(calls("clerk").get("/cases", **query))[0] == 422


def test_a_wrong_method_names_the_right_ones(calls: Calls) -> None:
    answer = calls("").client.delete("/api/v1/me")
    assert fault(answer) == (405, "method_not_allowed")
    assert answer["Allow"] == "GET"


def test_a_bug_of_ours_is_told_without_details(calls: Calls, monkeypatch: pytest.MonkeyPatch) -> None:
    from yicheng.core.cases import queries

    def broken(*_: Any, **__: Any) -> Any:
        raise ZeroDivisionError("secret")

    monkeypatch.setattr(queries, "cases_for", broken)
    clerk = calls("clerk")
    clerk.client.raise_request_exception = False
    answer = clerk.get("/cases")
    assert fault(answer) == (500, "server_error")
    assert "secret" not in answer.content.decode()


# ── cases and tasks ─────────────────────────────────────────────────────────


def test_cases_by_keyset_in_one_query(
    calls: Calls, report: Report, django_assert_max_num_queries: Callable[..., Any]
) -> None:
    for number in range(5):
        report(f"Case {number}")
    clerk = calls("clerk")
    clerk.get("/me")
    with django_assert_max_num_queries(2):  # the session with its account, the page
        first = clerk.get("/cases", limit=3).json()
    rest = clerk.get("/cases", limit=3, after=first["next"]).json()
    assert [case["title"] for case in first["cases"] + rest["cases"]] == [
        f"Case {n}" for n in (4, 3, 2, 1, 0)
    ]
    assert rest["next"] == ""


def test_cases_are_narrowed(calls: Calls, report: Report) -> None:
    report("Lamp", "0101")
    report("Water", "0102")
    clerk = calls("clerk")

    def titles(**query: Any) -> list[str]:
        return sorted(case["title"] for case in clerk.get("/cases", **query).json()["cases"])

    assert titles(class_code="0102") == ["Water"]
    assert titles(class_code="01") == ["Lamp", "Water"]
    assert titles(q="Lamp") == ["Lamp"]
    assert titles(status="closed") == []
    assert titles(stage="intake", source="portal") == ["Lamp", "Water"]
    assert titles(is_overdue="true") == []
    assert titles(is_overdue="false", opened_from="2020-01-01T00:00:00Z") == ["Lamp", "Water"]
    assert titles(division="410105", organisation_id=1) == []


def test_a_lifecycle_is_one_request_a_step(
    calls: Calls, report: Report, django_assert_max_num_queries: Callable[..., Any]
) -> None:
    done = report()
    clerk = calls("clerk")
    state = {"open_tasks": [{"id": done.open_tasks[0].pk, "kind": "trial.file"}]}
    for kind, outcome in (("trial.file", "accept"), ("trial.dispatch", "done")):
        [task] = [one for one in state["open_tasks"] if one["kind"] == kind]
        with django_assert_max_num_queries(12):
            answer = clerk.post(f"/tasks/{task['id']}/complete", {"outcome": outcome})
        assert answer.status_code == 200, answer.content
        state = answer.json()
    assert {task["kind"] for task in state["open_tasks"]} == {"trial.handle"}
    whole = clerk.get(f"/cases/{done.case.pk}").json()
    assert whole["case"]["stage_title"] == "Work"
    history = clerk.get(f"/cases/{done.case.pk}/history").json()
    assert [step["outcome"] for step in history if step["action"] == "completed"] == ["accept", "done"]


def test_twice_is_a_conflict(calls: Calls, report: Report) -> None:
    [task] = report().open_tasks
    clerk = calls("clerk")
    assert clerk.post(f"/tasks/{task.pk}/complete", {"outcome": "accept"}).status_code == 200
    assert fault(clerk.post(f"/tasks/{task.pk}/complete", {"outcome": "accept"})) == (409, "conflict")


def test_taking_and_giving_back(calls: Calls, report: Report) -> None:
    [task] = report().open_tasks
    clerk = calls("clerk")
    taken = clerk.post(f"/tasks/{task.pk}/claim").json()
    assert taken["assignee_id"] == Account.objects.get(username="clerk").pk
    assert [one["id"] for one in clerk.get("/tasks", desk="mine").json()["tasks"]] == [task.pk]
    assert clerk.post(f"/tasks/{task.pk}/release").json()["assignee_id"] is None
    assert clerk.get("/tasks", desk="mine").json()["tasks"] == []
    assert clerk.get(f"/tasks/{task.pk}").json()["outcomes"][0] == {"key": "accept", "title": "Accept"}


@pytest.mark.parametrize(
    ("name", "status"), [("", 401), ("resident", 404), ("other", 404), ("waterman", 404)]
)
def test_who_may_not_finds_and_does_nothing(
    calls: Calls, report: Report, city: City, name: str, status: int
) -> None:
    done = report()
    [task] = done.open_tasks
    api = calls(name)
    assert api.get(f"/tasks/{task.pk}").status_code == status
    assert api.post(f"/tasks/{task.pk}/complete", {"outcome": "accept"}).status_code == status
    assert api.post(f"/tasks/{task.pk}/claim").status_code == status
    assert Task.objects.get(pk=task.pk).status == "open"
    assert api.get(f"/cases/{done.case.pk}").status_code == 404
    assert api.get(f"/cases/{done.case.pk}/history").status_code == 404
    if name:
        assert api.get("/cases").json()["cases"] == []
        assert api.get("/tasks").json()["tasks"] == []
    else:
        assert fault(api.get("/cases")) == (401, "sign_in_required")


def test_ids_beyond_any_row(calls: Calls) -> None:
    clerk = calls("clerk")
    for path in ("/cases/99999999999999999999", "/tasks/99999999999999999999", "/cases/0", "/tasks/0"):
        assert fault(clerk.get(path)) == (404, "not_found")


# ── places, classes, notices ────────────────────────────────────────────────


def test_places(calls: Calls) -> None:
    stranger = calls("")
    assert fault(stranger.get("/places/locate", lon=0, lat=0)) == (404, "not_found")
    assert fault(stranger.get("/places/locate", lon=200, lat=0)) == (422, "invalid")
    assert fault(stranger.get("/places/locate", lon="nan", lat=0)) == (422, "invalid")
    assert stranger.get("/places/divisions").json() == []


def test_classes(calls: Calls) -> None:
    assert [one["code"] for one in calls("").get("/classes", application="trial").json()] == [
        "01",
        "0101",
        "0102",
    ]
    assert calls("").get("/classes", application="trial", kind="part").json() == []


def test_the_inbox(calls: Calls) -> None:
    clerk = calls("clerk")
    account = Account.objects.get(username="clerk")
    notice = Notice.objects.create(
        account=account, kind="gone.kind", subject="case/1", created_at=account.created_at
    )
    assert clerk.get("/notices").json()["unread"] == 1
    assert fault(calls("resident").post(f"/notices/{notice.pk}/read")) == (404, "not_found")
    assert clerk.post(f"/notices/{notice.pk}/read").json() == {"unread": 0}
    assert fault(calls("").get("/notices")) == (401, "sign_in_required")
    report = {"channel": "sms", "receipt": "1", "state": "delivered"}
    assert fault(clerk.post("/notices/receipts", report)) == (403, "forbidden")


# ── the description ─────────────────────────────────────────────────────────


def test_every_operation_says_what_it_may_answer(calls: Calls) -> None:
    document = calls("").client.get("/api/openapi.json").json()
    assert document["openapi"] == "3.1.0"
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            assert {"401", "403", "404", "409", "422", "429"} <= set(operation["responses"]), (path, method)
            assert operation["summary"], (path, method)


def test_the_page_for_people_needs_no_other_host(calls: Calls) -> None:
    page = calls("").client.get("/api/").content.decode()
    assert "/api/v1/tasks/{task_id}/complete" in page
    assert "http://" not in page.replace("http://www.w3.org", "")
    assert Case._meta.db_table not in page
