"""Asked, decided, disputed, ruled, changed, revoked: who may, what counts, what stays when it is refused."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from yicheng.core.cases.models import Case
from yicheng.core.cases.public import complete_task
from yicheng.core.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from yicheng.core.notices.models import Notice
from yicheng.core.people.public import STRANGER
from yicheng.core.sharing.actions.asking import ask
from yicheng.core.sharing.actions.giving import narrow, revoke
from yicheng.core.sharing.facts import Terms
from yicheng.core.sharing.models import Grant, Request
from yicheng.core.sharing.tests.conftest import granted, register, the_task, wish


def test_a_request_is_a_case_on_the_providers_desk(city, residents):
    request = ask(city.asker, wish())
    task = the_task(request)
    assert (task.kind, task.organisation_id, request.state) == ("sharing.decide", city.civil.pk, "asked")
    assert request.case is not None
    assert "卫健委" in request.case.title
    assert "居民登记" in request.case.title
    assert Notice.objects.filter(account_id=city.keeper.account_id, kind="sharing.asked").count() == 1
    for viewer in (city.outsider, city.asker):
        with pytest.raises(NotFound):
            complete_task(viewer, task.pk, outcome="grant")
    assert not Grant.objects.exists()


def test_granted_as_asked(city, residents):
    grant = granted(city, rows_per_day=100)
    assert (grant.provider_id, grant.consumer_id, grant.rows_per_day) == (city.civil.pk, city.health.pk, 100)
    assert list(grant.fields.order_by("position").values_list("key", "mask")) == [
        ("number", ""),
        ("name", ""),
        ("phone", ""),
    ]
    grant.request.refresh_from_db()
    assert (grant.request.state, Case.objects.get().status) == ("granted", "closed")
    assert Notice.objects.filter(account_id=city.asker.account_id, kind="sharing.granted").count() == 1


def test_granted_in_part_with_masks(city, residents):
    request = ask(city.asker, wish())
    terms = Terms(("number", "name"), {"name": "middle"}, ends_on=request.ends_on - timedelta(days=30))
    complete_task(
        city.keeper, the_task(request).pk, outcome="narrow", data={"terms": terms, "answer": "最小够用"}
    )
    grant = Grant.objects.get()
    assert dict(grant.fields.values_list("key", "mask")) == {"number": "", "name": "middle"}
    request.refresh_from_db()
    assert (request.state, request.answer, grant.ends_on) == (
        "narrowed",
        "最小够用",
        request.ends_on - timedelta(days=30),
    )


def test_more_than_asked_cannot_be_given(city, residents):
    request = ask(city.asker, wish(rows_per_day=10))
    task = the_task(request)
    for terms in (
        Terms(("number", "income")),
        Terms(("number",), rows_per_day=11),
        Terms(("number",)),
        Terms(()),
    ):
        with pytest.raises(Invalid):
            complete_task(city.keeper, task.pk, outcome="narrow", data={"terms": terms})
    assert not Grant.objects.exists()
    assert the_task(request).status == "open"


def test_refused_disputed_and_granted_by_the_data_office(city, residents):
    request = ask(city.asker, wish())
    with pytest.raises(Invalid):
        complete_task(city.keeper, the_task(request).pk, outcome="refuse", data={"answer": " "})
    complete_task(city.keeper, the_task(request).pk, outcome="refuse", data={"answer": "第九条"})
    task = the_task(request)
    assert (task.kind, task.organisation_id) == ("sharing.answer", city.health.pk)
    complete_task(city.asker, task.pk, outcome="dispute", data={"answer": "依法应当共享"})
    task = the_task(request)
    assert (task.kind, task.organisation_id) == ("sharing.arbitrate", city.office.pk)
    complete_task(city.officer, task.pk, outcome="grant", data={"answer": "同意"})
    request.refresh_from_db()
    assert (request.state, request.grant.granted_by_id) == ("granted", city.officer.account_id)


def test_refused_and_upheld(city, residents):
    request = ask(city.asker, wish())
    complete_task(city.keeper, the_task(request).pk, outcome="refuse", data={"answer": "第九条"})
    complete_task(city.asker, the_task(request).pk, outcome="dispute")
    complete_task(city.officer, the_task(request).pk, outcome="uphold", data={"answer": "维持"})
    request.refresh_from_db()
    assert (request.state, request.answer, Case.objects.get().status) == ("refused", "第九条\n维持", "closed")
    assert not Grant.objects.exists()


def test_unconditional_data_are_granted_at_once(city):
    register(city, key="civil.offices", share_type="unconditional")
    request = ask(city.asker, wish(resource="civil.offices"))
    assert (request.state, request.case_id, request.grant.is_standing) == ("granted", None, True)


def test_data_that_are_not_shared_are_refused_with_their_basis(city):
    register(city, key="civil.secrets", share_type="not_shared")
    request = ask(city.asker, wish(resource="civil.secrets"))
    assert (request.state, request.answer, request.case_id) == ("refused", "居民身份证法第六条", None)
    assert not Grant.objects.exists()


@pytest.mark.parametrize(
    "changed",
    [
        {"fields": ()},
        {"fields": ("number", "secret")},
        {"fields": ("number", "number")},
        {"purpose": " "},
        {"legal_basis": ""},
        {"ends_on": date(2020, 1, 1)},
        {"ends_on": date.today() + timedelta(days=4000)},
        {"rows_where": "secret = x"},
        {"rows_where": "division; DROP TABLE people_account"},
        {"rows_where": "born >= yesterday"},
        {"rows_per_day": 0},
        {"rows_in_all": -3},
    ],
)
def test_faulty_requests_are_refused_and_leave_nothing(city, residents, changed):
    with pytest.raises(Invalid):
        ask(city.asker, wish(**changed))
    assert not Request.objects.exists()


def test_who_may_not_ask(city, residents):
    for viewer in (STRANGER, city.officer):
        with pytest.raises(Forbidden):
            ask(viewer, wish())
    with pytest.raises(Invalid):
        ask(city.keeper, wish())
    assert not Request.objects.exists()


def test_a_grant_is_narrowed_and_revoked_by_its_provider_only(city, residents):
    grant = granted(city)
    for viewer in (city.asker, city.outsider):
        with pytest.raises(Forbidden):
            revoke(viewer, grant.pk, reason="x")
    changed = narrow(city.keeper, grant.pk, Terms(("number",), rows_where="division = 410102"), reason="期满")
    assert (changed.version, changed.fields.count()) == (2, 1)
    with pytest.raises(Invalid):
        narrow(city.keeper, grant.pk, Terms(("number", "income")), reason="more")
    with pytest.raises(Invalid):
        revoke(city.keeper, grant.pk, reason=" ")
    assert revoke(city.officer, grant.pk, reason="违规使用").version == 3
    with pytest.raises(Conflict):
        revoke(city.keeper, grant.pk, reason="again")
    assert Notice.objects.filter(account_id=city.asker.account_id, kind="sharing.revoked").count() == 1


def test_a_grant_is_renewed(city, residents):
    grant = granted(city)
    request = ask(city.asker, wish(renews_id=grant.pk, ends_on=date.today() + timedelta(days=365)))
    assert request.renews_id == grant.pk
    with pytest.raises(Invalid):
        ask(city.outsider, wish(renews_id=grant.pk))
