"""Ratings: once a transaction by its code, low ones open a case, a contest is judged, an answer may be appealed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.utils import translation

from yicheng.core.cases.models import CaseClass
from yicheng.core.cases.public import complete_task, open_tasks, publish_process, save_process
from yicheng.core.events.declare import Event
from yicheng.core.events.public import drain_outbox
from yicheng.core.kernel import clock
from yicheng.core.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from yicheng.core.notices.models import Notice
from yicheng.core.people.models import Account, Organisation
from yicheng.core.people.public import STRANGER, SYSTEM, Scope, Viewer
from yicheng.core.services.actions.ratings import appeal_answer, invite_rating, rate, release_words
from yicheng.core.services.asking_to_rate import DECIDED, ended
from yicheng.core.services.models import Rating, RatingInvitation, RatingMonth, Rectification
from yicheng.core.services.queries.ratings import invitation_of, ratings_for, released_words
from yicheng.core.services.ratings.facts import Invited, NewInvitation
from yicheng.core.services.ratings.tokens import code_of, spaced, typed
from yicheng.core.services.rectification import RECTIFICATION

DRAWING = Path(__file__).parents[4] / "cities/zhengzhou/processes/services_rectification.bpmn"
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture
def bureau() -> Organisation:
    return Organisation.objects.create(code="market", name="Market", kind="bureau", path="/1/")


@pytest.fixture
def drawn() -> None:
    CaseClass.objects.create(code="R01", application="services", kind="event", name="Rectification")
    version = save_process(SYSTEM, RECTIFICATION.key, files={DRAWING.name: DRAWING.read_text()})
    publish_process(SYSTEM, version.pk)


def invite(body: Organisation, number: int = 1, *, account: int | None = None) -> Invited:
    new = NewInvitation(
        f"application/{number}", "Open a restaurant", body.pk, division_code="100101", account_id=account
    )
    return invite_rating(SYSTEM, new)


def staff(body: Organisation, *rights: str) -> Viewer:
    scope = (Scope(organisation_ids=frozenset({body.pk})),)
    return Viewer(kind="staff", account_id=7, organisation_id=body.pk, grants=dict.fromkeys(rights, scope))


def low(code: str, *, level: int = 1) -> Rectification:
    return Rectification.objects.get(pk=rate(STRANGER, code, level=level, reasons=["slow"]).pk)


def step(row: Rectification, outcome: str, **data: str) -> str:
    task = open_tasks(row.case_id or 0)[0]
    complete_task(SYSTEM, task.pk, outcome=outcome, data=data)
    row.refresh_from_db()
    return str(task.kind)


def test_a_code_is_the_same_each_time_and_read_as_people_type_it() -> None:
    code = code_of("application/1")
    assert code_of("application/1") == code != code_of("application/2")
    assert typed(f" {spaced(code).lower()} ") == typed(f"https://city/rate/{code}/") == code
    assert typed("0OIl-0OIL-0oil") == "001100110011"
    assert typed(code[:-1]) == typed(code + "0") == typed(code[:-1] + "U") == ""


def test_one_invitation_and_one_rating_a_transaction(bureau: Organisation) -> None:
    first, again = invite(bureau), invite(bureau)
    assert first == again
    rating = rate(STRANGER, first.shown, level=5, reasons=["quick", "quick"], words=" Thank you ")
    assert (rating.level, rating.words, rating.organisation_id) == (5, "Thank you", bureau.pk)
    assert [row.reason for row in rating.reasons.all()] == ["quick"]
    with pytest.raises(Conflict):
        rate(STRANGER, first.code, level=1)
    assert Rating.objects.count() == 1
    month = RatingMonth.objects.get()
    assert (month.invited, month.very_good, month.very_poor) == (1, 1, 0)


def test_what_does_not_hold_is_refused_and_changes_nothing(bureau: Organisation) -> None:
    code = invite(bureau).code
    with pytest.raises(Invalid):
        rate(STRANGER, code, level=6)
    with pytest.raises(Invalid):
        rate(STRANGER, code, level=5, reasons=["slow"])
    with pytest.raises(NotFound):
        rate(STRANGER, code_of("application/2"), level=5)
    with pytest.raises(Forbidden):
        invite_rating(Viewer(kind="staff", account_id=7), NewInvitation("application/9", "x", bureau.pk))
    with clock.at(clock.now() + timedelta(days=91)), pytest.raises(Conflict):
        rate(STRANGER, code, level=5)
    assert not Rating.objects.exists()
    assert RatingInvitation.objects.count() == 1


def test_a_low_rating_is_called_back_put_right_and_answered(bureau: Organisation, drawn: None) -> None:
    code = invite(bureau).code
    row = low(code, level=2)
    assert [step(row, "founded"), step(row, "done")] == ["services.call_back", "services.rectify"]
    assert row.called_back_at is not None
    with pytest.raises(Invalid):
        step(row, "answered", answer=" ")
    assert step(row, "answered", answer="We opened a second window.") == "services.answer_rating"
    assert not invitation_of(STRANGER, code).may_appeal
    assert step(row, "settled") == "services.confirm"
    found = invitation_of(STRANGER, code)
    assert found.is_over
    assert found.may_appeal
    assert found.rectification is not None
    assert found.rectification.answer == "We opened a second window."


def test_an_appeal_comes_before_the_service_office_once(bureau: Organisation, drawn: None) -> None:
    code = invite(bureau).code
    row = low(code)
    with pytest.raises(Conflict):
        appeal_answer(STRANGER, code, words="Not yet answered")
    for outcome in ("unreachable", "done", "answered", "settled"):
        step(row, outcome, answer="Done.")
    with pytest.raises(Invalid):
        appeal_answer(STRANGER, code, words="no")
    with clock.at(clock.now() + timedelta(days=16)), pytest.raises(Conflict):
        appeal_answer(STRANGER, code, words="Too late for this")
    appeal_answer(STRANGER, code, words="Nothing has changed.")
    row.refresh_from_db()
    assert row.appeal == "Nothing has changed."
    assert [step(row, "again"), step(row, "done")] == ["services.confirm", "services.rectify"]
    step(row, "answered", answer="Now done.")
    step(row, "settled")
    with pytest.raises(Conflict):
        appeal_answer(STRANGER, code, words="Once more then")


def test_an_unfounded_rating_counts_no_more(bureau: Organisation, drawn: None) -> None:
    code = invite(bureau).code
    row = low(code)
    assert RatingMonth.objects.get().very_poor == 1
    with pytest.raises(Invalid):
        step(row, "contested")
    step(row, "contested", reason="It was another office.")
    with pytest.raises(Invalid):
        step(row, "unfounded")
    assert step(row, "unfounded", answer="It was another office.") == "services.judge_rating"
    assert not Rating.objects.get().is_counted
    assert RatingMonth.objects.get().very_poor == 0
    assert not open_tasks(row.case_id or 0)


def test_a_low_rating_is_kept_where_the_city_drew_no_process(bureau: Organisation) -> None:
    row = low(invite(bureau).code)
    assert row.case is None
    assert row.fault
    assert invitation_of(STRANGER, code_of("application/1")).rating is not None


def test_only_the_rated_body_sees_them_and_words_wait_to_be_read(bureau: Organisation) -> None:
    other = Organisation.objects.create(code="tax", name="Tax", kind="bureau", path="/2/")
    rating = rate(STRANGER, invite(bureau).code, level=4, words="Mrs. Li was kind")
    assert list(ratings_for(staff(bureau, "services.see_ratings"))) == [rating]
    assert not ratings_for(staff(other, "services.see_ratings")).exists()
    assert not ratings_for(STRANGER).exists()
    assert not released_words(STRANGER).exists()
    with pytest.raises(Forbidden):
        release_words(staff(other, "services.publish_words"), rating.pk, is_published=True)
    release_words(staff(bureau, "services.publish_words"), rating.pk, is_published=True)
    assert list(released_words(STRANGER)) == [rating]
    release_words(staff(bureau, "services.publish_words"), rating.pk, is_published=False)
    assert not released_words(STRANGER).exists()


def test_people_are_told(bureau: Organisation, drawn: None) -> None:
    account = Account.objects.create(username="resident", display_name="Resident")
    invited = invite(bureau, account=account.pk)
    row = low(invited.code, level=2)
    for outcome in ("founded", "done", "answered", "settled"):
        step(row, outcome, answer="Done.")
    while drain_outbox():
        pass
    kinds = list(Notice.objects.filter(account=account).order_by("id").values_list("kind", "link"))
    assert kinds == [
        ("services.rating_invited", invited.path),
        ("services.rating_answered", invited.path),
    ]


def test_a_granted_application_is_rated_only_once_it_is_handed_over() -> None:
    fact = SimpleNamespace(application_id=0, decision="granted")
    ended([Event(1, DECIDED, "application/0", "", clock.now(), fact)])
    assert not RatingInvitation.objects.exists()
