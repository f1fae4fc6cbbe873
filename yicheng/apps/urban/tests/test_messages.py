"""Who is told what: the reporter at each stage, the department when it gets work, the head of a poor rating."""

from __future__ import annotations

from yicheng.apps.urban.actions.rating import dispute, rate
from yicheng.apps.urban.actions.support import support
from yicheng.apps.urban.queries.follow import followed
from yicheng.apps.urban.tests.town import Town
from yicheng.core.events.models import ParkedEvent
from yicheng.core.events.public import drain_outbox
from yicheng.core.notices.models import Notice
from yicheng.core.people.public import STRANGER, Viewer


def told(viewer: Viewer) -> list[str]:
    while drain_outbox():
        pass
    assert not ParkedEvent.objects.exists()
    assert viewer.account_id is not None
    rows = Notice.objects.filter(account_id=viewer.account_id, kind__startswith="urban.").order_by("id")
    return [kind.removeprefix("urban.") for kind in rows.values_list("kind", flat=True)]


def test_the_reporter_is_told_at_each_stage(town: Town) -> None:
    town.solved(town.resident)
    assert told(town.resident) == ["report_filed", "report_dispatched", "report_handled", "report_closed"]


def test_those_who_joined_are_told_too(town: Town) -> None:
    sent, friend = town.report(), town.cast.residents[1]
    support(friend, sent.case.pk)
    town.file(sent.case.pk)
    assert told(friend) == ["report_filed"]
    assert told(town.resident) == []


def test_the_department_is_told_of_its_work_and_no_other(town: Town) -> None:
    pk = town.report().case.pk
    town.file(pk)
    town.dispatch(pk, "roads")
    assert told(town.handler("roads")) == ["work_dispatched"]
    assert told(town.handler("bins")) == []


def test_a_refusal_and_a_duplicate_are_told(town: Town) -> None:
    first = town.report()
    refused, repeated = town.report(town.resident), town.report(town.resident)
    town.step(town.clerk, refused.case.pk, "refuse", {"refusal": "solved"})
    town.step(town.clerk, repeated.case.pk, "duplicate", {"original": first.case.number})
    assert told(town.resident) == ["report_refused", "report_merged"]


def test_a_poor_rating_and_a_disagreement_reach_those_who_must_act(town: Town) -> None:
    sent = town.solved()
    rate(STRANGER, followed(STRANGER, sent.token), level=1)
    dispute(STRANGER, followed(STRANGER, sent.token), reason="The same hole.")
    assert told(town.handler("roads")) == ["work_dispatched", "poorly_rated"]
    assert told(town.dispatcher) == ["work_disputed"]


def test_a_good_rating_disturbs_nobody(town: Town) -> None:
    sent = town.solved()
    rate(STRANGER, followed(STRANGER, sent.token), level=5)
    assert told(town.handler("roads")) == ["work_dispatched"]
